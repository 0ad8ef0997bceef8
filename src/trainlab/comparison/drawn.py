"""What one arm's network begins with: its weights, and the random layers that a batch meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from trainlab.comparison.running import Bench
from trainlab.data.task import Task
from trainlab.engine.experiment import build_for
from trainlab.engine.start import Starting
from trainlab.nn.dropout import RandomLayer
from trainlab.recipe import Recipe, plan

__all__ = ["Drawn", "drawn"]


@dataclass(frozen=True)
class Drawn:
    """The draws of one network."""

    weights: Mapping[str, Tensor]
    """Those that are drawn: all that begin with one value, such as biases, are left out."""
    noise: tuple[tuple[str, int, tuple[int, ...]], ...]
    """Kind, place and shape of all that random layers draw."""

    def share(self, other: Drawn) -> float:
        """Give the share of drawn weights that are the same draws in both, scaled or not."""
        mine, others = self.weights, other.weights
        same = sum(
            _scale(mine[name], others[name]) is not None for name in mine.keys() & others.keys()
        )
        return same / max(1, len(mine.keys() | others.keys()))

    def scaled(self, other: Drawn) -> bool:
        """Whether some draws are the same, and not of one size."""
        mine, others = self.weights, other.weights
        return any(
            _scale(mine[name], others[name]) not in (None, 1.0)
            for name in mine.keys() & others.keys()
        )


def drawn(recipe: Recipe, bench: Bench) -> Drawn:
    """Build the network of a recipe's first seed, as it begins, and see what it draws."""
    task, _ = bench.experiment(recipe).prepared
    (program,) = plan([recipe.model_copy(update={"seeds": 2})])  # one alone keeps weights of yours
    network = build_for(program, bench.model, task.feature_shape, task.outputs)(
        program.members[0].seed
    )
    Starting(program.members, bench.model is not None)(task, 0, network)
    return Drawn(_drawn(dict(network.named_parameters())), _noise(network, task))


def _noise(network: nn.Module, task: Task) -> tuple[tuple[str, int, tuple[int, ...]], ...]:
    seen: list[tuple[str, int, tuple[int, ...]]] = []

    def look(layer: RandomLayer, given: tuple[Any, ...], _: Any) -> None:
        seen.append((type(layer).__name__, layer.place, tuple(given[0].shape)))

    layers = [layer for layer in network.modules() if isinstance(layer, RandomLayer)]
    if not layers:
        return ()
    hooks = [layer.register_forward_hook(look) for layer in layers]
    with torch.no_grad():
        network.eval()(torch.zeros(2, *task.feature_shape))
    for hook in hooks:
        hook.remove()
    return tuple(seen)


def _drawn(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name: each for name, each in weights.items() if not bool((each == each.flatten()[:1]).all())
    }


def _scale(first: Tensor, second: Tensor) -> float | None:
    """Give the factor between two draws, to six digits; None where they are not of one draw."""
    if first.shape != second.shape:
        return None
    one, two = first.detach().flatten().double(), second.detach().flatten().double()
    factor = float(one @ two / (one @ one))
    same = torch.allclose(factor * one, two, rtol=1e-4, atol=1e-6 * float(two.abs().max()))
    return round(factor, 6) if same else None
