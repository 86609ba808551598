"""Train the evidence model; stops and resumes anywhere.

    python -m retrieval.training.evidence.train --data DIR --base MINILM_DIR --out DIR (--steps N | --minutes M)

`--start` takes up the weights of an earlier run with a fresh schedule. Each worker is a process with one thread that computes the gradient of its share of a batch: on busy cores this is
several times faster than threads, which wait for each other at every operation.
"""

import argparse
import json
import math
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from retrieval.evidence.windows import WINDOW_TOKENS
from retrieval.training.evidence.batches import Encoded, Encoder, batches, collate
from retrieval.training.evidence.examples import Curriculum, Example
from retrieval.training.evidence.losses import losses, sentence_logits
from retrieval.training.evidence.measures import auc
from retrieval.training.evidence.network import Network, from_minilm
from retrieval.training.evidence.reading import Reading, load

WEIGHTS = {"rank": 1.0, "about": 0.3, "answer": 1.0, "contrast": 0.7, "sentence": 1.5, "choice": 0.7, "span": 1.0}
ENCODER_RATE, HEAD_RATE = 1e-4, 1e-3
AVERAGING, AVERAGE_EVERY = 0.998, 4
MASKED, MASK_ID = 0.03, 103
WARMUP, FLOOR = 0.03, 0.02
FROZEN = ("words", "places")
HEADS = ("token_heads", "rank", "answer", "rank_inner", "answer_inner")
SAVE_SECONDS = 240
DEV_QUESTIONS, DEV_ROWS = 240, 8

Group = list[list[Encoded]]


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


class Workers:
    """Helpers that compute gradients of their share of each step's groups beside this process."""

    def __init__(self, run: Run, count: int) -> None:
        self.run, self.count = run, count
        sizes = sum(p.numel() for p in run.learned.values())
        self.buffers = [torch.zeros(sizes).share_memory_() for _ in range(count - 1)]
        context = multiprocessing.get_context("fork")
        self.begin = [context.Semaphore(0) for _ in self.buffers]
        self.done = [context.Semaphore(0) for _ in self.buffers]
        self.rank = 0

    def start(self, steps: Iterator[list[Group]]) -> None:
        """Forks the helpers, which walk the same steps; must come before the first backward pass."""
        parent = os.getpid()
        for rank in range(1, self.count):
            if os.fork() == 0:
                torch.manual_seed(self.run.seed * 1000 + rank)
                for groups in steps:
                    while not self.begin[rank - 1].acquire(timeout=2):
                        if os.getppid() != parent:
                            os._exit(0)
                    self.run.optimizer.zero_grad(set_to_none=False)
                    if rank < len(groups):
                        self.run.gradient(groups[rank])
                    torch.cat([_gradient(p) for p in self.run.learned.values()], out=self.buffers[rank - 1])
                    self.done[rank - 1].release()
                os._exit(0)

    def step(self, groups: list[Group]) -> dict[str, float]:
        for begin in self.begin:
            begin.release()
        parts = self.run.gradient(groups[0])
        for done in self.done:
            done.acquire()
        at = 0
        for parameter in self.run.learned.values():
            mine = _gradient(parameter)
            for buffer in self.buffers:
                mine += buffer[at : at + mine.numel()]
            mine /= self.count
            parameter.grad = mine.view_as(parameter)
            at += mine.numel()
        self.run.update()
        return parts


class Dev:
    """A sample of the dev part, to see how the averaged weights fare."""

    def __init__(self, reading: Reading, encoder: Encoder) -> None:
        rng = random.Random(0)
        asked = [q for q in reading.questions if q.text.source in ("squad2", "new_wiki")]
        self.groups: list[Group] = []
        encoded = []
        for q in rng.sample(asked, min(DEV_QUESTIONS, len(asked))):
            labels = tuple(int(i in q.answer_sentences) for i in range(len(q.text.sentences)))
            example = Example(
                q.question, q.text.title, q.text.text, q.text.sentences, labels, q.answerable, None, None, None
            )
            row = encoder.encoded(example, rng, limit=WINDOW_TOKENS)
            encoded += [[row]] if row else []
        encoded.sort(key=lambda rows: len(rows[0].row.ids))
        self.groups = [encoded[cut : cut + DEV_ROWS] for cut in range(0, len(encoded), DEV_ROWS)]

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


def _gradient(parameter: Tensor) -> Tensor:
    return parameter.grad.reshape(-1) if parameter.grad is not None else torch.zeros(parameter.numel())


def steps_of(
    curriculum: Curriculum, encoder: Encoder, *, tokens: int, workers: int, seed: int, skip: int
) -> Iterator[list[Group]]:
    """The groups of every step, epoch after epoch; the first `skip` steps are left out."""
    number = 0
    while True:
        rng = random.Random(f"{seed}/{number}")
        groups = batches(curriculum.items(rng), encoder, tokens=tokens, rng=rng)
        for at in range(0, len(groups) - workers + 1, workers):
            if skip > 0:
                skip -= 1
                continue
            yield groups[at : at + workers]
        number += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds reading/ and retrieval/")
    parser.add_argument("--base", type=Path, required=True, help="the folder of the official all-MiniLM-L6-v2 files")
    parser.add_argument("--out", type=Path, required=True)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=int)
    length.add_argument("--minutes", type=float, help="the schedule follows the clock")
    parser.add_argument("--tokens", type=int, default=3300, help="tokens of a worker in a step")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from, with a fresh schedule")
    parser.add_argument(
        "--compile", action="store_true", help="compile the layers: a fifth faster, wants a C++ compiler"
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    began = time.monotonic()
    parts = load(options.data)
    curriculum = Curriculum(parts["train"])
    encoder = Encoder(Tokenizer.from_file(str(options.base / "tokenizer.json")))
    dev, averaged = Dev(parts["dev"], encoder), Network()
    run = Run(options.out, options.base, seed=options.seed, start=options.start)
    if options.compile:
        for layer in run.network.layers:
            layer.compile(dynamic=True)
    steps = steps_of(
        curriculum, encoder, tokens=options.tokens, workers=options.workers, seed=options.seed, skip=run.drawn
    )
    workers = Workers(run, options.workers)
    following = next(steps)  # builds the first epoch before the helpers are forked: they share it

    def walk() -> Iterator[list[Group]]:
        yield following
        yield from steps

    road = walk()
    workers.start(road)
    log = (options.out / "log.jsonl").open("a", encoding="utf-8")

    def save() -> None:
        run.save()
        averaged.load_state_dict(run.average)
        figures = {name: round(value, 4) for name, value in dev.figures(averaged).items()}
        print(json.dumps({"step": run.step, "progress": round(run.progress, 4)} | figures), file=log, flush=True)

    already, saved, seen, counted = run.progress, began, 0, 0
    sums: dict[str, float] = {}
    trained = time.monotonic()
    for groups in road:
        now = time.monotonic()
        run.progress = run.step / options.steps if options.steps else already + (now - began) / 60 / options.minutes
        if run.progress >= 1:
            break
        loss = workers.step(groups)
        seen += sum(len(item) for group in groups for item in group)
        counted += 1
        for name, value in loss.items():
            sums[name] = sums.get(name, 0.0) + value
        if run.step % 25 == 0:
            figures = {name: round(value / counted, 4) for name, value in sums.items()}
            line = {"step": run.step, "progress": round(run.progress, 4), "seconds": round(now - began), "rows": seen}
            print(json.dumps(line | {"per_second": round(seen / (now - trained), 1)} | figures), file=log, flush=True)
            sums, counted = {}, 0
        if now - saved > SAVE_SECONDS:
            save()
            saved = now
    save()


if __name__ == "__main__":
    main()
