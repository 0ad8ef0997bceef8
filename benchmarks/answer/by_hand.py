"""The answer by a careful loop in PyTorch, one training after another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor, nn, optim
from torch.nn import functional

from benchmarks.answer.question import RULES, SEEDS, Answer, examples, rates
from benchmarks.raw import mlp

__all__ = ["answer", "epochs_of", "scored"]

OPTIMIZERS: dict[str, Callable[..., optim.Optimizer]] = {
    "sgd": partial(optim.SGD, fused=True),
    "momentum": partial(optim.SGD, momentum=0.9, fused=True),
    "nesterov": partial(optim.SGD, momentum=0.9, nesterov=True, fused=True),
    "adagrad": partial(optim.Adagrad, fused=True),
    "rmsprop": partial(optim.RMSprop, foreach=True),
    "adam": partial(optim.Adam, fused=True),
    "nadam": partial(optim.NAdam, foreach=True),
    "radam": partial(optim.RAdam, foreach=True),
}
"""Torch's fastest variant of each."""
BATCH, WARM_UP = 64, 0.05


def answer(epochs: int) -> Answer:
    """Tune each rule on seed 1000, then train it on seeds 0 to 7."""
    best = {}
    for rule in RULES:
        tried = {rate: _last(rule, rate, 1000, epochs) for rate in rates(rule)}
        best[rule] = max(tried, key=tried.__getitem__)
    scores = {
        rule: [_trained(rule, best[rule], seed, epochs) for seed in range(SEEDS)] for rule in RULES
    }
    return Answer(best, scores)


def epochs_of(rule: str, rate: float, seed: int, epochs: int) -> Iterator[nn.Module]:
    """Train, and give the network after each epoch."""
    torch.manual_seed(seed)
    network = mlp()
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    optimizer = OPTIMIZERS[rule](network.parameters(), lr=rate)
    x, y = examples().train
    steps = epochs * (len(x) // BATCH)
    schedule = optim.lr_scheduler.LambdaLR(optimizer, lambda step: _factor(step, steps))
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for rows in order[: len(x) // BATCH * BATCH].split(BATCH):
            optimizer.zero_grad(set_to_none=True)
            functional.cross_entropy(network(x[rows]), y[rows]).backward()
            optimizer.step()
            schedule.step()
        yield network


def scored(network: nn.Module, part: tuple[Tensor, Tensor]) -> tuple[float, float]:
    """Give accuracy and minus the loss: the second settles ties."""
    x, y = part
    with torch.no_grad():
        outputs = network(x)
        loss = float(functional.cross_entropy(outputs, y))
    if not math.isfinite(loss):
        return -math.inf, -math.inf
    return float((outputs.argmax(1) == y).double().mean()), -loss


def _last(rule: str, rate: float, seed: int, epochs: int) -> tuple[float, float]:
    """Give the validation score at the end, looked at after every epoch."""
    *_, last = (scored(network, examples().val) for network in epochs_of(rule, rate, seed, epochs))
    return last


def _trained(rule: str, rate: float, seed: int, epochs: int) -> float:
    for network in epochs_of(rule, rate, seed, epochs):
        scored(network, examples().val)
    return max(0.0, scored(network, examples().test)[0])


def _factor(step: int, steps: int) -> float:
    """Give the recipe's schedule: linear warm-up, then half a cosine."""
    warm = round(WARM_UP * steps)
    if step < warm:
        return (step + 1) / (warm + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
