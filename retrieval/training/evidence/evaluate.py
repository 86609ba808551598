"""Figures of an exported model on the held-out articles.

python evaluate.py --data DIR --model FOLDER [--name evidence.int8.onnx] [--part test] [--report FILE]
"""

import argparse
import json
import random
import re
import string
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np

from retrieval.training.evidence.model import EvidenceModel, Logits, Passage
from retrieval.training.evidence.reading import Question, Reading, Text, load
from retrieval.training.evidence.speech import told
from retrieval.training.evidence.wording import topics

READ = 12
CHUNK = 256


def passage(text: Text, *, title: bool = True) -> Passage:
    return Passage(text.text, text.sentences, text.title if title else "")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Chosen on dev, used on test."""

    answerable: float = 0.0
    sentence: float = 0.0
    """For one short answer and for several sentences alike."""
    clapnq: float = 0.0
    """For answers of several sentences."""
    rank_prior: float = 0.0


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Chance that a positive scores above a negative."""
    scores = np.concatenate((positive, negative))
    order = scores.argsort(kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        same = scores == value
        ranks[same] = ranks[same].mean()
    n, m = len(positive), len(negative)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def normalised(answer: str) -> list[str]:
    """The official SQuAD normalisation."""
    answer = "".join(c for c in answer.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", answer).split()


def exact_and_f1(said: str, golds: Sequence[str]) -> tuple[float, float]:
    exact = f1 = 0.0
    for gold in golds:
        one, other = normalised(said), normalised(gold)
        exact = max(exact, float(one == other))
        shared = sum((Counter(one) & Counter(other)).values())
        if not one or not other:
            f1 = max(f1, float(one == other))
        elif shared:
            f1 = max(f1, 2 * shared / (len(one) + len(other)))
    return exact, f1


def span_text(question: Question, logits: Logits) -> str:
    return question.text.text[slice(*logits.span)]


class Retrieval:
    """The first stage: dense and BM25 rankings of texts, fused by reciprocal rank."""

    def __init__(self, texts: Sequence[Text], dense: "Dense | None") -> None:
        self.texts = list(texts)
        self._dense = dense
        self._vectors = dense([f"{t.title}\n{t.text}" for t in texts]) if dense else None
        self._bm25 = bm25s.BM25()
        self._bm25.index(
            bm25s.tokenize([f"{t.title} {t.text}" for t in texts], stopwords="en", show_progress=False),
            show_progress=False,
        )

    def fused(
        self, questions: Sequence[str], *, without: Sequence[str] | None = None, depth: int = READ
    ) -> list[list[int]]:
        """Indexes of the best texts per question; `without` names for each question a group to leave out."""
        wide = min(len(self.texts), 400)
        tokens = bm25s.tokenize(list(questions), stopwords="en", show_progress=False)
        lexical, _ = self._bm25.retrieve(tokens, k=wide, show_progress=False)
        rankings = [lexical]
        if self._dense is not None and self._vectors is not None:
            rankings.append((-(self._dense(list(questions)) @ self._vectors.T)).argsort(1)[:, :wide])
        found = []
        for index in range(len(questions)):
            scores: dict[int, float] = {}
            for ranking in rankings:
                rank = 0
                for text in ranking[index].tolist():
                    if without is not None and self.texts[text].group == without[index]:
                        continue
                    scores[text] = scores.get(text, 0.0) + 1 / (60 + rank)
                    rank += 1
                    if rank == 24:
                        break
            found.append(sorted(scores, key=lambda text: -scores[text])[:depth])
        return found


class Dense:
    """all-MiniLM-L6-v2 sentence embeddings."""

    def __init__(self, base: Path) -> None:
        import torch
        from tokenizers import Tokenizer

        from retrieval.training.evidence.network import from_minilm

        self._torch = torch
        self._network = from_minilm(base).eval()
        self._tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        self._tokenizer.enable_truncation(256)
        self._tokenizer.enable_padding()

    def __call__(self, texts: list[str]) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        torch, network = self._torch, self._network
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.zeros((len(texts), 384), np.float32)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for cut in range(0, len(order), 32):
                part = order[cut : cut + 32]
                encoded = self._tokenizer.encode_batch([texts[i] for i in part])
                ids = torch.tensor([e.ids for e in encoded])
                mask = torch.tensor([e.attention_mask for e in encoded])
                hidden = network.norm(
                    network.words(ids) + network.places(torch.arange(ids.shape[1])) + network.segments(ids * 0)
                )
                bias = (1.0 - mask[:, None, None, :].float()) * -10000.0
                for layer in network.layers:
                    hidden = layer(hidden, bias)
                mean = (hidden.float() * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
                vectors[part] = torch.nn.functional.normalize(mean, dim=-1).numpy()
        return vectors


class Judge:
    """Runs a model over one part of the data and keeps what it said."""

    def __init__(self, model: EvidenceModel, reading: Reading, dense: Dense | None) -> None:
        self.model = model
        self.reading = reading
        self._dense = dense
        self._squad2 = [t for t in reading.texts if t.source == "squad2"]

    def read(self, pairs: Sequence[tuple[str, Passage]]) -> list[Logits]:
        said: list[Logits] = []
        for cut in range(0, len(pairs), CHUNK):
            said += self.model.logits(pairs[cut : cut + CHUNK])
        return said

    def given(self, source: str, *, limit: int = 10**9, title: bool = True) -> list[tuple[Question, Logits]]:
        """Every question of a source with its own passage."""
        asked = [q for q in self.reading.questions if q.text.source == source]
        if len(asked) > limit:
            asked = random.Random(source).sample(asked, limit)
        return list(zip(asked, self.read([(q.question, passage(q.text, title=title)) for q in asked]), strict=True))

    def searched(
        self, texts: Sequence[Text], questions: Sequence[Question], *, off_topic: bool = False
    ) -> list[tuple[Question, list[tuple[Text, Logits]]]]:
        """Questions with the fused top passages, in fused order; off topic: none of their own article."""
        retrieval = Retrieval(texts, self._dense)
        ranked = retrieval.fused(
            [q.question for q in questions], without=[q.text.group for q in questions] if off_topic else None
        )
        pairs = [
            (q.question, passage(retrieval.texts[i])) for q, row in zip(questions, ranked, strict=True) for i in row
        ]
        said = iter(self.read(pairs))
        return [(q, [(retrieval.texts[i], next(said)) for i in row]) for q, row in zip(questions, ranked, strict=True)]

    def spoken(self, *, limit: int = 600) -> list[tuple[bool, tuple[int, ...], Logits]]:
        """Made news passages: (answered, sentence labels, said)."""
        rng = random.Random("speech")
        texts = [t for t in self.reading.texts if t.source in ("squad2", "new_wiki")]
        asked: dict[str, dict[int, list[str]]] = {}
        for q in self.reading.questions:
            for index in q.answer_sentences:
                asked.setdefault(q.text.name, {}).setdefault(index, []).extend(topics(q.question))
        made = [t for text in texts for t in told(text, rng.choice(texts).text, asked.get(text.name, {}), {}, rng)]
        made = rng.sample(made, min(len(made), limit))
        said = self.read([(t.question, Passage(t.text, t.sentences)) for t in made])
        return [(t.answerable, t.labels, logits) for t, logits in zip(made, said, strict=True)]


def right_sentence(question: Question, logits: Logits) -> bool:
    return int(np.argmax(logits.sentences)) in question.answer_sentences


def ordered(found: list[tuple[Text, Logits]], prior: float) -> list[tuple[Text, Logits]]:
    scores = [logits.relevance - prior * np.log1p(rank) for rank, (_, logits) in enumerate(found)]
    return [found[i] for i in np.argsort([-s for s in scores], kind="stable")]


def first_right(searched: list[tuple[Question, list[tuple[Text, Logits]]]], prior: float) -> tuple[float, float]:
    """Shares of questions whose passage comes first, and whose sentence does."""
    passages = sentences = 0
    for question, found in searched:
        text, logits = ordered(found, prior)[0]
        passages += text.name == question.text.name
        sentences += text.name == question.text.name and right_sentence(question, logits)
    return passages / len(searched), sentences / len(searched)


def joint_first(searched: list[tuple[Question, list[tuple[Text, Logits]]]], prior: float) -> float:
    """Share of questions whose sentence comes first when passage and sentence scores are added."""
    right = 0
    for question, found in searched:
        scores = [
            (logits_of.relevance - prior * np.log1p(rank) + 0.5 * s, text.name, index)
            for rank, (text, logits_of) in enumerate(found)
            for index, s in enumerate(logits_of.sentences)
        ]
        _, name, index = max(scores)
        right += name == question.text.name and index in question.answer_sentences
    return right / len(searched)


def chosen_f1(given: list[tuple[Question, Logits]], threshold: float) -> float:
    """Mean F1 of the sentences above the threshold; at least the best one is chosen."""
    return float(
        np.mean(
            [
                _f1(
                    {i for i, s in enumerate(logits_of.sentences) if s > threshold}
                    | {int(np.argmax(logits_of.sentences))},
                    q.answer_sentences,
                )
                for q, logits_of in given
                if q.answerable
            ]
        )
    )


def top3_f1(given: list[tuple[Question, Logits]], dense: Dense | None) -> tuple[float, float]:
    """The same for the three best sentences: by the model, by embeddings."""
    by_model = [
        _f1(set(np.argsort(logits_of.sentences)[::-1][:3].tolist()), q.answer_sentences)
        for q, logits_of in given
        if q.answerable
    ]
    by_cosine = []
    if dense is not None:
        for q, _ in given:
            if q.answerable:
                scores = dense([q.text.text[a:b] for a, b in q.text.sentences]) @ dense([q.question])[0]
                by_cosine.append(_f1(set(np.argsort(scores)[::-1][:3].tolist()), q.answer_sentences))
    return float(np.mean(by_model)), float(np.mean(by_cosine)) if by_cosine else float("nan")


def _f1(chosen: set[int], gold: frozenset[int]) -> float:
    shared = len(chosen & gold)
    return 2 * shared / (len(chosen) + len(gold)) if shared else 0.0


def refused_at(on: Sequence[float], off: Sequence[float], wrongful: float) -> float:
    """Share of `off` below the threshold that refuses `wrongful` of `on`."""
    return float(np.mean(np.asarray(off) < np.quantile(on, wrongful)))


def official(given: list[tuple[Question, Logits]], threshold: float) -> tuple[float, float]:
    """SQuAD 2.0 exact match and F1 over all questions, abstaining below the threshold."""
    exact, f1 = [], []
    for q, logits_of in given:
        if logits_of.answerable <= threshold:
            exact.append(float(not q.answerable))
            f1.append(float(not q.answerable))
        elif not q.answerable:
            exact.append(0.0)
            f1.append(0.0)
        else:
            e, f = exact_and_f1(span_text(q, logits_of), [q.text.text[a:b] for a, b in q.spans])
            exact.append(e)
            f1.append(f)
    return float(np.mean(exact)), float(np.mean(f1))


def tune(judge: Judge, *, limit: int = 10**9) -> Thresholds:
    """Thresholds from dev."""
    squad2, clapnq = judge.given("squad2"), judge.given("clapnq")
    steps = np.linspace(-5, 5, 101)
    answerable = max(steps, key=lambda t: official(squad2, t)[1])
    sentence = max(steps, key=lambda t: chosen_f1(clapnq, t) * 0.5 + chosen_f1(squad2, t) * 0.5)
    several = max(steps, key=lambda t: chosen_f1(clapnq, t))
    texts = [t for t in judge.reading.texts if t.source in ("squad2", "new_wiki", "clapnq")]
    questions = [q for q in judge.reading.questions if q.answerable and q.text.source in ("squad2", "new_wiki")]
    questions = random.Random(0).sample(questions, min(limit, len(questions)))
    searched = judge.searched(texts, questions)
    prior = max((0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2), key=lambda p: sum(first_right(searched, p)))
    return Thresholds(float(answerable), float(sentence), float(several), prior)


def figures(judge: Judge, thresholds: Thresholds, *, limit: int = 10**9) -> dict[str, float]:
    """Every figure of the target table on the judge's part."""
    out: dict[str, float] = {}
    given = judge.given("squad2", limit=10 * limit)
    answered = [(q, logits_of) for q, logits_of in given if q.answerable]
    out["squad2_sentence"] = float(np.mean([right_sentence(q, logits_of) for q, logits_of in answered]))
    spans = [exact_and_f1(span_text(q, logits_of), [q.text.text[a:b] for a, b in q.spans]) for q, logits_of in answered]
    out["squad2_span_em"], out["squad2_span_f1"] = map(float, np.mean(spans, axis=0))
    out["squad2_official_em"], out["squad2_official_f1"] = official(given, thresholds.answerable)
    yes, no = (
        [logits_of for q, logits_of in given if q.answerable],
        [logits_of for q, logits_of in given if not q.answerable],
    )
    out["squad2_near_miss_auc"] = auc(
        [logits_of.answerable for logits_of in yes], [logits_of.answerable for logits_of in no]
    )
    out["squad2_near_miss_auc_span"] = auc(
        [logits_of.span_score for logits_of in yes], [logits_of.span_score for logits_of in no]
    )
    out["squad2_near_miss_auc_rank"] = auc(
        [logits_of.relevance for logits_of in yes], [logits_of.relevance for logits_of in no]
    )
    untitled = judge.given("squad2", title=False, limit=2 * limit)
    out["squad2_sentence_untitled"] = float(
        np.mean([right_sentence(q, logits_of) for q, logits_of in untitled if q.answerable])
    )
    out["squad2_near_miss_auc_untitled"] = auc(
        [logits_of.answerable for q, logits_of in untitled if q.answerable],
        [logits_of.answerable for q, logits_of in untitled if not q.answerable],
    )
    texts = [t for t in judge.reading.texts if t.source == "squad2"]
    questions = [q for q, _ in answered]
    if len(questions) > limit:
        questions = random.Random(0).sample(questions, limit)
    searched = judge.searched(texts, questions)
    out["squad2_fused_first"] = float(np.mean([found[0][0].name == q.text.name for q, found in searched]))
    out["squad2_in_top12"] = float(np.mean([any(t.name == q.text.name for t, _ in found) for q, found in searched]))
    out["squad2_passage_first"], out["squad2_sentence_first"] = first_right(searched, 0.0)
    out["squad2_passage_first_mixed"], out["squad2_sentence_first_mixed"] = first_right(searched, thresholds.rank_prior)
    off = judge.searched(texts, questions, off_topic=True)
    scores: dict[str, Callable[[Logits], float]] = {
        "answerable": lambda logits_of: logits_of.answerable,
        "relevance": lambda logits_of: logits_of.relevance,
        "both": lambda logits_of: logits_of.answerable + logits_of.relevance,
    }
    for name, score in scores.items():
        on = [max(score(logits_of) for _, logits_of in found) for _, found in searched]
        out[f"off_topic_refused_{name}"] = refused_at(
            on, [max(score(logits_of) for _, logits_of in found) for _, found in off], 0.02
        )
    for percent in (10, 20, 30, 40, 50):
        # Of the questions whose passage is there, whose near miss is there, and off topic: answered at this probability.
        bar = judge.model.answerable_logit(percent / 100)
        out[f"answered_at_{percent}"] = float(
            np.mean([max(logits_of.answerable for _, logits_of in found) > bar for _, found in searched])
        )
        out[f"near_miss_answered_at_{percent}"] = float(np.mean([logits_of.answerable > bar for logits_of in no]))
        out[f"off_topic_answered_at_{percent}"] = float(
            np.mean([max(logits_of.answerable for _, logits_of in found) > bar for _, found in off])
        )
    out["squad2_sentence_first_joint"] = joint_first(searched, thresholds.rank_prior)
    everything = judge.searched(judge.reading.texts, questions[: limit // 2])
    out["all_texts_fused_first"] = float(np.mean([found[0][0].name == q.text.name for q, found in everything]))
    out["all_texts_passage_first"], out["all_texts_sentence_first"] = first_right(everything, thresholds.rank_prior)
    clapnq = judge.given("clapnq")
    out["clapnq_f1"] = chosen_f1(clapnq, thresholds.clapnq)
    out["clapnq_f1_shared_threshold"] = chosen_f1(clapnq, thresholds.sentence)
    out["clapnq_top3_f1"], out["clapnq_cosine_top3_f1"] = top3_f1(clapnq, judge._dense)
    out["clapnq_auc"] = auc(
        [logits_of.answerable for q, logits_of in clapnq if q.answerable],
        [logits_of.answerable for q, logits_of in clapnq if not q.answerable],
    )
    for source in ("new_wiki", "reddit", "amazon_reviews", "chunking"):
        held = judge.given(source, limit=min(limit, 400))
        if held:
            out[f"{source}_sentence"] = float(np.mean([right_sentence(q, logits_of) for q, logits_of in held]))
            if source != "chunking":
                out[f"{source}_span_f1"] = float(
                    np.mean(
                        [
                            exact_and_f1(span_text(q, logits_of), [q.text.text[a:b] for a, b in q.spans])[1]
                            for q, logits_of in held
                        ]
                    )
                )
    spoken = judge.spoken(limit=min(500, 4 * limit))
    out["speech_sentence"] = float(
        np.mean(
            [labels[int(np.argmax(logits_of.sentences))] != 0 for answered, labels, logits_of in spoken if answered]
        )
    )
    out["speech_near_miss_auc"] = auc(
        [logits_of.answerable for a, _, logits_of in spoken if a],
        [logits_of.answerable for a, _, logits_of in spoken if not a],
    )
    return out


def latency(model: EvidenceModel, reading: Reading, *, count: int = 40) -> dict[str, float]:
    """Milliseconds for one question over 12, and over 8, passages of about the product's chunk size."""
    texts = [t for t in reading.texts if 700 < len(t.text) < 1000]
    rng = random.Random(0)
    out = {}
    for read in (12, 8):
        took, worked = [], []
        for _ in range(count):
            question = rng.choice(reading.questions).question
            passages = [passage(t) for t in rng.sample(texts, read)]
            began, used = time.perf_counter(), time.process_time()
            model.score(question, passages)
            took.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - used) * 1000)
        out[f"latency_{read}_median_ms"] = float(np.median(took))
        out[f"latency_{read}_best_ms"] = float(np.min(took))
        # What a busy machine leaves as measure of the work: processor time over all threads.
        out[f"latency_{read}_cpu_ms"] = float(np.median(worked))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="a folder that export.py wrote")
    parser.add_argument("--name", default="evidence.int8.onnx")
    parser.add_argument(
        "--base", type=Path, help="all-MiniLM-L6-v2, for the dense half of retrieval; BM25 alone without it"
    )
    parser.add_argument("--limit", type=int, default=10**9, help="questions searched for")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    parts = load(options.data)
    model = EvidenceModel.from_folder(options.model, name=options.name, threads=options.threads)
    dense = Dense(options.base) if options.base else None
    thresholds = tune(Judge(model, parts["dev"], dense), limit=options.limit)
    found = figures(Judge(model, parts["test"], dense), thresholds, limit=options.limit) | latency(model, parts["test"])
    result = {
        "model": options.name,
        "thresholds": {
            "answerable": model.answerable_probability(thresholds.answerable),
            "sentence": model.sentence_probability(thresholds.sentence),
            "sentence_for_several": model.sentence_probability(thresholds.clapnq),
            "rank_prior": thresholds.rank_prior,
        },
        "figures": {name: round(value, 4) for name, value in found.items()},
    }
    print(json.dumps(result, indent=1))
    if options.report:
        options.report.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
