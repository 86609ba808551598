"""A chat model's wording of a follow-up, kept only where it says nothing that the conversation does not."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.followups.conversation import Turn
from assistant.followups.openings import openings
from assistant.followups.phrases import carries, names_in
from assistant.followups.standalone import Standalone, standalone
from assistant.prompts import rewriting_messages
from assistant.provider import Deadlines, ProviderError, reply_pieces
from retrieval.places import country
from retrieval.words import terms, words

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# A reader waits for this before anything is searched; the rules are there in its stead.
DEADLINES = Deadlines(first_token=4.0, total=8.0, retries=0)
_SHOWN = 6  # messages of the conversation
_LONGER = 200  # characters that a rewrite may be longer than the question
_SHORT = 3  # words of subject: a question without a name that has no more may lean on what was said
_DENIES = re.compile(r"\b(?:not|no|never|nobody|nothing|none|neither|nor|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|when|where|why|how|which)\b", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:\W*(?:(?:standalone|rewritten|new) )?(?:question|rewrite)\W*:)?[\s\"“”*_`]*|[\s\"“”*_`]+$", re.IGNORECASE
)


def rewritten(
    question: str, turns: Sequence[Turn], model: "BaseChatModel", *, deadlines: Deadlines = DEADLINES
) -> Standalone:
    """The question as `model` puts it where it leaves something open, if that is `faithful`; else as the rules do.

    A model that cannot be reached or takes too long is no trouble for the reader: the rules answer.
    """
    ruled = standalone(question, turns)
    if not turns or not (ruled.open or _doubtful(question)):
        return ruled
    reply = ""
    try:
        for piece in reply_pieces(model, rewriting_messages(question, turns[-_SHOWN:]), deadlines):
            reply += piece
            if len(reply) > len(question) + 2 * _LONGER:
                break
    except ProviderError:
        return ruled
    text = _LABEL.sub("", reply.strip())
    if not faithful(text, question, turns):
        return ruled
    return Standalone(text, ruled.assumption if ruled.carried and ruled.carried[0] in text else "", (), open=True)


def _doubtful(question: str) -> bool:
    return not names_in(question) and sum(map(carries, words(question))) <= _SHORT


def faithful(text: str, question: str, turns: Sequence[Turn]) -> bool:
    """Whether a rewrite is one question that keeps the words of this one and adds none that the conversation lacks.

    Names, numbers and words of subject are compared as stems; what is denied stays denied, what is asked for is asked for.
    """
    said = " ".join([question, *(turn.text for turn in turns)])
    kept = _subject(question) - {country(term) for word in ("and", "also", "then", "about") for term in terms(word)}
    return (
        text.endswith("?")
        and "\n" not in text
        and text.count("?") <= max(question.count("?"), 1)
        and not re.search(r"[.!]\s", re.sub(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr)\.", "", text))
        and len(text) <= len(question) + _LONGER
        and kept <= _subject(text) <= _subject(said)
        and {word.lower() for word in _ASKS.findall(question)} <= {word.lower() for word in _ASKS.findall(text)}
        and (not _DENIES.search(text) or bool(_DENIES.search(f"{question} {_last_question(turns)}")))
        and not any(one.kind == "person" for one in openings(text))
    )


def _subject(text: str) -> set[str]:
    """Stems of the words that carry the subject, countries under one name."""
    return {country(term) for word in words(text) if carries(word) for term in terms(word)}


def _last_question(turns: Sequence[Turn]) -> str:
    return next((turn.text for turn in reversed(turns) if turn.role == "user"), "")
