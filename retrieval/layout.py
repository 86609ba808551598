"""Where in the cache the index of a corpus lies."""

import re
from pathlib import Path

from retrieval.recipe import Recipe

CURRENT = "current"
_GENERATION = re.compile(r"gen-(\d{1,12})")


def index_folder(recipe: Recipe, cache: Path) -> Path:
    """The folder of the corpus's index: one per corpus path, and one more for each server that holds its vectors."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", recipe.corpus.resolve().name).strip("-")[:40] or "corpus"
    return cache.resolve() / f"{name}-{recipe.folder_id}"


def current_generation(folder: Path) -> Path | None:
    """The folder of the generation that answers; None where none was ever finished or the pointer is damaged."""
    try:
        name = (folder / CURRENT).read_text("utf-8")
    except (OSError, ValueError):
        return None
    return folder / name if _GENERATION.fullmatch(name) else None


def generation_number(path: Path) -> int:
    """The number in a generation's folder name; 0 where the path is none."""
    match = _GENERATION.fullmatch(path.name)
    return int(match[1]) if match else 0
