"""A population: P whole networks as the rows of one matrix.

`theta [P, N]` is the only truth about the weights. The module is a skeleton that says what to
compute; whichever weights it holds itself are never read. Buffers (running statistics, frozen
parameters, the knobs of random layers) have the same leading axis: a row is a complete network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from trainlab.engine.traced import Recordings
from trainlab.errors import NetworkError
from trainlab.layout import Layout, layout_of
from trainlab.nn.dropout import RandomLayer, by_key

__all__ = ["Population", "kept", "populate"]

LARGEST_SEED = 2**63 - 1


@dataclass
class Population:
    """P members and what they carry from one step to the next."""

    module: nn.Module
    """The skeleton: what one member computes. Its own weights are never read."""
    layout: Layout
    members: tuple[int, ...]
    """The places of the rows in the program, first to last."""
    theta: Tensor
    """[P, N]"""
    buffers: dict[str, Tensor]
    """By name, [P, ...]."""
    slots: dict[str, Tensor]
    """The rule's state by name, [P, N] or [P, 1]."""
    kept: dict[str, Tensor] = field(default_factory=dict)
    """What stands around the rule keeps from step to step, by name, [P, N]."""
    pure: bool = False
    """Whether the module is known to be a function of its tensors alone: no Python side effects,
    nothing drawn from torch's own generator."""
    recordings: dict[object, Recordings] = field(default_factory=dict)
    """What was recorded of a pure module, by what besides it the recording depends on; populations
    of one network may share it."""
    torch_seeds: tuple[int, ...] = ()
    """For a module that is not: what torch's generator starts a step from, one a member."""

    @property
    def p(self) -> int:
        """Members, P."""
        return len(self.members)

    def keep(self, rows: Tensor) -> None:
        """Keep some rows (int64 [k]) and forget the others: a rung of a search, an early stop."""
        self.members = tuple(self.members[row] for row in rows.tolist())
        self.theta = self.theta[rows]
        self.buffers = kept(self.buffers, rows)
        self.slots = kept(self.slots, rows)
        self.kept = kept(self.kept, rows)

    @property
    def moving(self) -> dict[str, Tensor]:
        """The buffers that a forward pass may change: all but frozen parameters."""
        frozen = dict(self.module.named_parameters())
        return {name: buffer for name, buffer in self.buffers.items() if name not in frozen}

    @cached_property
    def draws(self) -> int:
        """Keys that a member draws from in a step: its random layers', or torch's generator's."""
        return len(self._random_layers) or int(not self.pure)

    def set_keys(self, keys: Tensor) -> None:
        """Give every random layer its key of a step, int64 [P, draws]."""
        if not self.pure:
            self.torch_seeds = tuple(key & LARGEST_SEED for key in keys[:, 0].tolist())
        for name, own in zip(self._random_layers, keys.unbind(-1), strict=False):
            self.buffers[f"{name}.key"].copy_(own)

    def set_rates(self, kind: type[RandomLayer], rates: Sequence[float]) -> int:
        """Set the rate of every random layer of a kind, one value a member; give how many."""
        names = [name for name, layer in self._random_layers.items() if type(layer) is kind]
        for name in names:
            rate = self.buffers[f"{name}.rate"]
            rate.copy_(torch.tensor(rates, dtype=rate.dtype))
        return len(names)

    def weights(self, theta: Tensor, buffers: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Name what a state_dict of each row would hold, [P, ...]: no knobs of random layers."""
        named = self.layout.unpack(theta) | dict(buffers)
        state = self.module.state_dict(keep_vars=True)
        tied = {id(weight): name for name, weight in self.module.named_parameters()}
        first = {name: tied.get(id(weight), name) for name, weight in state.items()}
        return {name: named[own] for name, own in first.items() if own in named}

    def load_row(self, row: int, state: Mapping[str, Tensor]) -> None:
        """Copy a state_dict's tensors into a row; names that it lacks stay as they are."""
        named = self.weights(self.theta, self.buffers)
        for name in named.keys() & state.keys():
            named[name][row].copy_(state[name])

    @cached_property
    def _random_layers(self) -> dict[str, RandomLayer]:
        named = self.module.named_modules()
        return {name: layer for name, layer in named if isinstance(layer, RandomLayer)}


def kept(tensors: Mapping[str, Tensor], rows: Tensor) -> dict[str, Tensor]:
    """Keep the same rows of many named tensors."""
    return {name: tensor[rows] for name, tensor in tensors.items()}


def populate(
    build: Callable[[int], nn.Module],
    seeds: Sequence[int],
    device: torch.device,
    dtype: torch.dtype = torch.float32,
    start: Callable[[int, nn.Module], None] | None = None,
) -> Population:
    """Build one network a seed and stack them as rows. `build(seed)` must give equal shapes.

    Rows of one seed start alike: it is built once for all. `start(row, network)` may change the
    weights in place before.

    Raises NetworkError where there is no weight to train, or one without a shape.
    """
    built = {s: by_key(build(s).to(device=device, dtype=dtype)) for s in dict.fromkeys(seeds)}
    networks = [built[seed] for seed in seeds]
    _check_weights(networks[0])
    if start is not None:
        networks = [deepcopy(network) for network in networks]
        for row, network in enumerate(networks):
            start(row, network)
    layout = layout_of(networks[0])
    return Population(
        module=deepcopy(networks[0]),
        layout=layout,
        members=tuple(range(len(networks))),
        theta=torch.stack([layout.pack(_named(network)).detach() for network in networks]),
        buffers=_stack([_untrained(network) for network in networks]),
        slots={},
    )


def _check_weights(network: nn.Module) -> None:
    weights = dict(network.named_parameters())
    unknown = next((name for name, w in weights.items() if is_lazy(w)), "")
    if unknown:
        raise NetworkError(
            f"the shape of {unknown!r} is not known yet: it is a lazy layer's",
            where=type(network).__name__,
            next_step="run the network on one batch where it is built, or name the layer's sizes",
        )
    if not any(weight.requires_grad and weight.numel() for weight in weights.values()):
        raise NetworkError(
            "the network has no weight that can be trained",
            where=type(network).__name__,
            next_step="assign its layers to self in __init__, and let some of them require_grad",
        )


def _named(network: nn.Module) -> dict[str, Tensor]:
    return dict(network.named_parameters())


def _untrained(network: nn.Module) -> dict[str, Tensor]:
    """Everything named that is not trained: buffers, and parameters that ask for no gradient."""
    frozen = {name: p for name, p in network.named_parameters() if not p.requires_grad}
    return {
        name: tensor.detach() for name, tensor in (frozen | dict(network.named_buffers())).items()
    }


def _stack(rows: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}
