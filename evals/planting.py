"""A copy of the articles with texts planted in them."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from evals.case import Planted
from evals.originals import Originals


def planted_text(text: str, plant: Planted) -> str:
    """The text with the planted one after its words, as a paragraph of its own."""
    before, after = text.split(plant.after)
    return f"{before}{plant.after}\n\n{plant.text}\n\n{after}"


def plant_in_copy(corpus: Path, planted: Iterable[Planted], copy: Path) -> Path:
    """`copy`, made to hold the articles of `corpus` with the texts planted in them."""
    shutil.copytree(corpus, copy, dirs_exist_ok=True, ignore_dangling_symlinks=True)
    for plant in planted:
        text = Originals(copy).text(plant.file)
        assert text is not None  # checked when the cases were loaded
        (copy / plant.file).write_bytes(planted_text(text, plant).encode("utf-8"))
    return copy
