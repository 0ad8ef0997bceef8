"""What builds one member's network from its seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from trainlab import seeds
from trainlab.errors import NetworkError
from trainlab.nn.choice import options_of
from trainlab.nn.dropout import adopt, number
from trainlab.nn.init import initialise
from trainlab.nn.networks import NETWORKS
from trainlab.recipe.choices import Choice

__all__ = ["Build", "builder", "drawing", "ready"]

Build = Callable[[int], nn.Module]
"""Builds one member's network from its seed."""


def builder(network: Choice, feature_shape: tuple[int, ...], outputs: int, dropout: float) -> Build:
    """Give what builds a recipe's network from a seed; `dropout` is the members' largest.

    Raises NetworkError for dropout in a network that has none.
    """
    row, options = NETWORKS[network.name], network.arguments()
    takes = options_of(row.build)
    if "dropout" in takes:
        options["dropout"] = dropout
    elif dropout:
        raise NetworkError(
            f"the network {network.name!r} has no dropout",
            where="regularize.dropout",
            next_step="leave it 0, or choose a network that has: trainlab list network",
        )
    if "init" not in takes:
        return lambda seed: _as_it_is(row.build, seed, feature_shape, outputs, options)

    def build(seed: int) -> nn.Module:
        built = row.build(feature_shape, outputs, **options)
        return initialise(built, options["init"], seeds.generator(seed, "init"))

    return build


def ready(network: nn.Module) -> nn.Module:
    """Copy a user's network with torch's dropout layers replaced by counter-based ones."""
    own = adopt(network)
    number(own)
    return own


@contextmanager
def drawing(seed: int) -> Iterator[None]:
    """Let torch's own generator draw from a seed's "init" stream; leave it as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seeds.generator(seed, "init").initial_seed())
        yield


def _as_it_is(
    build: Callable[..., nn.Module],
    seed: int,
    feature_shape: tuple[int, ...],
    outputs: int,
    options: dict[str, Any],
) -> nn.Module:
    """Build a network whose weights stay as it draws them itself."""
    with drawing(seed):
        return ready(build(feature_shape, outputs, **options))
