"""Fit how the model's logits and the words' log odds are mixed, on dev; prints what `retrieval.evidence.mixed` holds.

python -m retrieval.training.evidence.calibrate --data DIR --model FOLDER
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.encoder import Encoder
from retrieval.evidence import log_odds
from retrieval.evidence.model import EvidenceModel
from retrieval.training.evidence import SMALL
from retrieval.training.evidence.judging import Judge, Said
from retrieval.training.evidence.measures import expected_error
from retrieval.training.evidence.reading import load

RIDGE = 1.0
Row = tuple[float, ...]


def logistic(rows: Sequence[Row], labels: Sequence[bool], *, ridge: float = RIDGE) -> list[float]:
    """Weights and bias of a logistic regression with a ridge penalty, by Newton's method."""
    x = np.column_stack((np.asarray(rows), np.ones(len(rows))))
    y = np.asarray(labels, float)
    weights = np.zeros(x.shape[1])
    penalty = ridge * np.eye(len(weights))
    penalty[-1, -1] = 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, x.T @ (p - y) + penalty @ weights)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return [float(weight) for weight in weights]


def passage_row(said: Said) -> Row:
    logits = said.logits
    return log_odds(said.by_words.answerable), max(logits.sentences), logits.relevance, logits.answerable


def sentence_rows(said: Said) -> list[Row]:
    logits = said.logits
    return [
        (log_odds(score), logit, logits.relevance, logits.answerable)
        for score, logit in zip(said.by_words.sentences, logits.sentences, strict=True)
    ]


class Sample:
    """Rows and labels for passages and for sentences."""

    def __init__(self) -> None:
        self.passages: list[Row] = []
        self.answers: list[bool] = []
        self.sentences: list[Row] = []
        self.belong: list[bool] = []

    def add(self, said: Said, labels: Sequence[int]) -> None:
        """`labels` per sentence: 1 answers, 0 does not, -1 not to be judged."""
        self.passages.append(passage_row(said))
        self.answers.append(1 in labels)
        for row, label in zip(sentence_rows(said), labels, strict=True):
            if label >= 0:
                self.sentences.append(row)
                self.belong.append(label == 1)


def sample(judge: Judge, *, limit: int) -> Sample:
    """Given passages, near misses among them; made news; and what a search brings up."""
    made = Sample()
    for source in ("squad2", "new_wiki", "clapnq"):
        for question, said in judge.given(source, limit=limit):
            made.add(said, [int(i in question.answer_sentences) for i in range(len(question.text.sentences))])
    for answered, labels, said in judge.spoken(limit=limit):
        made.add(said, labels if answered else [0] * len(labels))
    texts = [t for t in judge.reading.texts if t.source in ("squad2", "new_wiki", "clapnq")]
    asked = [q for q in judge.reading.questions if q.answerable and q.text.source in ("squad2", "new_wiki")]
    asked = random.Random(0).sample(asked, min(limit // 4, len(asked)))
    for question, found in judge.searched(texts, asked):
        for text, said in found:
            if text.name != question.text.name:
                made.add(said, [0] * len(text.sentences))
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=600)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    model = EvidenceModel.open(folder=options.model, name=SMALL, threads=options.threads)
    judge = Judge(model, load(options.data)["dev"], Encoder(threads=options.threads))
    made = sample(judge, limit=options.limit)
    for name, rows, labels in (
        ("sentence", made.sentences, made.belong),
        ("passage", made.passages, made.answers),
    ):
        *weights, bias = logistic(rows, labels)
        odds = np.asarray(rows) @ weights + bias
        error = expected_error((1 / (1 + np.exp(-odds))).tolist(), labels)
        figures = {
            "weights": [round(w, 2) for w in weights],
            "bias": round(bias, 2),
            "calibration_error": round(error, 3),
        }
        print(json.dumps({name: figures | {"rows": len(rows)}}))


if __name__ == "__main__":
    main()
