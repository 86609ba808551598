"""Processes that share the work of a training step.

Each has one thread and computes the gradient of its share of a batch: on busy cores this is several times faster than
threads, which wait for each other at every operation.
"""

import multiprocessing
import os
from collections.abc import Iterator

import torch
from torch import Tensor

from retrieval.training.evidence.batches import Group
from retrieval.training.evidence.run import Run


class Workers:
    """Helpers that compute gradients of their share of each step's groups beside this process."""

    def __init__(self, run: Run, count: int) -> None:
        self.run, self.count = run, count
        sizes = sum(p.numel() for p in run.learned.values())
        self.buffers = [torch.zeros(sizes).share_memory_() for _ in range(count - 1)]
        context = multiprocessing.get_context("fork")
        self.begin = [context.Semaphore(0) for _ in self.buffers]
        self.done = [context.Semaphore(0) for _ in self.buffers]

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


def _gradient(parameter: Tensor) -> Tensor:
    return parameter.grad.reshape(-1) if parameter.grad is not None else torch.zeros(parameter.numel())
