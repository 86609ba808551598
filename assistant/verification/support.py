"""Whether quotes speak of what a statement says at all."""

import math
from functools import cache

from assistant.verification.comparison import Comparison
from assistant.verification.lexicon import CALENDAR, LIGHT
from retrieval.evidence import EvidenceScorer, Passage, log_odds

# With an evidence model its log odds count beside the share of the words met; both were set on the tuning pairs, where
# they let 1 in 10 statements about something else pass, and 1 in 8 true paraphrases fail.
SURE = 0.85
"""From this share of its words on a statement is supported without asking the model."""
TOO_LITTLE = 0.2
BEARS, PER_ODDS = 1.0, 0.1
ALONE = 0.56
"""The bar where there is no model."""
# The vocabulary begins with signs and letters, and ends at the last rank.
_COMMONEST, _RAREST, _LEAST = 1000, 30_000, 0.2
NAME_WEIGHT = 0.25  # names are compared by themselves; that they are shared says little of what is said


@cache
def rarity(word: str) -> float:
    """How much a word tells: more the rarer it is, by its rank among the words of the encoder's vocabulary.

    >>> rarity("people") < rarity("harvest") < rarity("panhandling")
    True
    """
    from retrieval.relatedness import WordVectors

    rank = WordVectors.embedded().tokenizer.token_to_id(word)
    return max(math.log((rank or _RAREST) / _COMMONEST), _LEAST)


def coverage(pair: Comparison) -> float:
    """Share of a statement's words that its quotes have, or have one near in meaning to."""
    total = met = words = words_met = 0.0
    for index, token in enumerate(pair.statement):
        if not token.content or token.stem in LIGHT or token.lower in CALENDAR:
            continue
        share = pair.met(index)
        if share < 1.0 and (token.name or token.text[0].isdigit()):
            continue  # the slots have found it around the quotes
        weight = NAME_WEIGHT if token.name else rarity(token.lower)
        total += weight
        met += weight * share
        if not token.name:
            words, words_met = words + 1, words_met + share
    if words and not words_met:
        return 0.0  # "Beijing denies it": only the names are shared
    return met / total if total else 1.0


def bears_out(pair: Comparison, scorer: EvidenceScorer | None, *, title: str = "") -> bool:
    """Whether the quotes are about what the statement says."""
    share = coverage(pair)
    if scorer is None:
        return share >= ALONE
    if share >= SURE or share < TOO_LITTLE:
        return share >= SURE
    (evidence,) = scorer.score(pair.text, [Passage.of(pair.told, title)])
    return share + PER_ODDS * log_odds(min(max(evidence.answerable, 1e-6), 1.0 - 1e-6)) >= BEARS
