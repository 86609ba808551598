"""One frozen object of settings, and the only reader of the environment."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from retrieval.errors import DatelineError

PREFIX = "DATELINE_"


def secrets() -> tuple[str, ...]:
    """Values of the environment that no message may show: of variables whose names end as those of keys do."""
    endings = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_AUTH")
    return tuple(value for name, value in os.environ.items() if name.upper().endswith(endings) and len(value) >= 6)


def has_key(provider: str) -> bool:
    """Whether the environment holds a provider's key, such as OPENAI_API_KEY."""
    return bool(os.environ.get(f"{provider.upper()}_API_KEY"))


class Settings(BaseSettings):
    """Every choice a user can make; each field `x` is also the environment variable `DATELINE_X`, unless that is empty.

    Raises:
        DatelineError: an unknown setting, or a value of the wrong kind.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    corpus: Path = Path(__file__).resolve().parent.parent / "seeds"
    """Folder of .txt, .md and .html files."""
    cache: Path = Field(default_factory=lambda: user_cache_path("dateline", appauthor=False))
    """Folder that indexes are kept in."""
    chroma_url: str = ""
    """A Chroma server, such as http://localhost:8000; empty: Chroma embedded in this process."""
    embeddings: str = ""
    """Any `init_embeddings` name, such as openai:text-embedding-3-small; empty: the embedded encoder."""
    reranker: str = ""
    """A Hugging Face cross-encoder, such as BAAI/bge-reranker-base, or its folder; empty: the embedded evidence model."""
    model: str = ""
    """Any `init_chat_model` name, such as anthropic:…; empty: answers are extracted, no chat model is asked."""
    model_url: str = ""
    """A server that speaks the protocol of the model's provider, such as http://127.0.0.1:8000/v1 with openai:…; empty: the
    provider's own."""
    prompt_tokens: int | None = Field(default=None, ge=400)
    """The longest prompt for a chat model in o200k_base tokens; None: by the model's profile, else 3,500."""
    first_token_seconds: float = Field(default=15.0, gt=0)
    """A chat model that has written nothing by then is given up."""
    total_seconds: float = Field(default=60.0, gt=0)
    """A chat model that is not done by then is given up; what it wrote and was verified is kept."""
    threads: int = Field(default=2, ge=1, le=64)
    """Threads of the embedded encoder."""
    chunk_tokens: int = Field(default=200, ge=20, le=2000)
    """Size of a chunk in tiktoken's o200k_base tokens."""
    max_file_bytes: int = Field(default=10_000_000, ge=1)
    """Larger files are skipped."""
    retrieved: int = Field(default=10, ge=1, le=100)
    """Chunks handed to the answerer."""
    max_question_chars: int = Field(default=4_000, ge=1)
    """Longer questions are refused."""
    queue_size: int = Field(default=32, ge=1)
    """Questions that may wait at the page before the next is told to try again."""
    uploads: bool = True
    """Whether readers of the page may add articles; what one adds, nobody else sees, and it goes when the server ends."""
    upload_folder: Path | None = None
    """A folder that keeps what readers add, for all of them; None: each has his own for the time being."""
    max_upload_bytes: int = Field(default=2_000_000, ge=1)
    """Of an article that a reader adds."""
    max_uploads: int = Field(default=50, ge=1)
    """Articles that one reader may add."""
    auth: SecretStr = SecretStr("")
    """`user:password` that the page asks for; empty: no login."""

    hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Host names under which a proxy on this machine reaches the page, comma-separated in the environment."""
    feedback: Path | None = Field(
        default_factory=lambda: user_data_path("dateline", appauthor=False) / "feedback.jsonl"
    )
    """File that keeps what readers of the page said was wrong; `off` or None: nothing is kept."""

    def __init__(self, **values: Any) -> None:
        unknown = sorted(
            name
            for name in os.environ
            if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in type(self).model_fields
        )
        if unknown:
            raise DatelineError(f"unknown setting {unknown[0]} in the environment: {self._known()}; unset it")
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(map(str, first["loc"]))
            if first["type"] == "extra_forbidden":
                raise DatelineError(f"unknown setting {name!r}: {self._known()}") from None
            came = "" if name in ("auth", "model_url") else f" is {first['input']!r}"
            expected = first["msg"].removeprefix("Value error, ").lower()
            raise DatelineError(f"setting {name!r} ({PREFIX}{name.upper()}){came}: {expected}") from None

    @field_validator("corpus", "cache", "upload_folder", mode="before")
    @classmethod
    def _folder(cls, folder: Any) -> Any:
        if not isinstance(folder, str | Path):
            return folder
        if not str(folder).strip() or "\0" in str(folder):
            raise ValueError("input should be the path of a folder; '.' is the one you stand in")
        # Absolute: the same folder under two names would be two settings.
        return Path(os.path.abspath(Path(folder).expanduser()))

    @field_validator("feedback", mode="before")
    @classmethod
    def _file(cls, file: Any) -> Any:
        if file == "off" or not isinstance(file, str | Path):
            return None if file == "off" else file
        if not str(file).strip() or "\0" in str(file):
            raise ValueError("input should be the path of a file, or 'off'")
        return Path(os.path.abspath(Path(file).expanduser()))

    @field_validator("hosts", mode="before")
    @classmethod
    def _names(cls, hosts: Any) -> Any:
        names = [name.strip() for name in hosts.split(",")] if isinstance(hosts, str) else hosts
        return [name for name in names if name != ""] if isinstance(names, list | tuple) else names

    @field_validator("hosts")
    @classmethod
    def _host_names(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for name in hosts:
            if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", name, re.ASCII | re.IGNORECASE):
                raise ValueError("input should be host names without scheme and port, such as news.example.org")
        return tuple(name.lower() for name in hosts)

    @field_validator("model_url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("input should be an address, such as http://127.0.0.1:8000/v1")
        if parts.username or parts.password or parts.query:
            raise ValueError("input should hold no key: set the provider's own variable, such as OPENAI_API_KEY")
        return url

    @classmethod
    def _known(cls) -> str:
        return "known are " + ", ".join(cls.model_fields)

    def replace(self, **values: Any) -> Self:
        """A copy with some values changed, checked again."""
        return type(self)(**{**self.model_dump(), **values})
