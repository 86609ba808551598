"""A model read over a part of the data: with the passage given, and with passages searched for."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import bm25s
import numpy as np

from retrieval.articles import Chunk, ScoredChunk
from retrieval.encoder import Encoder
from retrieval.evidence import Evidence, Passage
from retrieval.evidence.embedding import EmbeddingEvidence
from retrieval.evidence.mixed import Mix, mixed
from retrieval.evidence.model import EvidenceModel, Logits
from retrieval.evidence.overlap import rarity
from retrieval.relatedness import WordVectors
from retrieval.search import fuse
from retrieval.training.evidence.reading import Question, Reading, Text
from retrieval.training.evidence.speech import told
from retrieval.training.evidence.wording import topics

READ, RANKED = 12, 24
FUSING = 59  # the model card's figures were taken with 60 and ranks from 0; `fuse` counts ranks from 1


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one passage: by its words and embeddings, and by the model."""

    by_words: Evidence
    logits: Logits

    def mixed(self, mix: Mix) -> Evidence:
        return mixed(self.by_words, self.logits, mix)


Found = list[tuple[Text, Said]]


def passage(text: Text, *, title: bool = True) -> Passage:
    return Passage(text.text, text.sentences, text.title if title else "")


class Retrieval:
    """The first stage: dense and BM25 rankings of texts, fused by reciprocal rank."""

    def __init__(self, texts: Sequence[Text], encoder: Encoder) -> None:
        self.texts = list(texts)
        # To be fused as the product's chunks are, each text is a chunk that begins at its place in the list.
        self._chunks = [ScoredChunk(Chunk("", place, place + 1, ""), 0.0) for place in range(len(self.texts))]
        self._encoder = encoder
        self._vectors = np.array(encoder.embed_documents([f"{t.title}\n{t.text}" for t in texts]))
        self._bm25 = bm25s.BM25()
        self._bm25.index(
            bm25s.tokenize([f"{t.title} {t.text}" for t in texts], stopwords="en", show_progress=False),
            show_progress=False,
        )

    def fused(self, questions: Sequence[str], *, without: Sequence[str] | None = None) -> list[list[int]]:
        """Indexes of the best texts per question; `without` names for each question a group to leave out."""
        wide = min(len(self.texts), 400)
        tokens = bm25s.tokenize(list(questions), stopwords="en", show_progress=False)
        lexical, _ = self._bm25.retrieve(tokens, k=wide, show_progress=False)
        dense = (-(np.array(self._encoder.embed_documents(list(questions))) @ self._vectors.T)).argsort(1)[:, :wide]
        found = []
        for index in range(len(questions)):
            own = without[index] if without is not None else None
            rankings = [
                [self._chunks[text] for text in ranking[index].tolist() if self.texts[text].group != own][:RANKED]
                for ranking in (lexical, dense)
            ]
            found.append([scored.chunk.start for scored in fuse(rankings, k=FUSING)[:READ]])
        return found


class Judge:
    """Runs a model, and the scorer it is mixed with, over one part of the data."""

    def __init__(self, model: EvidenceModel, reading: Reading, encoder: Encoder) -> None:
        self.model = model
        self.reading = reading
        self.encoder = encoder
        self._words = EmbeddingEvidence(encoder, WordVectors.embedded(), rarity(t.text for t in reading.texts))

    def read(self, question: str, passages: Sequence[Passage]) -> list[Said]:
        said = zip(self._words.score(question, passages), self.model.read(question, passages), strict=True)
        return [Said(*pair) for pair in said]

    def given(self, source: str, *, limit: int = 10**9, title: bool = True) -> list[tuple[Question, Said]]:
        """Questions of a source, each with its own passage."""
        asked = [q for q in self.reading.questions if q.text.source == source]
        if len(asked) > limit:
            asked = random.Random(source).sample(asked, limit)
        return [(q, self.read(q.question, [passage(q.text, title=title)])[0]) for q in asked]

    def searched(
        self, texts: Sequence[Text], questions: Sequence[Question], *, off_topic: bool = False
    ) -> list[tuple[Question, Found]]:
        """Questions with the fused top passages, in fused order; off topic: none of their own article."""
        retrieval = Retrieval(texts, self.encoder)
        without = [q.text.group for q in questions] if off_topic else None
        ranked = retrieval.fused([q.question for q in questions], without=without)
        found = []
        for question, row in zip(questions, ranked, strict=True):
            held = [retrieval.texts[i] for i in row]
            said = self.read(question.question, [passage(text) for text in held])
            found.append((question, list(zip(held, said, strict=True))))
        return found

    def spoken(self, *, limit: int = 600) -> list[tuple[bool, tuple[int, ...], Said]]:
        """Made news passages: (answered, sentence labels, said)."""
        rng = random.Random("speech")
        texts = [t for t in self.reading.texts if t.source in ("squad2", "new_wiki")]
        asked: dict[str, dict[int, list[str]]] = {}
        for q in self.reading.questions:
            for index in q.answer_sentences:
                asked.setdefault(q.text.name, {}).setdefault(index, []).extend(topics(q.question))
        made = [t for text in texts for t in told(text, rng.choice(texts).text, asked.get(text.name, {}), {}, rng)]
        made = rng.sample(made, min(len(made), limit))
        return [(t.answerable, t.labels, self.read(t.question, [Passage(t.text, t.sentences)])[0]) for t in made]
