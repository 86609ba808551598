"""What the network is trained to lower: one loss for each of its outputs."""

import torch
from torch import Tensor
from torch.nn import functional

from retrieval.training.evidence.batches import UNKNOWN, Batch


def losses(tokens: Tensor, rows: Tensor, batch: Batch) -> dict[str, Tensor]:
    """The parts of the loss by name, not yet weighted."""
    rank, answer = rows[:, 0], rows[:, 1]
    sentence = sentence_logits(tokens, batch)
    label = batch.sentence_label
    return {
        "rank": _within(rank, batch.ranked, batch.item),
        "about": _binary(rank, batch.about),
        "answer": _binary(answer, batch.answerable),
        "contrast": _contrast(answer, batch.answerable, batch.item),
        "sentence": _weighted(sentence, label),
        "choice": _choice(sentence, label, batch.sentence_row, len(rank)),
        "span": 0.5 * _span(tokens[..., 2], batch.start, batch) + 0.5 * _span(tokens[..., 3], batch.end, batch),
    }


def sentence_logits(tokens: Tensor, batch: Batch) -> Tensor:
    """A logit for each sentence of a batch, as `retrieval.evidence.model.sentence_logits` computes it."""
    count = len(batch.sentence_label)
    flat = batch.sentence_of.reshape(-1)
    # One more place takes the tokens that are in no sentence.
    zeros = torch.zeros(count + 1)
    sizes = zeros.index_add(0, flat, torch.ones_like(flat, dtype=torch.float32))[:count].clamp(min=1)
    mean = zeros.index_add(0, flat, tokens[..., 0].reshape(-1))[:count] / sizes
    peak = torch.full((count + 1,), -100.0).scatter_reduce(0, flat, tokens[..., 1].reshape(-1), "amax")[:count]
    return mean + peak


def _binary(logit: Tensor, target: Tensor) -> Tensor:
    known = ~target.isnan()
    if not known.any():
        return logit.sum() * 0.0
    smooth = target[known] * 0.96 + 0.02
    return functional.binary_cross_entropy_with_logits(logit[known], smooth)


def _weighted(logit: Tensor, label: Tensor) -> Tensor:
    known = label >= 0
    return functional.binary_cross_entropy_with_logits(logit[known], label[known].float())


def _within(logit: Tensor, ranked: Tensor, item: Tensor) -> Tensor:
    """Cross-entropy of the answering passage among its item's ranked passages."""
    total, found = logit.sum() * 0.0, 0
    for positive in torch.nonzero(ranked == 1).flatten().tolist():
        rivals = (item == item[positive]) & (ranked == 0)
        if rivals.any():
            total = (
                total + torch.logsumexp(torch.cat((logit[positive : positive + 1], logit[rivals])), 0) - logit[positive]
            )
            found += 1
    return total / max(found, 1)


def _contrast(logit: Tensor, answerable: Tensor, item: Tensor) -> Tensor:
    """An answered question scores above the unanswered ones of its item."""
    better = (item[:, None] == item[None, :]) & (answerable[:, None] == 1) & (answerable[None, :] == 0)
    if not better.any():
        return logit.sum() * 0.0
    return functional.softplus(-(logit[:, None] - logit[None, :])[better]).mean()


def _choice(logit: Tensor, label: Tensor, row: Tensor, rows: int) -> Tensor:
    """Cross-entropy of the answering sentences among their passage's sentences."""
    judged = label >= 0
    held = torch.zeros(rows).index_add(0, row[judged], label[judged].float())
    keep = judged & (held[row] > 0)
    if not keep.any():
        return logit.sum() * 0.0
    top = torch.full((rows,), -1e4).scatter_reduce(0, row[keep], logit[keep].detach(), "amax")
    norm = torch.zeros(rows).index_add(0, row[keep], (logit[keep] - top[row[keep]]).exp())
    logs = logit[keep] - top[row[keep]] - norm[row[keep]].log()
    share = label[keep].float() / held[row[keep]]
    return -(share * logs).sum() / (held > 0).sum()


def _span(logit: Tensor, target: Tensor, batch: Batch) -> Tensor:
    allowed = (batch.segments == 1) & (batch.mask == 1)
    allowed[:, 0] = True
    if not (target != UNKNOWN).any():
        return logit.sum() * 0.0
    return functional.cross_entropy(logit.masked_fill(~allowed, -1e4), target, ignore_index=UNKNOWN)
