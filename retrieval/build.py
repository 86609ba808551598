"""Builds a generation beside the current one, reusing all of it that still holds."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import DatelineError
from retrieval.generation import BM25, CHROMA, Generation, build_bm25, check
from retrieval.journal import Journal
from retrieval.manifest import DamagedError, Manifest, indexed_text
from retrieval.recipe import Recipe
from retrieval.scan import Progress, Scan, no_article
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from retrieval.encoder import Embedder
    from retrieval.vectors import Vector

_EMBEDDED_AT_ONCE = 64  # between two of these an interrupt is heard and progress told
_STORED_AT_ONCE = 1_000
# Copying a collection and changing the copy pays where adding all vectors again would take seconds.
_COPY_FROM = 1_000
_MOST_STALE = 0.3


def build(
    folder: Path,
    recipe: Recipe,
    found: Scan,
    embeddings: "Embedder",
    *,
    journal: Journal,
    old: Generation | None,
    progress: Progress | None = None,
) -> Generation:
    """A new generation in `folder`, which nobody uses yet. What `old` holds is neither split nor embedded again.

    Raises:
        DatelineError: the embedder or the Chroma server does not do its part.
    """
    folder.mkdir(parents=True)
    records = dict(found.records)
    for file, spans in _spans(recipe, found, old, progress):
        records[file] = replace(records[file], spans=spans)
    built = datetime.now().astimezone().isoformat(timespec="seconds")
    manifest = Manifest(
        str(recipe.corpus.resolve()), recipe.fingerprint, recipe.vectors_key, built, records, found.passed_over
    )
    ids = list(manifest.chunks_by_id)
    if not ids:
        raise DatelineError(no_article(recipe, records, found.passed_over))
    source = _Source(recipe, manifest, embeddings, journal, progress)
    vectors = _store(folder / CHROMA, recipe, source, old)
    try:
        manifest = replace(manifest, dimension=len(next(iter(vectors.get(ids[:1]).values()))))
        bm25 = build_bm25(folder / BM25, manifest)
        manifest.save(folder)
    except BaseException:
        vectors.close()
        raise
    return Generation(folder, manifest, bm25, vectors)


def _spans(
    recipe: Recipe, found: Scan, old: Generation | None, progress: Progress | None
) -> Iterator[tuple[str, tuple[tuple[int, int], ...]]]:
    """Chunk spans of the changed articles. A renamed file keeps those it had under its old name."""
    twins = {record.sha256: record for record in old.manifest.records.values()} if old else {}
    if old and old.manifest.fingerprint != recipe.fingerprint:
        twins = {}
    splitter = None
    for number, file in enumerate(sorted(found.unsplit)):
        article = found.records[file].article
        assert article
        twin = twins.get(article.sha256)
        if twin and twin.article and (twin.article.text, twin.article.leftovers) == (article.text, article.leftovers):
            yield file, twin.spans
            continue
        if splitter is None:
            # Half a second of imports that an unchanged folder must not pay.
            from retrieval.chunking import SentenceSplitter

            splitter = SentenceSplitter(chunk_size=recipe.chunk_tokens)
        if progress:
            progress("splitting", number, len(found.unsplit))
        yield file, tuple((chunk.start, chunk.end) for chunk in splitter.split_article(article))


class _Source:
    """Vectors of a manifest's chunks, each text embedded at most once."""

    def __init__(
        self,
        recipe: Recipe,
        manifest: Manifest,
        embeddings: "Embedder",
        journal: Journal,
        progress: Progress | None,
    ) -> None:
        self.ids = list(manifest.chunks_by_id)
        self._texts = {key: indexed_text(chunks[0]) for key, chunks in manifest.chunks_by_id.items()}
        self._embedder = recipe.embedder
        self._embeddings = embeddings
        self._progress = progress
        self._journal = journal
        self._embedded: dict[str, Vector] = {}

    def embed(self, ids: Sequence[str]) -> "list[Vector]":
        if any(key not in self._embedded for key in ids):
            self._embedded = {**self._journal.read(), **self._embedded}
        missing = [key for key in ids if key not in self._embedded]
        for start in range(0, len(missing), _EMBEDDED_AT_ONCE):
            self.tell("embedding", start, len(missing))
            batch = missing[start : start + _EMBEDDED_AT_ONCE]
            vectors = dict(zip(batch, self._vectors([self._texts[key] for key in batch]), strict=True))
            self._journal.append(vectors)
            self._embedded.update(vectors)
        if missing:
            self.tell("embedding", len(missing), len(missing))
        return [self._embedded[key] for key in ids]

    def tell(self, stage: str, done: int, total: int) -> None:
        if self._progress:
            self._progress(stage, done, total)

    def _vectors(self, texts: list[str]) -> "list[Vector]":
        import numpy

        try:
            vectors = numpy.asarray(self._embeddings.embed_documents(texts), dtype=numpy.float32)
        except DatelineError:
            raise
        except Exception as error:
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            raise DatelineError(
                f"embedding with {self._embedder!r} failed ({reason}): the index is as it was"
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(texts) or not numpy.isfinite(vectors).all():
            raise DatelineError(
                f"embedder {self._embedder!r} gave an array of shape {vectors.shape} for {len(texts)} texts: "
                "expected one row of finite numbers a text"
            )
        known = next(iter(self._embedded.values()), vectors[0])
        if len(known) != len(vectors[0]):
            raise DatelineError(
                f"embedder {self._embedder!r} gave vectors of {len(known)} and of {len(vectors[0])} dimensions: "
                "expected always the same"
            )
        return list(vectors)


def _store(folder: Path, recipe: Recipe, source: _Source, old: Generation | None) -> Vectors:
    """The chunks' vectors in Chroma, checked: by the cheapest way that leaves a sound collection."""
    if old and old.manifest.embedder != recipe.vectors_key:
        old = None
    if recipe.url:
        return _store_in_server(recipe, source)
    held = set(old.manifest.chunks_by_id) if old else set()
    stale = len(held - set(source.ids))
    ways: list[Callable[[], Vectors]] = []
    if old:
        if (
            old.manifest.fingerprint == recipe.fingerprint
            and len(held) >= _COPY_FROM
            and stale < _MOST_STALE * len(held)
        ):
            ways.append(lambda: _copied(folder, recipe, source, old))
        ways.append(lambda: _added(folder, recipe, source, old))
    ways.append(lambda: _added(folder, recipe, source, None))
    reason = ""
    for way in ways:
        shutil.rmtree(folder, ignore_errors=True)
        try:
            return way()
        except DatelineError:
            raise
        except Exception as error:  # Chroma raises many kinds; each way is sound without the one before
            reason = " ".join(str(error).split())[:200]
    raise DatelineError(f"index in {str(folder)!r} could not be built ({reason}): is the disk full?")


def _copied(folder: Path, recipe: Recipe, source: _Source, old: Generation) -> Vectors:
    shutil.copytree(old.folder / CHROMA, folder)
    held = set(old.manifest.chunks_by_id)
    wanted = set(source.ids)
    vectors = Vectors.in_folder(folder, recipe.collection(recipe.fingerprint))
    try:
        vectors.delete(held - wanted)
        fresh = [key for key in source.ids if key not in held]
        vectors.add(fresh, source.embed(fresh))
        check(vectors, source.ids, fresh=fresh)
    except BaseException:
        vectors.close()
        raise
    return vectors


def _added(folder: Path, recipe: Recipe, source: _Source, old: Generation | None) -> Vectors:
    held = old.manifest.chunks_by_id if old else {}
    fresh = [key for key in source.ids if key not in held]
    source.embed(fresh)
    vectors = Vectors.in_folder(folder, recipe.collection(recipe.fingerprint), create=True)
    try:
        for start in range(0, len(source.ids), _STORED_AT_ONCE):
            batch = source.ids[start : start + _STORED_AT_ONCE]
            source.tell("storing", start, len(source.ids))
            carried = old.vectors.get([key for key in batch if key in held]) if old else {}
            new = [key for key in batch if key not in carried]
            known = {**carried, **dict(zip(new, source.embed(new), strict=True))}
            vectors.add(batch, [known[key] for key in batch])
        source.tell("storing", len(source.ids), len(source.ids))
        # Made of nothing but fresh vectors, it cannot be had any better: only a broken one is refused.
        check(vectors, source.ids, tolerated=0.1 if old else 0.5)
    except BaseException:
        vectors.close()
        raise
    return vectors


def _store_in_server(recipe: Recipe, source: _Source, trust: bool = True) -> Vectors:
    """Other clients may use the collection at the same time: nothing of theirs is touched."""
    vectors = Vectors.in_server(recipe.url, recipe.collection(recipe.fingerprint))
    try:
        present = vectors.present(source.ids) if trust else set()
        fresh = [key for key in source.ids if key not in present]
        source.embed(fresh)
        for start in range(0, len(fresh), _STORED_AT_ONCE):
            source.tell("storing", start, len(fresh))
            batch = fresh[start : start + _STORED_AT_ONCE]
            vectors.add(batch, source.embed(batch))
        check(vectors, source.ids, fresh=fresh, tolerated=0.1 if trust else 0.5)
    except DamagedError as damage:
        vectors.close()
        if trust:
            return _store_in_server(recipe, source, trust=False)
        raise DatelineError(
            f"Chroma server {recipe.url!r} does not find what it was given ({damage}): check its disk"
        ) from None
    except BaseException:
        vectors.close()
        raise
    return vectors
