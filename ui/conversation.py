"""A reader's conversation: what was asked and what came of it."""

from dataclasses import dataclass

from assistant.answer import Answer, Citation, Statement


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer so far: statements while they arrive, then the Answer, or an error."""

    question: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    answer: Answer | None = None
    error: str = ""

    @property
    def waiting(self) -> bool:
        """Whether the answer is still being made."""
        return self.answer is None and not self.error

    def shown_statements(self) -> tuple[Statement, ...]:
        return self.statements if self.answer is None else self.answer.statements

    def shown_citations(self) -> tuple[Citation, ...]:
        return self.citations if self.answer is None else self.answer.citations


Conversation = tuple[Turn, ...]


def history(conversation: Conversation) -> list[dict[str, str]]:
    """The turns that ended in an answer, as chat messages."""
    return [
        message
        for turn in conversation
        if turn.answer is not None
        for message in (
            {"role": "user", "content": turn.question},
            {"role": "assistant", "content": turn.answer.text},
        )
    ]
