"""The cost of one update of 10 M weights: against torch.optim at its best, and a plain copy.

The copy moves as many bytes as the rule must: it reads theta, the gradient and every slot, and
writes theta and every slot. A ratio of 1.25 against it is 80 % of the machine's bandwidth. Ours is
eager or compiled, whichever is faster, and the name says which.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor, optim

from benchmarks.interleave import best_threads, compare, cores, print_json
from trainlab.rules import RULES, Rule, apply

__all__ = ["run"]

Program = Callable[[], object]

N = 10_000_000
LR = 1e-3

TORCH: Mapping[str, Callable[..., optim.Optimizer]] = {
    "sgd": optim.SGD,
    "momentum": partial(optim.SGD, momentum=0.9),
    "nesterov": partial(optim.SGD, momentum=0.9, nesterov=True),
    "adagrad": optim.Adagrad,
    "adadelta": optim.Adadelta,
    "rmsprop": optim.RMSprop,
    "rmsprop_centred": partial(optim.RMSprop, centered=True),
    "adam": optim.Adam,
    "adamax": optim.Adamax,
    "nadam": optim.NAdam,
    "amsgrad": partial(optim.Adam, amsgrad=True),
    "radam": optim.RAdam,
}
"""The same rule in torch, where torch has it."""

VARIANTS: tuple[Mapping[str, bool], ...] = ({"fused": True}, {"foreach": True}, {"foreach": False})


def run(repeats: int, device: str, only: str) -> None:
    """Print one line of JSON for each comparison whose name contains `only`."""
    for name, rule in RULES.items():
        if name in TORCH and only in f"rules/{name}/torch":
            against(f"rules/{name}/torch", rule, fastest(TORCH[name], device), repeats, device)
        if only in f"rules/{name}/copy":
            against(f"rules/{name}/copy", rule, copy_of_same_bytes(rule, device), repeats, device)


def against(name: str, rule: Rule, theirs: Program, repeats: int, device: str) -> None:
    """Compare our faster way with a program, both with their better number of threads."""
    ways = updates(rule, device)
    how = min(ways, key=lambda way: best_time(ways[way]))
    threads = (best_threads(ways[how]), best_threads(theirs))
    print_json(f"{name}/{how}", compare(ways[how], theirs, repeats=repeats, threads=threads))


def updates(rule: Rule, device: str) -> dict[str, Program]:
    """Make programs of one update by our rule."""
    theta, g = weights(device)
    step = partial(apply, rule, theta, g, rule.init(theta), {"lr": LR, "t": 100.0})
    return {"eager": step, "compiled": partial(step, compiled=True)}


def fastest(optimizer: Callable[..., optim.Optimizer], device: str) -> Program:
    """Make a program of one update by torch's fastest variant of a rule."""
    steps = [variant(optimizer, flags, device) for flags in VARIANTS]
    return min((step for step in steps if step), key=best_time)


def variant(
    optimizer: Callable[..., optim.Optimizer], flags: Mapping[str, bool], device: str
) -> Program | None:
    """Make one variant of a torch optimiser, or nothing where it has none."""
    theta, g = weights(device)
    parameter = torch.nn.Parameter(theta)
    parameter.grad = g
    try:
        step: Program = optimizer([parameter], lr=LR, **flags).step
        step()
    except (TypeError, RuntimeError):
        return None
    return step


def copy_of_same_bytes(rule: Rule, device: str) -> Program:
    """Make a program that copies as many bytes as the rule must move; a copy reads and writes."""
    theta, _ = weights(device)
    rows = sum(slot.shape == theta.shape for slot in rule.init(theta).values())
    source = torch.ones((3 + 2 * rows) * N // 2, device=device)
    target = torch.empty_like(source)
    return lambda: target.copy_(source)


def weights(device: str) -> tuple[Tensor, Tensor]:
    """Draw theta [1, N] and a gradient."""
    draw = torch.Generator().manual_seed(0)
    theta, g = (torch.randn(1, N, generator=draw).to(device) for _ in range(2))
    return theta, g


def best_time(program: Program) -> float:
    """Give the seconds of a program at its best."""
    program()
    return compare(program, lambda: None, repeats=3, warm_up=1, threads=(cores(), 1)).ours
