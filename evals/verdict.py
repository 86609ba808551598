"""What an answer has and lacks of what its case requires: checked by code alone, the same every time."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.answer import Answer, Citation
from evals import metrics
from evals.case import Case
from evals.originals import Originals
from evals.wording import says


@dataclass(frozen=True)
class Verdict:
    """One case, its answer, and what is right and wrong about it."""

    case: Case
    answer: Answer
    found: tuple[bool, ...]
    """Of each fact, whether the answer states it."""
    speaker_named: bool | None
    """None where the case asks for no speaker."""
    forbidden: tuple[bool, ...]
    """Of each forbidden wording, whether the answer has it."""
    verbatim: tuple[bool, ...]
    """Of each citation, whether its quote stands in its file at its place."""
    gold: tuple[tuple[metrics.Span, ...], ...] = ()
    """Of each gold quote, every place that it stands at."""
    milliseconds: float = field(default=0.0, compare=False)

    @cached_property
    def cited(self) -> tuple[str, ...]:
        """Files cited, sorted."""
        return tuple(sorted({citation.file for citation in self.answer.citations}))

    @cached_property
    def cited_spans(self) -> tuple[metrics.Span, ...]:
        return tuple((citation.file, citation.start, citation.end) for citation in self.answer.citations)

    @cached_property
    def ranks(self) -> tuple[int | None, ...]:
        """Of each gold quote, the place (from 1) of the first retrieved chunk that holds it; None where none does."""
        return metrics.ranks(self.gold, ((r.chunk.file, r.chunk.start, r.chunk.end) for r in self.answer.retrieved))

    @property
    def judgement(self) -> metrics.Judgement:
        return not self.case.answerable, self.answer.abstained

    @property
    def right(self) -> bool:
        """Answered with every fact, the speaker if one is asked for, and nothing forbidden."""
        return (
            not self.answer.abstained
            and all(self.found)
            and self.speaker_named is not False
            and not any(self.forbidden)
        )

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, a few words each; none where the case holds."""
        case = self.case
        if not case.answerable:
            wrong = [] if self.answer.abstained else ["answered, though the articles do not say"]
        elif self.answer.abstained:
            wrong = ["abstained"]
        else:
            wrong = [f"missing {_or(fact)}" for fact, found in zip(case.facts, self.found, strict=True) if not found]
            wrong += [f"speaker not named: {_or(case.speaker)}"] if self.speaker_named is False else []
            wrong += [f"forbidden {w!r}" for w, stated in zip(case.forbidden, self.forbidden, strict=True) if stated]
            wrong += [f"may not cite {file}" for file in self.cited if file not in case.files]
            wrong += [f"should cite {file}" for file in case.must_cite if file not in self.cited]
            wrong += [] if self.cited else ["cites nothing"]
        wrong += [
            f"not in {citation.file} at {citation.start}-{citation.end}: {citation.quote[:60]!r}"
            for citation, verbatim in zip(self.answer.citations, self.verbatim, strict=True)
            if not verbatim
        ]
        return tuple(wrong)

    @property
    def holds(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.problems


def check(case: Case, answer: Answer, originals: Originals, *, milliseconds: float = 0.0) -> Verdict:
    """Hold an answer against its case; quotes are looked up in the files. An abstention states nothing."""
    said = () if answer.abstained else _said(answer)
    return Verdict(
        case=case,
        answer=answer,
        found=tuple(_any_says(said, wordings) for wordings in case.facts),
        speaker_named=_any_says(said, case.speaker) if case.speaker else None,
        forbidden=tuple(_any_says(said, [word]) for word in case.forbidden),
        verbatim=tuple(_is_verbatim(citation, originals) for citation in answer.citations),
        gold=tuple(_places(passages, case.files, originals) for passages in case.quotes),
        milliseconds=milliseconds,
    )


def _said(answer: Answer) -> tuple[str, ...]:
    # Without the markers, which may stand between two sentences of one statement.
    return re.sub(r"\s*\[\d+\]", "", answer.text), *(citation.quote for citation in answer.citations)


def _any_says(texts: Sequence[str], wordings: Iterable[str]) -> bool:
    return any(says(text, wording) for wording in wordings for text in texts)


def _is_verbatim(citation: Citation, originals: Originals) -> bool:
    return originals.holds(file=citation.file, start=citation.start, end=citation.end, quote=citation.quote)


def _places(passages: Iterable[str], files: Iterable[str], originals: Originals) -> tuple[metrics.Span, ...]:
    return tuple(
        (file, found.start(), found.end())
        for passage in passages
        for file in files
        for found in re.finditer(re.escape(passage), originals.text(file) or "")
    )


def _or(wordings: Iterable[str]) -> str:
    return " or ".join(map(repr, wordings))
