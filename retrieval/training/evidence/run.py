"""A training run: weights, optimizer and averaged weights, kept in a folder so that it goes on where it was."""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from retrieval.training.evidence.batches import Group, collate
from retrieval.training.evidence.losses import losses
from retrieval.training.evidence.network import from_minilm

WEIGHTS = {"rank": 1.0, "about": 0.3, "answer": 1.0, "contrast": 0.7, "sentence": 1.5, "choice": 0.7, "span": 1.0}
ENCODER_RATE, HEAD_RATE = 1e-4, 1e-3
AVERAGING, AVERAGE_EVERY = 0.998, 4
MASKED, MASK_ID = 0.03, 103
WARMUP, FLOOR = 0.03, 0.02
FROZEN = ("words", "places")
HEADS = ("token_heads", "rank", "answer", "rank_inner", "answer_inner")


def learning_rate(progress: float) -> float:
    """Linear warm-up, then half a cosine down to the floor."""
    if progress < WARMUP:
        return max(progress / WARMUP, 0.02)
    return FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - WARMUP) / (1 - WARMUP))))


class Run:
    """The state of a training run and its folder."""

    def __init__(self, out: Path, base: Path, *, seed: int, start: Path | None = None) -> None:
        torch.manual_seed(seed)
        self.out, self.seed = out, seed
        self.network = from_minilm(base)
        self.step, self.progress, self.drawn = 0, 0.0, 0
        out.mkdir(parents=True, exist_ok=True)
        resumed = (out / "state.json").exists()
        if start is not None and not resumed:
            self.network.load_state_dict(load_file(start))
        if resumed:
            state = json.loads((out / "state.json").read_text("utf-8"))
            self.step, self.progress = state["step"], state["progress"]
            # Another seed is another order of the data, walked from its beginning.
            self.drawn = state["drawn"] if state["seed"] == seed else 0
            self.network.load_state_dict(load_file(out / "last.safetensors"))
        for name, parameter in self.network.named_parameters():
            parameter.requires_grad_(name.split(".")[0] not in FROZEN)
        self.network.share_memory()
        self.learned = {name: p for name, p in self.network.named_parameters() if p.requires_grad}
        heads = [p for name, p in self.learned.items() if name.split(".")[0] in HEADS]
        encoder = [p for name, p in self.learned.items() if name.split(".")[0] not in HEADS]
        groups = [{"params": encoder, "base": ENCODER_RATE}, {"params": heads, "base": HEAD_RATE}]
        self.optimizer = torch.optim.AdamW(groups, lr=ENCODER_RATE, weight_decay=0.01, fused=True)
        self.average = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        if resumed:
            self.average = load_file(out / "average.safetensors")
            moments = load_file(out / "moments.safetensors")
            kept = {
                i: {k: moments[f"{i}.{k}"] for k in ("step", "exp_avg", "exp_avg_sq")} for i in range(len(self.learned))
            }
            self.optimizer.load_state_dict({"state": kept, "param_groups": self.optimizer.state_dict()["param_groups"]})

    def save(self) -> None:
        for name, tensors in (
            ("last", self.network.state_dict()),
            ("average", self.average),
            ("moments", {f"{i}.{k}": v for i, s in self.optimizer.state_dict()["state"].items() for k, v in s.items()}),
        ):
            save_file({k: v.contiguous() for k, v in tensors.items()}, self.out / f"{name}.new")
            (self.out / f"{name}.new").replace(self.out / f"{name}.safetensors")
        state = {"step": self.step, "progress": self.progress, "drawn": self.drawn, "seed": self.seed}
        (self.out / "state.json").write_text(json.dumps(state), "utf-8")

    def gradient(self, group: Group) -> dict[str, float]:
        """Adds the gradient of a group's loss; the parts of the loss."""
        batch = collate(group)
        ids = batch.ids.clone()
        ids[(torch.rand(ids.shape) < MASKED) & (ids > MASK_ID)] = MASK_ID
        with torch.autocast("cpu", torch.bfloat16):
            tokens, rows = self.network(ids, batch.mask, batch.segments)
        parts = losses(tokens, rows, batch)
        loss = sum((WEIGHTS[name] * value for name, value in parts.items()), start=torch.zeros(()))
        loss.backward()
        return {name: float(value.detach()) for name, value in parts.items()}

    def update(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * learning_rate(self.progress)
        torch.nn.utils.clip_grad_norm_(self.learned.values(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=False)
        self.step += 1
        self.drawn += 1
        if self.step % AVERAGE_EVERY:
            return
        keep = min(AVERAGING, (1 + self.step) / (10 + self.step)) ** AVERAGE_EVERY
        with torch.no_grad():
            torch._foreach_lerp_([self.average[name] for name in self.learned], list(self.learned.values()), 1 - keep)
