"""Train the evidence model; stops and resumes anywhere.

    python -m retrieval.training.evidence.train --data DIR --base MINILM_DIR --out DIR (--steps N | --minutes M)

`--start` takes up the weights of an earlier run with a fresh schedule.
"""

import argparse
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from tokenizers import Tokenizer

from retrieval.training.evidence.batches import Encoder, Group, batches
from retrieval.training.evidence.curriculum import Curriculum
from retrieval.training.evidence.dev import Dev
from retrieval.training.evidence.network import Network
from retrieval.training.evidence.reading import load
from retrieval.training.evidence.run import Run
from retrieval.training.evidence.workers import Workers

SAVE_SECONDS = 240


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
