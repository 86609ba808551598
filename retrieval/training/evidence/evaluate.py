"""Figures of an exported model on the held-out articles, alone and mixed as shipped.

python -m retrieval.training.evidence.evaluate --data DIR --model FOLDER [--name evidence.onnx] [--report FILE]
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from retrieval.encoder import Encoder
from retrieval.evidence import Evidence, log_odds
from retrieval.evidence.mixed import MODEL_ALONE, PASSAGES_READ, Mix, lower_bound, most_promising
from retrieval.evidence.model import EvidenceModel
from retrieval.training.evidence import SMALL
from retrieval.training.evidence.judging import Found, Judge, Said, passage
from retrieval.training.evidence.measures import auc, exact_and_f1, f1, refused_at
from retrieval.training.evidence.reading import Question, load

Given = list[tuple[Question, Said]]
WRONGFUL = 0.02
STEPS = np.linspace(-10, 10, 201).tolist()
PRIORS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2)


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with a mix's evidence of its passage, and exact match and F1 of the marked span."""

    question: Question
    evidence: Evidence
    span_scores: tuple[float, float]


def judged(given: Given, mix: Mix) -> list[Judged]:
    """Mixed once, for all the thresholds that are tried on it."""
    return [Judged(question, said.mixed(mix), span_scores(question, said)) for question, said in given]


def right_sentence(question: Question, evidence: Evidence) -> bool:
    return int(np.argmax(evidence.sentences)) in question.answer_sentences


def ordered(found: Found, mix: Mix, prior: float) -> Found:
    """By relevance, less `prior` for each doubling (base e) of the fused rank."""
    scores = [said.mixed(mix).relevance - prior * np.log1p(rank) for rank, (_, said) in enumerate(found)]
    return [found[i] for i in np.argsort([-s for s in scores], kind="stable")]


def as_shipped(found: Found) -> Found:
    """With the logits of the passages that the shipped scorer reads; the others keep the least of these."""
    read = most_promising([said.by_words for _, said in found])
    least = lower_bound([found[index][1].logits for index in read])
    return [(text, said if index in read else replace(said, logits=least)) for index, (text, said) in enumerate(found)]


def first_right(searched: list[tuple[Question, Found]], mix: Mix, prior: float) -> tuple[float, float]:
    """Shares of questions whose passage comes first, and whose sentence does."""
    passages = sentences = 0
    for question, found in searched:
        text, said = ordered(found, mix, prior)[0]
        right = text.name == question.text.name
        passages += right
        sentences += right and right_sentence(question, said.mixed(mix))
    return passages / len(searched), sentences / len(searched)


def chosen_f1(given: Sequence[Judged], threshold: float) -> float:
    """Mean F1 of the sentences above the threshold (log odds); at least the best one is chosen."""
    values = []
    for one in given:
        if one.question.answerable:
            scores = one.evidence.sentences
            chosen = {i for i, score in enumerate(scores) if log_odds(score) > threshold}
            values.append(f1(chosen | {int(np.argmax(scores))}, one.question.answer_sentences))
    return float(np.mean(values))


def top3_f1(given: Given, encoder: Encoder) -> float:
    """The same for the three sentences nearest to the question by sentence embedding."""
    values = []
    for question, _ in given:
        if question.answerable:
            sentences = [question.text.text[a:b] for a, b in question.text.sentences]
            vectors = np.array(encoder.embed_documents([question.question, *sentences]))
            best = np.argsort(-(vectors[1:] @ vectors[0]))[:3]
            values.append(f1(set(best.tolist()), question.answer_sentences))
    return float(np.mean(values))


def official(given: Sequence[Judged], threshold: float) -> tuple[float, float]:
    """SQuAD 2.0 exact match and F1 over all questions, abstaining below the threshold (log odds)."""
    values = []
    for one in given:
        if log_odds(one.evidence.answerable) <= threshold:
            values.append((float(not one.question.answerable),) * 2)
        elif not one.question.answerable:
            values.append((0.0, 0.0))
        else:
            values.append(one.span_scores)
    exact, overlap = np.mean(values, axis=0)
    return float(exact), float(overlap)


def span_scores(question: Question, said: Said) -> tuple[float, float]:
    text = question.text.text
    return exact_and_f1(text[slice(*said.logits.span)], [text[a:b] for a, b in question.spans])


def near_miss_auc(given: Sequence[Judged]) -> float:
    """Chance that a passage which answers scores above one which does not."""
    return auc(
        *([one.evidence.answerable for one in given if one.question.answerable is kind] for kind in (True, False))
    )


class Tuning:
    """Reads dev once; thresholds and the weight of the fused rank are chosen on it."""

    def __init__(self, judge: Judge, *, limit: int) -> None:
        self.squad2, self.clapnq = judge.given("squad2", limit=limit), judge.given("clapnq")
        texts = [t for t in judge.reading.texts if t.source in ("squad2", "new_wiki", "clapnq")]
        asked = [q for q in judge.reading.questions if q.answerable and q.text.source in ("squad2", "new_wiki")]
        self.searched = judge.searched(texts, random.Random(0).sample(asked, min(limit // 2, len(asked))))

    def shipped(self) -> "Tuning":
        """The same as the shipped scorer reads it."""
        made = copy(self)
        made.searched = [(question, as_shipped(found)) for question, found in self.searched]
        return made

    def thresholds(self, mix: Mix) -> dict[str, float]:
        def best(steps: Sequence[float], value: Callable[[float], float]) -> float:
            return float(max(steps, key=value))

        squad2, clapnq = judged(self.squad2, mix), judged(self.clapnq, mix)
        return {
            "answerable": best(STEPS, lambda t: official(squad2, t)[1]),
            "several_sentences": best(STEPS, lambda t: chosen_f1(clapnq, t)),
            "rank_prior": best(PRIORS, lambda p: sum(first_right(self.searched, mix, p))),
        }


class Readings:
    """Everything that the figures are computed from, read once for every mix."""

    def __init__(self, judge: Judge, *, limit: int) -> None:
        self.judge = judge
        self.squad2 = judge.given("squad2", limit=3 * limit)
        texts = [t for t in judge.reading.texts if t.source == "squad2"]
        asked = [q for q, _ in self.squad2 if q.answerable]
        asked = random.Random(0).sample(asked, min(limit, len(asked)))
        self.searched = judge.searched(texts, asked)
        self.off_topic = judge.searched(texts, asked, off_topic=True)
        self.clapnq = judge.given("clapnq")
        self.others = {name: judge.given(name, limit=limit) for name in ("new_wiki", "reddit", "amazon_reviews")}
        self.spoken = judge.spoken(limit=limit)

    def shipped(self) -> "Readings":
        """The same as the shipped scorer reads it."""
        made = copy(self)
        made.searched = [(question, as_shipped(found)) for question, found in self.searched]
        made.off_topic = [(question, as_shipped(found)) for question, found in self.off_topic]
        return made


def figures(read: Readings, mix: Mix, thresholds: dict[str, float]) -> dict[str, float]:
    """Every figure of the target table, on the readings' part."""
    out: dict[str, float] = {}
    squad2, clapnq = judged(read.squad2, mix), judged(read.clapnq, mix)
    answered = [one for one in squad2 if one.question.answerable]
    out["squad2_sentence"] = float(np.mean([right_sentence(one.question, one.evidence) for one in answered]))
    out["squad2_span_em"], out["squad2_span_f1"] = map(float, np.mean([one.span_scores for one in answered], axis=0))
    out["squad2_official_em"], out["squad2_official_f1"] = official(squad2, thresholds["answerable"])
    out["squad2_near_miss_auc"] = near_miss_auc(squad2)
    own = [[text.name == q.text.name for text, _ in found] for q, found in read.searched]
    out["squad2_fused_first"] = float(np.mean([names[0] for names in own]))
    out["squad2_in_top12"] = float(np.mean([any(names) for names in own]))
    out["squad2_passage_first"], out["squad2_sentence_first"] = first_right(
        read.searched, mix, thresholds["rank_prior"]
    )
    on, off = (
        [max(said.mixed(mix).answerable for _, said in found) for _, found in searched]
        for searched in (read.searched, read.off_topic)
    )
    out["off_topic_refused"] = refused_at(on, off, WRONGFUL)
    out["clapnq_f1"] = chosen_f1(clapnq, thresholds["several_sentences"])
    out["clapnq_top3_f1"] = top3_f1(read.clapnq, read.judge.encoder)
    out["clapnq_auc"] = near_miss_auc(clapnq)
    for name, given in read.others.items():
        held = [(q, said) for q, said in given if q.answerable]
        out[f"{name}_sentence"] = float(np.mean([right_sentence(q, said.mixed(mix)) for q, said in held]))
        out[f"{name}_span_f1"] = float(np.mean([span_scores(*pair)[1] for pair in held]))
    out["speech_sentence"] = float(
        np.mean([labels[int(np.argmax(said.mixed(mix).sentences))] != 0 for a, labels, said in read.spoken if a])
    )
    out["speech_near_miss_auc"] = auc(
        *([said.mixed(mix).answerable for a, _, said in read.spoken if a is kind] for kind in (True, False))
    )
    return out


def latency(judge: Judge, *, count: int = 60) -> dict[str, float]:
    """Milliseconds of the model for one question over as many passages as it reads, of about the product's size."""
    texts = [t for t in judge.reading.texts if 700 < len(t.text) < 1000]
    rng = random.Random(0)
    took = []
    for _ in range(count):
        question = rng.choice(judge.reading.questions).question
        passages = [passage(t) for t in rng.sample(texts, PASSAGES_READ)]
        began = time.perf_counter()
        judge.model.read(question, passages)
        took.append((time.perf_counter() - began) * 1000)
    low, middle, high = np.percentile(took, (5, 50, 95))
    return {"latency_ms_p5": float(low), "latency_ms_median": float(middle), "latency_ms_p95": float(high)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="a folder that export wrote, or retrieval/weights")
    parser.add_argument("--name", default=SMALL)
    parser.add_argument("--limit", type=int, default=400, help="questions searched for; three times as many are read")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    parts = load(options.data)
    encoder = Encoder(threads=options.threads)
    model = EvidenceModel.open(folder=options.model, name=options.name, threads=options.threads)
    test = Judge(model, parts["test"], encoder)
    took = {key: round(value, 1) for key, value in latency(test).items()}
    tuning = Tuning(Judge(model, parts["dev"], encoder), limit=options.limit)
    read = Readings(test, limit=options.limit)
    result: dict[str, object] = {"model": options.name, "limit": options.limit, "latency": took}
    for name, mix, chosen_on, seen in (
        ("alone", MODEL_ALONE, tuning, read),
        ("mixed", Mix(), tuning.shipped(), read.shipped()),
    ):
        thresholds = chosen_on.thresholds(mix)
        found = figures(seen, mix, thresholds)
        result[name] = {key: round(value, 4) for key, value in (thresholds | found).items()}
    print(json.dumps(result, indent=1))
    if options.report:
        options.report.write_text(json.dumps(result, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
