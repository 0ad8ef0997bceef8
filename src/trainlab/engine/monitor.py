"""The best each member has been, and when to stop waiting for better."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from trainlab.engine.population import Population, kept
from trainlab.schedules import Pace

__all__ = ["Monitor", "watch_over"]


@dataclass
class Monitor:
    """Best score, weights and step of each member, by one monitored value; scores on the CPU."""

    name: str
    """Such as "val/loss"."""
    sign: float
    """+1 where less is better, -1 where more is."""
    patience: Tensor
    """Usual steps without a new best after which a member stops, [P]; infinite where never."""
    min_delta: Tensor
    """What counts as better: a gain of more than this, [P]."""
    score: Tensor
    """The best so far, float64 [P], signed so that less is better; infinite before the first."""
    step: Tensor
    """When it was reached, int64 [P]."""
    theta: Tensor
    """[P, N]"""
    buffers: dict[str, Tensor] = field(default_factory=dict)
    restores: bool = True
    """Whether a member is given its best weights at the end, or its last."""

    def see(self, population: Population, score: Tensor, step: int) -> Tensor:
        """Take note of an evaluation; tell who is at a new best, bool [P]."""
        signed = self.sign * score.to(self.score)
        better = signed < self.score - self.min_delta
        self.score = torch.where(better, signed, self.score)
        self.step = torch.where(better, step, self.step)
        self.theta = _chosen(better, population.theta, self.theta)
        self.buffers = {
            name: _chosen(better, population.buffers[name], old)
            for name, old in self.buffers.items()
        }
        return better

    def late(self, step: int, pace: Pace) -> Tensor:
        """Tell who has waited too long for a new best, bool [P]."""
        now = pace.positions(torch.tensor(step))
        return (now - pace.positions(self.step)) >= self.patience

    def keep(self, rows: Tensor) -> None:
        """Keep the members in these rows."""
        for name, tensor in self.tensors().items():
            setattr(self, name, tensor[rows.to(tensor.device)])
        self.buffers = kept(self.buffers, rows)

    def tensors(self) -> dict[str, Tensor]:
        """Name every tensor but the buffers."""
        names = ("patience", "min_delta", "score", "step", "theta")
        return {name: getattr(self, name) for name in names}


def watch_over(
    population: Population, name: str, patience: list[float], min_delta: list[float]
) -> Monitor:
    """Begin to watch a population by a monitored value; accuracy and r2 are better when larger."""
    more_is_better = name.rpartition("/")[2] in ("accuracy", "r2")
    return Monitor(
        name=name,
        sign=-1.0 if more_is_better else 1.0,
        patience=torch.tensor(patience, dtype=torch.float64),
        min_delta=torch.tensor(min_delta, dtype=torch.float64),
        score=torch.full((population.p,), torch.inf, dtype=torch.float64),
        step=torch.zeros(population.p, dtype=torch.int64),
        theta=population.theta.clone(),
        buffers={name: buffer.clone() for name, buffer in population.buffers.items()},
    )


def _chosen(better: Tensor, new: Tensor, old: Tensor) -> Tensor:
    better = better.to(new.device)
    return torch.where(better.reshape(-1, *(1 for _ in new.shape[1:])), new, old)
