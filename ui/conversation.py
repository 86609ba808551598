"""A question and what came of it, as the page shows it."""

from dataclasses import dataclass

from assistant.answer import Answer, Citation, Statement


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer so far: statements while they arrive, then the Answer, or an error, or a stop."""

    question: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    progress: str = ""
    """What is being done, while the answer is still being made."""

    @property
    def state(self) -> str:
        """`waiting`, `done`, `stopped` or `error`."""
        if self.error:
            return "error"
        return "stopped" if self.stopped else "waiting" if self.answer is None else "done"

    def shown_statements(self) -> tuple[Statement, ...]:
        return self.statements if self.answer is None else self.answer.statements

    def shown_citations(self) -> tuple[Citation, ...]:
        return self.citations if self.answer is None else self.answer.citations

    def chips(self) -> tuple[Citation, ...]:
        """What the turn's chips lead to: its citations, or the nearest thing to an answer."""
        nearest = self.answer.nearest if self.answer else None
        return self.shown_citations() if nearest is None else (*self.shown_citations(), nearest)
