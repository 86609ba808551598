"""Why an answer came out as it did, in one sentence made of what the stages noted."""

from collections.abc import Sequence
from typing import TypeVar

from assistant.answer import Answer
from assistant.extractive import Choice, TakenApart
from assistant.weighing import Weighing
from retrieval.search import Searched

T = TypeVar("T")


def why(answer: Answer, notes: Sequence[object]) -> str:
    """Empty where an answerer noted nothing of how it chose."""
    reason = _reason(answer, notes)
    lacking = f"nothing was found about {', '.join(answer.missing)}" if answer.missing else ""
    return "; ".join(filter(None, (reason, lacking))) if reason else ""


def _reason(answer: Answer, notes: Sequence[object]) -> str:
    apart, choice = _last(TakenApart, notes), _last(Choice, notes)
    if apart is None or choice is None:
        return ""
    weighings = [noted for noted in notes[notes.index(apart) :] if isinstance(noted, Weighing)]
    searched = _last(Searched, notes)
    evidence = _chosen(apart, choice, weighings) if choice.runs else _refused(apart, weighings, searched)
    stated, removed = len(answer.statements), len(answer.unverified)
    if answer.confidence is not None:
        return "what was chosen could not be verified" if choice.runs and not stated else evidence
    if not choice.runs:
        return f"no chat model was asked: {evidence}"
    if stated:
        return f"{stated} of {stated + removed} statements of the chat model were verified"
    if removed:
        return f"none of {removed} statements of the chat model could be verified"
    return "the chat model found no answer in the passages"


def _chosen(apart: TakenApart, choice: Choice, weighings: Sequence[Weighing]) -> str:
    weighing = next(one for one in weighings if any(option.chosen for option in one.options))
    if not weighing.bar:
        return f"these are words of {_speaker(apart)}, and no subject was asked for"
    score = f"the best {_thing(apart, weighing)} scores {weighing.options[0].score:.2f}, the bar is {weighing.bar:.2f}"
    return score if choice.sure else f"{score}: less than {apart.thresholds.sure} above it in log odds is not sure"


def _refused(apart: TakenApart, weighings: Sequence[Weighing], searched: Searched | None) -> str:
    if searched is not None and not searched.fused:
        return "the search found nothing"
    if apart.asked.unknown_names:
        return f"nothing that was found names {', '.join(sorted(apart.asked.unknown_names))}"
    nearest = [_nearest(apart, weighing) for weighing in weighings]
    if apart.asked.collective and all(weighing.spoken for weighing in weighings):
        nearest.append(f"no sentence names {_speaker(apart)}")
    return "; ".join(nearest) or "what was found holds no sentence to weigh"


def _nearest(apart: TakenApart, weighing: Weighing) -> str:
    if not weighing.options:
        return f"what was found holds no words of {_speaker(apart)}"
    best = weighing.options[0]
    return f"the nearest {_thing(apart, weighing)} scores {best.score:.2f}, below the bar of {weighing.bar:.2f}"


def _thing(apart: TakenApart, weighing: Weighing) -> str:
    return f"passage in the words of {_speaker(apart)}" if weighing.spoken else "sentence"


def _speaker(apart: TakenApart) -> str:
    return " ".join(sorted(apart.asked.speaker))


def _last(kind: type[T], notes: Sequence[object]) -> T | None:
    return next((noted for noted in reversed(notes) if isinstance(noted, kind)), None)
