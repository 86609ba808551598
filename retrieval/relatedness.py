"""How near two words are in meaning, whatever stands around them: arms and weapons, delivery and supply.

Static vectors: the sentence encoder's own input embeddings, cut to their principal axes. They see what shared stems
miss, and cost no reading of the text.
"""

import io
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from retrieval.encoder import verified

Vectors = npt.NDArray[np.float32]


class WordVectors:
    """Unit vectors of words; a word of several pieces is their mean."""

    def __init__(self, table: npt.NDArray[np.int8], tokenizer: Tokenizer) -> None:
        self.table = table
        self.tokenizer = tokenizer
        self._known: dict[str, Vectors] = {}

    @classmethod
    @cache
    def embedded(cls) -> "WordVectors":
        """The vectors that come with the embedded encoder."""
        tokenizer = Tokenizer.from_buffer(verified("tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return cls(np.load(io.BytesIO(verified("words.npy")), allow_pickle=False), tokenizer)

    def vectors(self, words: Sequence[str]) -> Vectors:
        """An array (words, dimensions) of unit vectors; zeros for a word without pieces."""
        if not words:
            return np.zeros((0, self.table.shape[1]), dtype=np.float32)
        # A copy of what is needed: another thread may empty the store at any time.
        held = {word: vector for word in words if (vector := self._known.get(word)) is not None}
        new = [word for word in dict.fromkeys(words) if word not in held]
        if not new:
            return np.array([held[word] for word in words])
        texts = [word.encode("utf-8", "replace").decode() for word in new]
        for word, encoding in zip(new, self.tokenizer.encode_batch(texts, add_special_tokens=False), strict=True):
            total = self.table[encoding.ids[:16]].astype(np.float32).sum(0)
            held[word] = total / max(float(np.linalg.norm(total)), 1e-9)
        if len(self._known) + len(new) > 50_000:
            self._known.clear()
        self._known.update(held)
        return np.stack([held[word] for word in words])
