"""The computational graph of one real example: each operation's value and its gradients.

The network is run in evaluation mode and in float64, and every function of torch that it calls is
recorded. For an operation z = f(x, w) with the loss L:

    upstream gradient     dL/dz, what comes back to the operation
    local gradient        the slopes of sum(z) in each input; elementwise dz/dx
    flows back            dL/dz times dz/dx, what the operation passes on to each input

The numerical check moves z itself by +-h along random signs and runs the rest of the network.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map

from trainlab import seeds
from trainlab.lens.gates import gate, plain_name
from trainlab.lens.unrolled import stretches
from trainlab.losses import MeanLoss

__all__ = ["Edge", "Graph", "Operation", "Source", "graph_of"]

STEP = 1e-6
"""h, for values of size about 1."""
CHECKED = 100
"""Operations that are checked, at most: of a longer graph every second, every third one."""
BEND = 1e-4
"""Relative difference of one-sided slopes that no smooth function has over h."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is not computed: the example, a weight."""

    name: str
    value: Tensor
    gradient: Tensor


@dataclass(frozen=True, kw_only=True)
class Edge:
    """One input of an operation."""

    source: str | int
    """The name of a Source, or the number of the operation that it comes from."""
    local: Tensor
    flow: Tensor


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One call of a function, with one output."""

    number: int
    name: str
    module: str
    """The path of the module that calls it."""
    role: str
    value: Tensor
    upstream: Tensor
    edges: tuple[Edge, ...]
    uses: int
    """How many operations take the output; the gradients of several are summed."""
    analytic: float
    numerical: float
    """The slope of the loss along one direction of the output, both ways; NaN: not checked."""
    kink: bool
    """Whether the slopes to either side differ (a tie of a max): nothing to compare with."""

    @property
    def error(self) -> float:
        """The relative distance of both slopes; slopes of less than 1e-6 count as that.

        0 where it is not checked.
        """
        if math.isnan(self.numerical):
            return 0.0
        size = max(abs(self.analytic), abs(self.numerical), 1e-6)
        return abs(self.analytic - self.numerical) / size


@dataclass(frozen=True, kw_only=True)
class Graph:
    """All operations in the order in which they are run; the last one gives the loss."""

    operations: tuple[Operation, ...]
    sources: dict[str, Source]
    loss: float

    @property
    def error(self) -> float:
        """The largest relative error of the check, away from kinks."""
        return max((each.error for each in self.operations if not each.kink), default=0.0)


def graph_of(module: nn.Module, x: Tensor, y: Tensor, loss: MeanLoss) -> Graph:
    """Record a network's graph on x [1, ...], y [1, ...]. The network is not touched."""
    run = _Run(module, x, y, loss)
    tape, value = run.forward()
    value.backward()  # type: ignore[no-untyped-call]
    sources = run.sources(tape)
    uses = [source for call in tape.calls for source in call.inputs.values()]
    checked = _checked(tape.calls)
    operations = []
    for call in tape.calls:
        upstream = tape.upstream.get(call.number, torch.zeros_like(call.value))
        signs = _signs(call.value, call.number)
        slope, kink = math.nan, False
        if call.number in checked:
            slope, kink = run.slope(call.number, signs, value.item())
        operations.append(
            Operation(
                number=call.number,
                name=call.name,
                module=call.module,
                role=gate(call.name),
                value=call.value,
                upstream=upstream,
                edges=_edges(call, upstream),
                uses=uses.count(call.number),
                analytic=(upstream * signs).sum().item(),
                numerical=slope,
                kink=kink,
            )
        )
    return Graph(operations=tuple(operations), sources=sources, loss=value.item())


@dataclass
class _Call:
    """One output of one recorded call."""

    number: int
    name: str
    module: str
    function: Callable[..., Any]
    given: tuple[Any, Any]
    """Its arguments as they were before it, detached."""
    inputs: dict[int, str | int]
    """For places among the arguments' leaves: where that input comes from."""
    place: int
    """Which of the function's outputs it is."""
    value: Tensor


@dataclass
class _Nudge:
    """Moves the output of one call."""

    number: int
    by: Tensor


@dataclass
class _Tape(TorchFunctionMode):
    """Numbers every function of torch that gives a differentiable tensor."""

    known: dict[int, str | int]
    """Where a tensor comes from, by its id."""
    stack: list[str]
    nudge: _Nudge | None = None
    calls: list[_Call] = field(default_factory=list)
    upstream: dict[int, Tensor] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)
    """Keeps tensors alive, so that an id means one of them."""

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run the function and record what it gives."""
        given = (args, kwargs or {})
        leaves = tree_leaves(given)
        before = tree_map(_still, given)
        sources = {at: self.known[id(leaf)] for at, leaf in enumerate(leaves) if self._knows(leaf)}
        result = func(*args, **(kwargs or {}))
        outputs = [result] if isinstance(result, Tensor) else result
        if not sources or not isinstance(outputs, list | tuple):
            return result
        moved = list(outputs)
        for place, output in enumerate(outputs):
            same = any(output is leaf for leaf in leaves)
            written = same and _writes(func)
            if not _slopes(output) or (same and not written):
                continue
            call = _Call(
                number=len(self.calls) + 1,
                name=plain_name(func),
                module=self.stack[-1] if self.stack else "",
                function=func,
                given=before,
                inputs=sources,
                place=place,
                value=output.detach().clone(),
            )
            moved[place] = self._take(call, output, written)
        self.kept += [leaves, moved]
        if isinstance(result, Tensor):
            return moved[0]
        return result if all(a is b for a, b in zip(moved, outputs, strict=True)) else tuple(moved)

    def _knows(self, leaf: Any) -> bool:
        return isinstance(leaf, Tensor) and id(leaf) in self.known

    def _take(self, call: _Call, output: Tensor, written: bool) -> Tensor:
        """Record a call, listen to its gradient, and move it where that is wanted."""
        self.calls.append(call)
        if self.nudge is not None and self.nudge.number == call.number:
            output = output.add_(self.nudge.by) if written else output + self.nudge.by
        self.known[id(output)] = call.number
        listen = partial(self.upstream.__setitem__, call.number)
        output.register_hook(listen)  # type: ignore[no-untyped-call]
        return output


class _Run:
    """A network and an example that can be run again, with one value moved."""

    def __init__(self, module: nn.Module, x: Tensor, y: Tensor, loss: MeanLoss) -> None:
        self.module = deepcopy(module).double().eval()
        self.x = (x.double() if x.is_floating_point() else x).clone()
        self.x.requires_grad_(x.is_floating_point())
        self.y = y.double() if y.is_floating_point() else y
        self.loss = loss
        self.weights = dict(self.module.named_parameters())
        self.stack: list[str] = []
        for name, part in self.module.named_modules():
            part.register_forward_pre_hook(lambda _, __, name=name: self.stack.append(name))
            part.register_forward_hook(lambda *_: self._leave())

    def forward(self, nudge: _Nudge | None = None) -> tuple[_Tape, Tensor]:
        """Run the network and its loss on a new tape."""
        known: dict[int, str | int] = {id(weight): name for name, weight in self.weights.items()}
        self.stack.clear()
        tape = _Tape(known=known | {id(self.x): "input"}, stack=self.stack, nudge=nudge)
        with tape:
            loss = self.loss(self.module(self.x), self.y)
        return tape, loss

    def slope(self, number: int, direction: Tensor, loss: float) -> tuple[float, bool]:
        """Give the central difference of the loss along a direction of one call's output.

        And whether the one-sided differences disagree.
        """
        up, down = (
            self.forward(_Nudge(number, step * direction))[1].item() for step in (STEP, -STEP)
        )
        slope, bend = (up - down) / (2 * STEP), (up - 2 * loss + down) / STEP
        return slope, abs(bend) > BEND * max(abs(slope), 1e-3 * max(1.0, abs(loss)))

    def sources(self, tape: _Tape) -> dict[str, Source]:
        """Give what the calls took that no call computed."""
        named = {"input": self.x, **self.weights}
        taken = dict.fromkeys(at for call in tape.calls for at in call.inputs.values())
        return {
            at: Source(name=at, value=named[at].detach(), gradient=_gradient(named[at]))
            for at in taken
            if isinstance(at, str)
        }

    def _leave(self) -> None:
        self.stack.pop()


def _checked(calls: list[_Call]) -> set[int]:
    """Choose what is checked: of a loop over time, the first and the last step."""
    numbers = [call.number for stretch in stretches(calls) for call in stretch.shown]
    return set(numbers[:: math.ceil(len(numbers) / CHECKED)])


def _edges(call: _Call, upstream: Tensor) -> tuple[Edge, ...]:
    """Run one call again alone, and take its gradients."""
    leaves = tree_leaves(call.given)
    fresh = {at: leaves[at].clone().requires_grad_() for at in call.inputs}
    args, options = _with(call.given, {id(leaves[at]): each for at, each in fresh.items()})
    with torch.enable_grad():
        result = call.function(*args, **options)
    output = result if isinstance(result, Tensor) else result[call.place]
    inputs = list(fresh.values())
    local, flow = (
        torch.autograd.grad(output, inputs, back, retain_graph=True, materialize_grads=True)
        for back in (torch.ones_like(output), upstream)
    )
    return tuple(
        Edge(source=source, local=slope, flow=back)
        for source, slope, back in zip(call.inputs.values(), local, flow, strict=True)
    )


def _with(given: tuple[Any, Any], fresh: dict[int, Tensor]) -> tuple[Any, Any]:
    """Put tensors that want a gradient into the arguments; copies, for writing in place."""
    found: tuple[Any, Any] = tree_map(
        lambda leaf: fresh[id(leaf)].clone() if id(leaf) in fresh else leaf, given
    )
    return found


def _still(leaf: Any) -> Any:
    return leaf.detach().clone() if isinstance(leaf, Tensor) else leaf


def _slopes(output: Any) -> bool:
    return isinstance(output, Tensor) and output.requires_grad


def _writes(function: Callable[..., Any]) -> bool:
    """Whether a function writes into its first argument: `add_`, `__iadd__`, `relu_`."""
    name = str(getattr(function, "__name__", ""))
    return (name.endswith("_") and not name.endswith("__")) or name.startswith("__i")


def _gradient(tensor: Tensor) -> Tensor:
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad


def _signs(value: Tensor, number: int) -> Tensor:
    """Give a direction of random signs, of length 1."""
    size = max(1, value.numel())
    drawn = seeds.uniform(torch.tensor(number), (size,), torch.float64).reshape(value.shape)
    return (2.0 * (drawn < 0.5) - 1.0).to(value.dtype) / math.sqrt(size)
