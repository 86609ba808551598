"""The chat-model answerer: the model writes from numbered passages, code finds and verifies what bears each statement out."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assistant.abstention import abstains, refuses
from assistant.answer import Answer, Citation, Outcome, Statement, StatementEvent, Unverified
from assistant.answerer import Answerer
from assistant.extractive import Bearing
from assistant.prompts import QUESTION, SYSTEM, fitting, inert, numbered
from assistant.provider import Deadlines, ProviderError, reply_pieces
from assistant.redaction import told
from assistant.settings import has_key
from assistant.stages import Stage, begin
from assistant.statements import as_written, without_thoughts
from retrieval.articles import Article, ScoredChunk
from retrieval.errors import DatelineError
from retrieval.tracing import note

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from retrieval.evidence import EvidenceScorer
    from retrieval.sentences import Span

FindBearing = Callable[[str, Sequence[ScoredChunk], Mapping[str, Article]], Bearing]
"""Of what was retrieved for a question that stands alone, what the model may read, best first; nothing: it is not asked."""

TIMEOUT = 120.0  # seconds: ends a client's thread that nobody waits for any more
NO_KEY = "none"  # what a server of one's own is told: OpenAI's client refuses to go without
EXTRACTED = "{trouble}: this answer is made of the articles' own sentences."
INCOMPLETE = "{trouble}: the answer is incomplete."
NOTHING_LEFT = "Nothing that the chat model wrote could be verified."

PROMPT_TOKENS = 3500
"""The longest prompt in tokens for a model whose profile sets no limit: a small window of 4,096 tokens, and room for the reply."""
SHARE = 0.75  # of the limit of a profile: its own tokenizer may count more, and a reply has to fit beside the prompt


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The passages that a chat model is asked to answer from, numbered from 1 in this order."""

    passages: Sequence[ScoredChunk]


class ComposedAnswerer(Answerer):
    """Answers in a chat model's words; every statement is verified against the sentences that code cites for it.

    `prompt_tokens` limits the prompt; None: by the model's profile.
    """

    def __init__(
        self,
        model: "BaseChatModel",
        *,
        bearing: FindBearing | None = None,
        scorer: "EvidenceScorer | None" = None,
        fallback: Answerer | None = None,
        deadlines: Deadlines | None = None,
        prompt_tokens: int | None = None,
    ) -> None:
        from assistant.support import Supporter

        self.model = model
        self.bearing = bearing or (lambda question, retrieved, articles: Bearing(tuple(retrieved)))
        self.supporter = Supporter(scorer)
        self.fallback = fallback
        self.deadlines = deadlines or Deadlines()
        self.prompt_tokens = prompt_tokens or _prompt_tokens(model)

    @staticmethod
    def model_named(name: str, url: str = "") -> "BaseChatModel":
        """The model that `init_chat_model` makes of a name such as `anthropic:claude-…`.

        `url` is the address of a server that speaks the provider's protocol, such as http://127.0.0.1:8000/v1 for
        `openai:` names; with one, a key is not needed.

        Raises:
            DatelineError: the provider is unknown, or its package or key is missing.
        """
        from langchain.chat_models import init_chat_model

        # Tried again and given up by `provider`, which a client with rules of its own would outlast.
        options: dict[str, Any] = {"max_retries": 0, "timeout": TIMEOUT}
        address: dict[str, Any] = {"base_url": url} if url else {}
        if url and name.startswith("openai:") and not has_key("openai"):
            address["api_key"] = NO_KEY
        try:
            try:
                model: BaseChatModel = init_chat_model(name, **options, **address)
            except (TypeError, ValueError):  # no such options: not every provider has them
                model = init_chat_model(name, **address)
            return model
        except ImportError:
            raise DatelineError(
                f"chat model {name!r} needs the package of its provider: pip install 'dateline[openai]' "
                "(or [anthropic], [ollama], [google]; for any other its langchain package)"
            ) from None
        except Exception as error:  # each provider raises its own kinds
            if "infer model provider" in str(error):
                raise DatelineError(
                    f"chat model {name!r} names no provider: expected provider:model, such as ollama:qwen3"
                ) from None
            raise DatelineError(
                f"chat model {name!r} cannot be used ({told(error)}): check its name and set its key"
            ) from None

    def stream(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> Iterator[StatementEvent | Answer]:
        """The model's statements, each as soon as it is written and verified, then the answer; without any, an abstention.

        Where the provider fails before a statement stood, the fallback answers and the notice says so; later, what stands
        is kept.

        Raises:
            ProviderError: the provider failed and there is no fallback.
        """
        bearing = self.bearing(question, retrieved, articles)
        if not bearing.chunks:  # no evidence, no model call
            yield Answer(question, "not_in_articles", retrieved=tuple(retrieved), nearest=bearing.nearest)
            return
        draft = _Draft(articles)
        notice = ""
        try:
            yield from self._statements(question, bearing.chunks, draft)
        except ProviderError as trouble:
            if not draft.statements and self.fallback is None:
                raise
            notice = (INCOMPLETE if draft.statements else EXTRACTED).format(trouble=_capitalised(str(trouble)))
        if notice and not draft.statements and self.fallback is not None:
            for answered in self.fallback.stream(question, bearing.chunks, articles):
                if isinstance(answered, Answer):
                    answered = replace(answered, notice=notice, unverified=tuple(draft.unverified))
                yield answered
            return
        yield Answer(
            question=question,
            outcome=draft.outcome,
            statements=tuple(draft.statements),
            citations=tuple(draft.citations.values()),
            retrieved=bearing.chunks,
            unverified=tuple(draft.unverified),
            nearest=None if draft.statements else bearing.nearest,
            notice=notice or (NOTHING_LEFT if draft.unverified and not draft.statements else ""),
        )

    def _statements(self, question: str, retrieved: Sequence[ScoredChunk], draft: "_Draft") -> Iterator[StatementEvent]:
        """What of the reply is borne out, statement by statement; the rest goes to the draft."""
        passages = fitting(retrieved, question, tokens=self.prompt_tokens)
        if not passages:
            raise ProviderError(f"no passage fits into the chat model's {self.prompt_tokens:,} tokens")
        note(HandedOver, passages)
        # Beside the model, which takes longer to think.
        threading.Thread(target=self.supporter.read, args=(passages, draft.articles), daemon=True).start()
        begin(Stage("writing"))
        for text, numbers in as_written(without_thoughts(self._reply(question, passages))):
            if draft.repeats(text):
                continue
            if abstains(text):
                draft.abstained = True
                continue
            pointed = [passages[number - 1] for number in dict.fromkeys(numbers) if 1 <= number <= len(passages)]
            begin(Stage("checking"))
            support = self.supporter.of(text, pointed, passages, draft.articles)
            begin(Stage("writing"))
            if support.places:
                yield draft.stated(text, support.places)
            elif refuses(text):
                draft.abstained = True
            else:
                draft.unverified.append(Unverified(text, support.reason))

    def _reply(self, question: str, passages: Sequence[ScoredChunk]) -> Iterator[str]:
        from langchain_core.messages import HumanMessage, SystemMessage

        prompt = QUESTION.format(passages=numbered(passages), question=inert(question))
        return reply_pieces(self.model, [SystemMessage(SYSTEM), HumanMessage(prompt)], self.deadlines)


@dataclass
class _Draft:
    """An answer as it grows: what was verified with its citations, what was not, and whether the model abstained."""

    articles: Mapping[str, Article]
    statements: list[Statement] = field(default_factory=list)
    citations: dict[tuple[str, "Span"], Citation] = field(default_factory=dict)
    unverified: list[Unverified] = field(default_factory=list)
    abstained: bool = False
    _written: set[str] = field(default_factory=set)

    def repeats(self, text: str) -> bool:
        """Whether a statement came before: weak models go round in circles."""
        key = " ".join(re.findall(r"\w+", text.lower()))
        before = key in self._written
        self._written.add(key)
        return before

    def stated(self, text: str, places: Sequence[tuple[str, "Span"]]) -> StatementEvent:
        """Take up a statement that these places bear out."""
        known = len(self.citations)
        for file, (start, end) in places:
            article = self.articles[file]
            quote = article.text[start:end]
            citation = Citation(len(self.citations) + 1, file, start, end, quote, article.title)
            self.citations.setdefault((file, (start, end)), citation)
        statement = Statement(text, tuple(self.citations[place].number for place in places))
        self.statements.append(statement)
        return StatementEvent(statement, tuple(self.citations.values())[known:])

    @property
    def outcome(self) -> Outcome:
        """A model that says that the articles do not say, and something besides, answers in part."""
        return "not_in_articles" if not self.statements else "partial" if self.abstained else "answered"


def _prompt_tokens(model: "BaseChatModel") -> int:
    """The longest prompt that a model takes, by its profile where it has one."""
    limit = (getattr(model, "profile", None) or {}).get("max_input_tokens")
    return int(SHARE * limit) if limit else PROMPT_TOKENS


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
