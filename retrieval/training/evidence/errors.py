"""List a model's mistakes on the held-out articles, for reading in bulk.

python errors.py --data DIR --model FOLDER [--count 40]
"""

import argparse
import random
from pathlib import Path

import numpy as np

from retrieval.training.evidence.evaluate import Judge, right_sentence
from retrieval.training.evidence.model import EvidenceModel
from retrieval.training.evidence.reading import load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--name", default="evidence.int8.onnx")
    parser.add_argument("--count", type=int, default=40, help="of each sort")
    options = parser.parse_args()
    judge = Judge(EvidenceModel.from_folder(options.model, name=options.name), load(options.data)["test"], None)
    rng = random.Random(0)
    given = judge.given("squad2", limit=900)
    wrong = [(q, logits_of) for q, logits_of in given if q.answerable and not right_sentence(q, logits_of)]
    print(f"# sentence: {len(wrong)}")
    for q, logits_of in rng.sample(wrong, min(options.count, len(wrong))):
        best = int(np.argmax(logits_of.sentences))
        print(f"\n? {q.question}\n  chose: {q.text.text[slice(*q.text.sentences[best])][:230]}")
        for index in q.answer_sentences:
            print(
                f"  gold ({logits_of.sentences[best] - logits_of.sentences[index]:.1f} lower): {q.text.text[slice(*q.text.sentences[index])][:230]}"
            )
        print(f"  answer: {q.text.text[slice(*q.spans[0])]}")
    ranked = sorted(given, key=lambda pair: pair[1].answerable)
    refused = [(q, logits_of) for q, logits_of in ranked[: len(ranked) // 3] if q.answerable][: options.count]
    print(f"\n# answerable, scored low: {len(refused)}")
    for q, logits_of in refused:
        print(
            f"\n? {q.question}  [{logits_of.answerable:.1f}]\n  answer: {q.text.text[slice(*q.spans[0])]} | "
            + " ".join(q.text.text[slice(*q.text.sentences[i])][:220] for i in q.answer_sentences)
        )
    accepted = [(q, logits_of) for q, logits_of in reversed(ranked) if not q.answerable][: options.count]
    print(f"\n# near misses, scored high: {len(accepted)}")
    for q, logits_of in accepted:
        best = int(np.argmax(logits_of.sentences))
        print(
            f"\n? {q.question}  [{logits_of.answerable:.1f}] span: {q.text.text[slice(*logits_of.span)]}\n  {q.text.text[slice(*q.text.sentences[best])][:230]}"
        )


if __name__ == "__main__":
    main()
