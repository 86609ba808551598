"""List mistakes of the model, mixed as shipped, on the held-out articles, for reading in bulk.

python -m retrieval.training.evidence.errors --data DIR --model FOLDER [--count 40]
"""

import argparse
import random
from pathlib import Path

import numpy as np

from retrieval.encoder import Encoder
from retrieval.evidence import log_odds
from retrieval.evidence.mixed import Mix
from retrieval.evidence.model import EvidenceModel
from retrieval.training.evidence import SMALL
from retrieval.training.evidence.evaluate import right_sentence
from retrieval.training.evidence.judging import Judge
from retrieval.training.evidence.reading import Question, load


def sentence(question: Question, index: int) -> str:
    return question.text.text[slice(*question.text.sentences[index])][:230]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--name", default=SMALL)
    parser.add_argument("--count", type=int, default=40, help="of each sort")
    options = parser.parse_args()
    model = EvidenceModel.open(folder=options.model, name=options.name)
    judge = Judge(model, load(options.data)["test"], Encoder())
    given = [(q, said.mixed(Mix()), said.logits) for q, said in judge.given("squad2", limit=900)]
    wrong = [(q, evidence) for q, evidence, _ in given if q.answerable and not right_sentence(q, evidence)]
    print(f"# sentence: {len(wrong)}")
    for q, evidence in random.Random(0).sample(wrong, min(options.count, len(wrong))):
        best = int(np.argmax(evidence.sentences))
        print(f"\n? {q.question}\n  chose: {sentence(q, best)}")
        for index in q.answer_sentences:
            gap = log_odds(evidence.sentences[best]) - log_odds(evidence.sentences[index])
            print(f"  gold ({gap:.1f} lower): {sentence(q, index)}")
        print(f"  answer: {q.text.text[slice(*q.spans[0])]}")
    ranked = sorted(given, key=lambda triple: triple[1].answerable)
    refused = [triple for triple in ranked[: len(ranked) // 3] if triple[0].answerable][: options.count]
    print(f"\n# answerable, scored low: {len(refused)}")
    for q, evidence, _ in refused:
        answers = " ".join(sentence(q, index) for index in q.answer_sentences)
        print(f"\n? {q.question}  [{evidence.answerable:.2f}]\n  answer: {q.text.text[slice(*q.spans[0])]} | {answers}")
    accepted = [triple for triple in reversed(ranked) if not triple[0].answerable][: options.count]
    print(f"\n# near misses, scored high: {len(accepted)}")
    for q, evidence, logits in accepted:
        chosen = sentence(q, int(np.argmax(evidence.sentences)))
        print(f"\n? {q.question}  [{evidence.answerable:.2f}] span: {q.text.text[slice(*logits.span)]}\n  {chosen}")


if __name__ == "__main__":
    main()
