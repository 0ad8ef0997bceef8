"""What builds one member's network from its seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from trainlab import seeds
from trainlab.engine.population import Population
from trainlab.errors import NetworkError
from trainlab.nn.choice import options_of
from trainlab.nn.dropout import adopt, by_key
from trainlab.nn.init import initialise
from trainlab.nn.networks import NETWORKS
from trainlab.nn.random_layers import RATES
from trainlab.recipe import Recipe, column
from trainlab.recipe.choices import Choice

__all__ = ["Build", "Own", "builder", "drawing", "largest_rates", "ready", "set_rates"]

Build = Callable[[int], nn.Module]
"""Builds one member's network from its seed."""


def builder(
    network: Choice, feature_shape: tuple[int, ...], outputs: int, rates: Mapping[str, float]
) -> Build:
    """Give what builds a recipe's network from a seed; `rates` are the members' largest by name.

    Raises NetworkError for a rate of random layers that the network does not have.
    """
    row = NETWORKS[network.name]
    takes = options_of(row.build)
    options = {name: value for name, value in network.arguments().items() if name in takes}
    for name, rate in rates.items():
        if name in takes:
            options[name] = rate
        elif rate and network.name != "python":
            raise _without(f"the network {network.name!r}", name)

    own = Own(options.get("factory", ""))

    def build(seed: int) -> nn.Module:
        if network.name == "python":
            with drawing(seed):
                given = row.build(feature_shape, outputs, **options)
            built = ready(given if options["init"] else own.of(seed, given))
        else:
            built = by_key(row.build(feature_shape, outputs, **options))
        if options["init"] is None:
            return built
        return initialise(built, options["init"], seeds.generator(seed, "init"))

    return build


def largest_rates(members: Sequence[Recipe]) -> dict[str, float]:
    """Give the largest of the members' rates of each kind of random layer."""
    return {name: max(column(members, f"regularize.{name}")) for name in RATES}


def set_rates(population: Population, members: Sequence[Recipe]) -> None:
    """Give each member's random layers its own rates.

    A kind that no member mentions keeps its rates: those of a network of the user's own.

    Raises NetworkError for a rate of layers that the network does not have.
    """
    for name, kind in RATES.items():
        rates = column(members, f"regularize.{name}")
        if any(rates) and not population.set_rates(kind, rates):
            raise _without("the network", name)


class Own:
    """Sees that the user's function builds anew: one module for two seeds is one start for both."""

    def __init__(self, factory: str) -> None:
        self.factory = factory
        self.seed = 0
        self.last: nn.Module | None = None

    def of(self, seed: int, network: nn.Module) -> nn.Module:
        """Give the network that was built for a seed; raises NetworkError for another seed's."""
        if network is self.last and seed != self.seed:
            raise NetworkError(
                f"{self.factory} gave the same module for two seeds, {self.seed} and {seed}: "
                "they would start from the same weights",
                where="network",
                next_step="build the module within the function, or train one seed",
            )
        self.seed, self.last = seed, network
        return network


def ready(network: nn.Module) -> nn.Module:
    """Copy a user's network with torch's dropout layers replaced by counter-based ones.

    Raises NetworkError for one that cannot be looked into, or that has no numbers yet.
    """
    why = ""
    if isinstance(network, torch.jit.ScriptModule):
        why = "it is compiled by torch.jit"
    elif any(weight.is_meta for weight in network.parameters()):
        why = "its weights are on the device 'meta', without numbers"
    if why:
        raise NetworkError(
            f"this network cannot be trained as it is: {why}",
            where=type(network).__name__,
            next_step="return the plain torch.nn.Module, built on the CPU",
        )
    return by_key(adopt(network))


@contextmanager
def drawing(seed: int) -> Iterator[None]:
    """Let torch's own generator draw from a seed's "init" stream; leave it as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seeds.generator(seed, "init").initial_seed())
        yield


def _without(network: str, rate: str) -> NetworkError:
    having = [name for name, row in NETWORKS.items() if rate in options_of(row.build)]
    return NetworkError(
        f"{network} has no {rate}",
        where=f"regularize.{rate}",
        allowed=having,
        next_step="leave it 0, or choose a network that has: trainlab list network",
    )
