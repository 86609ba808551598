"""The chunks' vectors in one Chroma collection, in a folder or in a server."""

import random
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from retrieval.errors import DatelineError

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Vector: TypeAlias = NDArray[numpy.float32]

MOST_RECORDS = 5_461  # Chroma refuses more a call
# With Chroma's own 16 neighbours, an article unlike thousands of near-identical ones was out of the graph's reach.
_HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}
_REPLY_SECONDS = 30.0
_CONNECT_SECONDS = 5.0
# Where a sampled vector is lost, this many more tell a torn index from the odd miss of an approximate one.
_SECOND_SAMPLE = 200
_TOLERATED_LOSS = 0.1
# Among so few, each vector is compared: the graph would be searched in vain for some of them.
_COMPARED_ONE_BY_ONE = 500


class Vectors:
    """One collection of vectors known by ids, cosine similarity. Safe to share among threads.

    Chroma keeps only ids and vectors here; what an id stands for is the manifest's to say.
    """

    def __init__(self, client: Any, collection: Any, url: str = "") -> None:
        self._client = client
        self._collection = collection
        self.url = url

    @classmethod
    def in_folder(cls, folder: Path, name: str, *, create: bool = False) -> "Vectors":
        """The collection `name` of the Chroma folder. Opening a torn folder can crash the process: see `probe`."""
        import chromadb

        client: Any = chromadb.PersistentClient(str(folder), settings=_settings())
        try:
            return cls(client, _collection(client, name, create))
        except BaseException:
            client.close()
            raise

    @classmethod
    def in_server(cls, url: str, name: str) -> "Vectors":
        """The collection `name` of the Chroma server, created where it does not exist.

        Raises:
            DatelineError: the URL is none, or no Chroma answers there.
        """
        host, port, secure = _address(url)
        heartbeat(url)  # Chroma's own client would wait for ever
        import chromadb
        import httpx

        with server_errors(url):
            client: Any = chromadb.HttpClient(host, port, ssl=secure, settings=_settings())
            try:
                for session in _sessions(client):
                    session.timeout = httpx.Timeout(_REPLY_SECONDS, connect=_CONNECT_SECONDS)
                return cls(client, _collection(client, name, True), url)
            except BaseException:
                client.close()
                raise

    def __len__(self) -> int:
        with server_errors(self.url):
            return int(self._collection.count())

    def add(self, ids: Sequence[str], embeddings: "Sequence[Vector]") -> None:
        """Store vectors; an id that is there already gets the new one."""
        with server_errors(self.url):
            for start in range(0, len(ids), MOST_RECORDS):
                batch = slice(start, start + MOST_RECORDS)
                self._collection.upsert(ids=list(ids[batch]), embeddings=list(embeddings[batch]))

    def delete(self, ids: Collection[str]) -> None:
        with server_errors(self.url):
            for batch in _batches(ids):
                self._collection.delete(ids=batch)

    def present(self, ids: Collection[str]) -> set[str]:
        """Which of `ids` the collection holds."""
        with server_errors(self.url):
            return {found for batch in _batches(ids) for found in self._collection.get(ids=batch, include=[])["ids"]}

    def get(self, ids: Collection[str]) -> "dict[str, Vector]":
        """The stored vectors of those of `ids` that the collection holds."""
        found: dict[str, Vector] = {}
        with server_errors(self.url):
            for batch in _batches(ids):
                answer = self._collection.get(ids=batch, include=["embeddings"])
                found.update(zip(answer["ids"], answer["embeddings"], strict=True))
        return found

    def search(
        self, embedding: Sequence[float], count: int, *, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The `count` nearest ids and their cosine similarity, best first."""
        if count < 1 or (among is not None and not among):
            return []
        if among is not None and len(among) <= _COMPARED_ONE_BY_ONE:
            return self._compared(embedding, count, among)
        restriction = {} if among is None else {"ids": list(among)}
        with server_errors(self.url):
            answer = self._collection.query(
                query_embeddings=[embedding], n_results=count, include=["distances"], **restriction
            )
        scored = zip(answer["ids"][0], answer["distances"][0], strict=True)
        return [(found, 1.0 - float(distance)) for found, distance in scored if distance == distance]

    def _compared(self, embedding: Sequence[float], count: int, among: Collection[str]) -> list[tuple[str, float]]:
        import numpy

        stored = self.get(among)
        if not stored:
            return []
        question = numpy.asarray(embedding, dtype=numpy.float32)
        vectors = numpy.stack(list(stored.values()))
        lengths = numpy.linalg.norm(vectors, axis=1) * numpy.linalg.norm(question)
        scores = vectors @ question / numpy.maximum(lengths, 1e-30)
        ids = list(stored)
        return [(ids[number], float(scores[number])) for number in numpy.argsort(-scores, kind="stable")[:count]]

    def lost(self, ids: Sequence[str], *, sample: int = 8, tolerated: float = _TOLERATED_LOSS) -> list[str]:
        """Of sampled ids, those whose own vector does not find them; empty while they are within tolerance.

        An approximate index may miss the odd one; a torn one misses many or raises.
        """
        missed = self._missed(random.sample(ids, min(sample, len(ids))))
        if not missed:
            return []
        more = random.sample(ids, min(_SECOND_SAMPLE, len(ids)))
        missed_again = self._missed(more)
        return missed_again if len(missed_again) > tolerated * len(more) else []

    def _missed(self, ids: Sequence[str]) -> list[str]:
        stored = self.get(ids)
        missed = [wanted for wanted in ids if wanted not in stored]
        for wanted, vector in stored.items():
            if not vector.any():
                continue  # a vector of zeros is as far from itself as from all others
            hits = self.search(vector.tolist(), 10)
            # Ten twins of the same direction may stand before it.
            if wanted not in [found for found, _ in hits] and not (len(hits) == 10 and hits[-1][1] > 0.9999):
                missed.append(wanted)
        return missed

    def close(self) -> None:
        """Let go of the folder or the connection; idempotent."""
        client, self._client = self._client, None
        if client is not None:
            sessions = _sessions(client) if self.url else []
            with suppress(Exception):  # nothing is left to lose: what was added is on the disk
                client.close()
            for session in sessions:
                session.close()


def _batches(ids: Collection[str]) -> Iterator[list[str]]:
    everything = list(ids)
    for start in range(0, len(everything), MOST_RECORDS):
        yield everything[start : start + MOST_RECORDS]


def _settings() -> Any:
    from chromadb.config import Settings

    # A .env in the folder that someone happens to stand in is not ours to read.
    settings: Any = Settings
    return settings(_env_file=None, anonymized_telemetry=False)


def _collection(client: Any, name: str, create: bool) -> Any:
    if not create:
        return client.get_collection(name, embedding_function=None)
    return client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": _HNSW})


def heartbeat(url: str) -> str:
    """Ask the server at `url` whether it is a Chroma server; its version.

    Raises:
        DatelineError: the URL is none, or no Chroma answers there.
    """
    import httpx

    _address(url)
    with server_errors(url):
        limits = httpx.Timeout(_CONNECT_SECONDS)
        answer = httpx.get(f"{url.rstrip('/')}/api/v2/version", timeout=limits)
        answer.raise_for_status()
        return str(answer.json())


@contextmanager
def server_errors(url: str) -> Iterator[None]:
    """What goes wrong with the server at `url`, in one line that names it; nothing changes without a server."""
    if not url:
        yield
        return
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (httpx.HTTPError, ChromaError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise DatelineError(
            f"Chroma server {url!r} does not answer as it should ({reason}): start it with `chroma run`, "
            "or unset DATELINE_CHROMA_URL to keep the index on this machine"
        ) from error


def _address(url: str) -> tuple[str, int, bool]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https") or parts.path.strip("/"):
        raise DatelineError(f"Chroma server {url!r} is no such address: expected http://host:port")
    secure = parts.scheme == "https"
    return host, port or (443 if secure else 8000), secure


def _sessions(client: Any) -> list[Any]:
    """The connections of Chroma's HTTP client (it keeps a second client to look up its tenant): they have no timeout,
    no setting for one, and stay open when the client is closed."""
    import httpx

    servers = [getattr(part, "_server", None) for part in (client, getattr(client, "_admin_client", None))]
    sessions = [getattr(server, "_session", None) for server in servers]
    return [session for session in sessions if isinstance(session, httpx.Client)]
