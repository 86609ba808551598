"""Fit the probabilities of an exported model on dev and write them into its ONNX files.

python calibrate.py --data DIR --model FOLDER
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.training.evidence.evaluate import Judge
from retrieval.training.evidence.export import FULL, SMALL, checksums
from retrieval.training.evidence.export import calibrate as write
from retrieval.training.evidence.model import Calibration, EvidenceModel
from retrieval.training.evidence.reading import load


def platt(logits: Sequence[float], labels: Sequence[bool]) -> Calibration:
    """Logistic regression of the labels on the logits, by Newton's method (Platt, 1999)."""
    x, y = np.stack((np.asarray(logits), np.ones(len(logits)))), np.asarray(labels, float)
    # Platt's targets keep a separable sample from driving the slope to infinity.
    y = np.where(y > 0, (y.sum() + 1) / (y.sum() + 2), 1 / ((1 - y).sum() + 2))
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(weights @ x, -30, 30)))
        step = np.linalg.solve((x * (p * (1 - p))) @ x.T + 1e-6 * np.eye(2), x @ (p - y))
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return Calibration(float(weights[0]), float(weights[1]))


def expected_error(probabilities: Sequence[float], labels: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins."""
    p, y = np.asarray(probabilities), np.asarray(labels, float)
    which = np.minimum((p * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(p[which == b].mean() - y[which == b].mean()) * (which == b).mean()
            for b in range(bins)
            if (which == b).any()
        )
    )


def fit(judge: Judge) -> dict[str, Calibration]:
    given = judge.given("squad2") + judge.given("clapnq")
    spoken = judge.spoken()
    answerable = [logits_of.answerable for _, logits_of in given] + [logits_of.answerable for _, _, logits_of in spoken]
    answered = [q.answerable for q, _ in given] + [a for a, _, _ in spoken]
    sentence: list[float] = []
    belongs: list[bool] = []
    for q, logits_of in given:
        sentence += logits_of.sentences
        belongs += [i in q.answer_sentences for i in range(len(logits_of.sentences))]
    for answers, labels, logits_of in spoken:
        for label, logit in zip(labels, logits_of.sentences, strict=True):
            if label >= 0:
                sentence.append(logit)
                belongs.append(answers and label == 1)
    return {"answerable": platt(answerable, answered), "sentence": platt(sentence, belongs)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    model = EvidenceModel.from_folder(options.model, name=SMALL, threads=options.threads)
    fitted = fit(Judge(model, load(options.data)["dev"], None))
    for name in (FULL, SMALL):
        if (options.model / name).exists():
            write(options.model / name, fitted)
    checksums(options.model)
    print(json.dumps({name: {"slope": c.slope, "offset": c.offset} for name, c in fitted.items()}))


if __name__ == "__main__":
    main()
