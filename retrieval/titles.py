"""Words that stand before a name and are no part of it."""

from retrieval.words import stem

_WORDS = (
    "president vice prime minister foreign defence defense finance chancellor premier leader mr mrs ms dr sir lord lady king queen"
    " prince princess general colonel captain secretary senator governor mayor professor judge chairman director spokesman"
    " spokeswoman expert analyst ambassador chief pope saint state deputy ministry former"
)
TITLES = frozenset(map(stem, _WORDS.split()))
