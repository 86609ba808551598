"""How a network fares on the dev part while it is trained."""

import random

import torch

from retrieval.evidence.windows import WINDOW_TOKENS
from retrieval.training.evidence.batches import Encoder, Group, collate
from retrieval.training.evidence.examples import Example
from retrieval.training.evidence.losses import sentence_logits
from retrieval.training.evidence.measures import auc
from retrieval.training.evidence.network import Network
from retrieval.training.evidence.reading import Reading

DEV_QUESTIONS, DEV_ROWS = 240, 8


class Dev:
    """A sample of the dev part, to see how the averaged weights fare."""

    def __init__(self, reading: Reading, encoder: Encoder) -> None:
        rng = random.Random(0)
        asked = [q for q in reading.questions if q.text.source in ("squad2", "new_wiki")]
        encoded = []
        for q in rng.sample(asked, min(DEV_QUESTIONS, len(asked))):
            labels = tuple(int(i in q.answer_sentences) for i in range(len(q.text.sentences)))
            example = Example(
                q.question, q.text.title, q.text.text, q.text.sentences, labels, q.answerable, None, None, None
            )
            row = encoder.encoded(example, rng, limit=WINDOW_TOKENS)
            encoded += [[row]] if row else []
        encoded.sort(key=lambda rows: len(rows[0].row.ids))
        self.groups: list[Group] = [encoded[cut : cut + DEV_ROWS] for cut in range(0, len(encoded), DEV_ROWS)]

    def figures(self, network: Network) -> dict[str, float]:
        """Share of answered questions whose best sentence is right, and the AUC of answerable."""
        with torch.no_grad():
            return self._figures(network)

    def _figures(self, network: Network) -> dict[str, float]:
        right: list[bool] = []
        scores: dict[bool, list[float]] = {True: [], False: []}
        for group in self.groups:
            batch = collate(group)
            with torch.autocast("cpu", torch.bfloat16):
                tokens, rows = network(batch.ids, batch.mask, batch.segments)
            logits = sentence_logits(tokens, batch)
            for index in range(len(group)):
                answerable = bool(batch.answerable[index])
                scores[answerable].append(float(rows[index, 1]))
                mine = batch.sentence_row == index
                if answerable:
                    right.append(bool(batch.sentence_label[mine][logits[mine].argmax()] == 1))
        return {"dev_sentence": sum(right) / len(right), "dev_near_miss_auc": auc(scores[True], scores[False])}
