"""Who is compared, and the pinned requirements of each: the one place to change when a peer has a new version."""

from dataclasses import dataclass
from pathlib import Path

ADAPTERS = Path(__file__).resolve().parent / "adapters"


@dataclass(frozen=True, slots=True)
class Peer:
    """A system that an adapter asks.

    Without pins it is run by this Python, not by one of its own.
    """

    name: str
    adapter: Path
    pins: tuple[str, ...] = ()
    called: str = ""
    """What readers know it by, where the name does not say."""
    fetches: bool = False
    """Whether it looks for models to download: given one try after it is installed, no more when it is measured."""

    @property
    def title(self) -> str:
        """Its name with the version of its first pin."""
        return " ".join(filter(None, (self.called, self.pins[0].replace("==", " ") if self.pins else self.name)))


OURS = Peer("dateline", ADAPTERS / "dateline_embedded.py")

PEERS = (
    Peer(
        "groundrag",
        ADAPTERS / "groundrag_offline.py",
        pins=("groundrag==0.3.0",),
        fetches=True,
    ),
    Peer(
        "cairn-assistant",
        ADAPTERS / "cairn_session.py",
        pins=("cairn-assistant==0.3.0",),
    ),
    Peer(
        "langchain-tutorial",
        ADAPTERS / "langchain_tutorial.py",
        pins=(
            "langchain-core==1.7.2",
            "langchain-text-splitters==1.1.3",
            "numpy==2.4.6",
            "onnxruntime==1.31.1",
            "tokenizers==0.23.3",
        ),
        called="LangChain tutorial chain,",
    ),
)
