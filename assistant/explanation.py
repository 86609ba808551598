"""How an answer came about, stage by stage, made of what the stages noted while they answered."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from assistant.answer import Answer
from assistant.narration import narrated
from assistant.reasons import why
from assistant.steps import Step, steps_of
from retrieval.tracing import Trace


@dataclass(frozen=True, slots=True)
class Explanation:
    """An answer, what the stages of its road did in their order, and in one sentence why it came out so."""

    answer: Answer
    stages: tuple[Step, ...]
    why: str

    @property
    def text(self) -> str:
        """The stages for people to read, and last the outcome with its reason."""
        reason = f": {self.why}" if self.why else ""
        total = sum(step.milliseconds for step in self.stages)
        return "\n".join([*narrated(self.stages), f"{self.answer.outcome}{reason} ({total:.0f} ms)"])

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`; places are code points of the article, as in citations."""
        return {"answer": self.answer.to_dict(), "why": self.why, "stages": [asdict(step) for step in self.stages]}

    def to_json(self) -> str:
        """`to_dict` as JSON text, indented."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)


def explained(trace: Trace) -> Explanation:
    """The explanation of one question, whose answer is the last that was noted."""
    notes = [noted for _, noted in trace.notes]
    answer = notes[-1]
    assert isinstance(answer, Answer)
    return Explanation(answer, tuple(steps_of(trace)), why(answer, notes))
