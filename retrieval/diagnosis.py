"""What can be said of an index without opening it: read-only, and safe on a damaged one."""

import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from retrieval.articles import MAX_BYTES
from retrieval.errors import DatelineError
from retrieval.generation import ended_clean
from retrieval.layout import current_generation, index_folder
from retrieval.lock import current_holder
from retrieval.manifest import DamagedError, Manifest
from retrieval.recipe import Recipe
from retrieval.scan import scan
from retrieval.vectors import heartbeat


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a report."""

    label: str
    text: str
    fine: bool = True
    """Whether there is nothing to do about it."""


def diagnose(
    corpus: Path,
    *,
    cache: Path,
    embedder: str,
    chunk_tokens: int = 200,
    chroma_url: str = "",
    max_bytes: int = MAX_BYTES,
) -> list[Finding]:
    """The state of a corpus's index in words. Opens no Chroma folder, changes nothing, raises nothing."""
    recipe = Recipe(Path(corpus), embedder, chunk_tokens, max_bytes, chroma_url.rstrip("/"))
    try:
        folder = index_folder(recipe, Path(cache))
        holder = current_holder(folder)
        return [
            Finding("index folder", str(folder)),
            Finding("in use by", str(holder) if holder else "nobody"),
            *_generation(recipe, folder, in_use=holder is not None),
            *_chroma(chroma_url),
        ]
    except (OSError, ValueError) as error:
        return [Finding("index", f"cannot be looked at: {' '.join(str(error).split())}", fine=False)]


def _generation(recipe: Recipe, folder: Path, *, in_use: bool) -> list[Finding]:
    current = current_generation(folder)
    if current is None:
        return [Finding("built", "not yet; the next question builds it"), *_articles(recipe, None)]
    try:
        manifest = Manifest.load(current)
    except DamagedError as damage:
        return [
            Finding("manifest", f"{damage}; the next question rebuilds the index", fine=False),
            *_articles(recipe, None),
        ]
    known = manifest.fingerprint == recipe.fingerprint
    clean, end = _last_end(current, in_use)
    size = sum(path.stat().st_size for path in current.rglob("*") if path.is_file())
    found = [
        Finding("built", f"{manifest.built} ({current.name}, {size / 1e6:.1f} MB)"),
        Finding(
            "fingerprint",
            manifest.fingerprint
            if known
            else f"{manifest.fingerprint}, the settings want {recipe.fingerprint}; the next question rebuilds",
            fine=known,
        ),
        Finding(
            "chunks", f"{len(manifest.chunks)} in {len(manifest.articles)} articles, {manifest.dimension} dimensions"
        ),
    ]
    if not recipe.url:
        found.append(Finding("last end", end, fine=clean or in_use))
    return [*found, *_articles(recipe, manifest)]


def _last_end(current: Path, in_use: bool) -> tuple[bool, str]:
    if in_use:
        return False, "in use"
    try:
        clean = ended_clean(current)
    except DamagedError as damage:
        return False, f"clean, but {damage} since; the next question rebuilds them"
    return clean, "clean" if clean else "unclean; the next opening tries the vectors in a child process"


def _articles(recipe: Recipe, manifest: Manifest | None) -> list[Finding]:
    started = time.perf_counter()
    try:
        found = scan(recipe, manifest.records if manifest else {}, {})
    except DatelineError as error:
        return [Finding("articles", str(error), fine=False)]
    articles = [file for file, record in found.records.items() if record.article]
    skipped = [*found.passed_over, *(file for file, record in found.records.items() if not record.article)]
    text = f"{len(articles)} readable, {len(skipped)} skipped, in {str(recipe.corpus)!r}"
    findings = [Finding("articles", f"{text} ({time.perf_counter() - started:.1f} s to look)")]
    if manifest:
        gone = manifest.records.keys() - found.records.keys()
        stale = sorted(
            {*gone, *found.unsplit}
            | {file for file in found.records if found.records[file] != manifest.records.get(file)}
        )
        named = ", ".join(stale[:5]) + (", …" if len(stale) > 5 else "")
        findings.append(
            Finding("stale files", f"{len(stale)}: {named}; the next question takes them in" if stale else "none")
        )
    return findings


def _chroma(url: str) -> list[Finding]:
    try:
        own = version("chromadb")
    except PackageNotFoundError:
        return [Finding("Chroma", "not installed: pip install chromadb", fine=False)]
    if not url:
        return [Finding("Chroma", f"{own}, in this process")]
    try:
        return [Finding("Chroma", f"{own}, server {heartbeat(url)} at {url}")]
    except DatelineError as error:
        return [Finding("Chroma", str(error), fine=False)]
