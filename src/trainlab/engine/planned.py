"""A recording with a place for everything that it makes on the way, found once for all calls.

The kernels are the same, by their `out` variants, so the bits are; but they write to memory that
has just been read and lies in a cache, and nobody is asked for any. A pointwise operation writes
over an input that nobody reads later. Views of places never change, so they are taken once. What
a recording returns is new at each call. It serves one call at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import BuiltinFunctionType
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch._ops import OpOverload
from torch.fx import Graph, Node
from torch.fx.node import map_arg
from torch.utils._pytree import tree_leaves

from trainlab.engine.lean import prune, writes

__all__ = ["planned"]

aten = torch.ops.aten
FILLED = (
    aten.ones_like.default,
    aten.zeros_like.default,
    aten.new_zeros.default,
    aten.arange.default,
    aten.arange.start,
)
"""Operations whose result depends on the shape of their input alone, or on none."""


def planned(
    graph: Graph, inputs: Sequence[Tensor], constants: Mapping[str, Tensor]
) -> list[Tensor]:
    """Change a recording in place; give the tensors that it takes before its inputs."""
    plan = _Plan(graph, _values(graph, inputs, constants))
    for node in list(graph.nodes):
        if node.op == "call_function":
            plan.settle(node)
    prune(graph)
    places = plan.places()
    for node in graph.nodes:
        _call_directly(node)
    return places


class _Out(NamedTuple):
    """How an operation is told where to write."""

    function: OpOverload[..., Any]
    name: str
    """Of the argument; empty where it writes over its first one."""


class _Memory:
    """Places that are free, the one freed last at the end."""

    def __init__(self) -> None:
        self.free: list[Tensor] = []

    def take(self, like: Tensor) -> Tensor:
        """Give the smallest free place that is large enough, flat, or else a new one."""
        fits = [t for t in self.free if t.dtype == like.dtype and len(t) >= like.numel()]
        if not fits:
            return like.new_empty(like.numel())
        found = min(reversed(fits), key=len)
        self.free = [place for place in self.free if place is not found]
        return found


class _Plan:
    """Where each node writes, settled node by node in the order of the recording."""

    def __init__(self, graph: Graph, values: Mapping[Node, Any]) -> None:
        self.graph, self.values = graph, values
        self.known: dict[Node, tuple[Tensor, int]] = {}
        """Inputs that are the same tensor at each call, with the storage that they stand for."""
        self.first = next(iter(graph.nodes))
        self.memory = _Memory()
        self.held: dict[int, Tensor] = {}
        """The place of each storage that has one and is still read."""
        order = {node: place for place, node in enumerate(graph.nodes)}
        self.last: dict[int, Node] = {}
        """The last reader of each storage, views of it included."""
        for node in graph.nodes:
            for storage in self._storages(node):
                readers = [self.last.get(storage, node), *node.users]
                self.last[storage] = max(readers, key=order.__getitem__)
        outer = [node for node in graph.nodes if node.op != "call_function"]
        self.outer = {0}.union(*map(self._storages, outer))
        """Storages of inputs, constants and results."""
        self.made = self.outer.copy()
        """Storages that are there."""
        self.constant: set[Node] = set()
        """Known inputs that hold the same numbers at each call."""
        changed = [n for node in graph.nodes if writes(node) for n in node.all_input_nodes]
        self.written = {storage for node in changed for storage in self._storages(node)}

    def settle(self, node: Node) -> None:
        """Give a node its place, if it can have one; free those that nobody reads later."""
        value, storages = self.values[node], self._storages(node)
        ending = [s for s in self.held if self.last[s] is node]
        if isinstance(value, Tensor) and self._never_changes(node, storages):
            self.constant.add(known := self._know(value, _storage(value)))
            self._replace(node, known)
        elif isinstance(value, Tensor) and not storages & self.made:
            if value.is_contiguous() and value.device.type == "cpu":
                self._write(node, value)
        elif node.all_input_nodes and all(given in self.known for given in node.all_input_nodes):
            self._look(node)
        self.made |= storages
        for storage in ending:
            if storage in self.held:
                self.memory.free.append(self.held.pop(storage))

    def places(self) -> list[Tensor]:
        """Give the known inputs that somebody reads, in their order."""
        for node in [node for node in self.known if not node.users]:
            del self.known[node]
            self.graph.erase_node(node)
        return [self.known[node][0] for node in self.graph.nodes if node in self.known]

    def _never_changes(self, node: Node, storages: set[int]) -> bool:
        """Whether a node gives the same numbers at each call, and nobody writes over them."""
        given = node.all_input_nodes
        if node.target in FILLED or (given and self.constant.issuperset(given)):
            return not storages & (self.outer | self.written)
        return False

    def _write(self, node: Node, value: Tensor) -> None:
        """Let an operation write into a place: over an input that it reads last, or a free one."""
        pointwise = torch.Tag.pointwise in getattr(node.target, "tags", ())
        over = self._over(node, value) if pointwise else None
        out = _out(node.target)
        if out is None and over is not None and over is node.args[0]:
            out = _in_place(node.target)
        if out is None:
            return
        if over is None:
            whole = self.memory.take(value)
            place = self._know(whole[: value.numel()].view(value.shape), _storage(value))
        else:
            tensor, before = self.known[over]
            whole, place = self.held.pop(before), over
            self.known[over] = tensor, _storage(value)
        self.held[_storage(value)] = whole
        told = {out.name: place} if out.name else {}
        with self.graph.inserting_before(node):
            self.graph.call_function(out.function, node.args, {**node.kwargs, **told})
        self._replace(node, place)

    def _over(self, node: Node, value: Tensor) -> Node | None:
        """Find an input of the same shape and type that this is the last to read, all of it."""
        read = [storage for given in node.all_input_nodes for storage in self._storages(given)]
        for given in filter(self.known.__contains__, node.all_input_nodes):
            place, storage = self.known[given]
            mine = storage in self.held and self.last[storage] is node and read.count(storage) == 1
            alike = place.dtype == value.dtype and place.shape == value.shape
            if mine and alike and place.is_contiguous():
                return given
        return None

    def _look(self, node: Node) -> None:
        """Take a view of a place once for all."""
        value, read = self.values[node], {self.known[given][1] for given in node.all_input_nodes}
        if isinstance(value, Tensor) and read == {_storage(value)} and not writes(node):
            look: Any = node.target
            args = map_arg(node.args, lambda given: self.known[given][0])
            self._replace(node, self._know(look(*args, **node.kwargs), _storage(value)))

    def _know(self, tensor: Tensor, storage: int) -> Node:
        """Let the recording take a tensor as an input of its own."""
        with self.graph.inserting_before(self.first):
            node = self.graph.placeholder(f"place_{len(self.known)}")
        self.known[node] = tensor, storage
        return node

    def _replace(self, node: Node, other: Node) -> None:
        node.replace_all_uses_with(other)
        self.graph.erase_node(node)

    def _storages(self, node: Node) -> set[int]:
        if node in self.known:
            return {self.known[node][1]}
        return {_storage(leaf) for leaf in tree_leaves(self.values[node]) if _is_tensor(leaf)}


def _values(
    graph: Graph, inputs: Sequence[Tensor], constants: Mapping[str, Tensor]
) -> dict[Node, Any]:
    """Run a recording once, and give what each node comes to, all of it alive."""
    values: dict[Node, Any] = {}
    given = iter(inputs)
    for node in graph.nodes:
        if node.op == "placeholder":
            values[node] = next(given)
        elif node.op == "get_attr":
            values[node] = constants[node.target]
        else:
            args, kwargs = map_arg((node.args, node.kwargs), values.__getitem__)
            values[node] = args[0] if node.op == "output" else node.target(*args, **kwargs)
    return values


def _call_directly(node: Node) -> None:
    """Call torch's own binding of an operation, which costs half of what its overload costs."""
    if isinstance(node.target, OpOverload):
        name = node.target._schema.name.removeprefix("aten::")
        if isinstance(getattr(torch, name, None), BuiltinFunctionType):
            node.target = getattr(torch, name)
        elif hasattr(Tensor, name):
            node.op, node.target = "call_method", name


@cache
def _out(function: Any) -> _Out | None:
    """Find the variant that writes where it is told, if it has a kernel of its own."""
    if not isinstance(function, OpOverload):
        return None
    for name in function.overloadpacket.overloads():
        other = getattr(function.overloadpacket, name)
        outs = [each.name for each in other._schema.arguments if each.is_out]
        rest = [_declared(each) for each in other._schema.arguments if not each.is_out]
        if len(outs) == 1 and rest == [_declared(each) for each in function._schema.arguments]:
            return _Out(other, outs[0]) if _has_kernel(other) else None
    return None


@cache
def _in_place(function: Any) -> _Out | None:
    """Find the variant that writes over its first input, if it has a kernel of its own."""
    packet = getattr(torch.ops.aten, f"{function._schema.name.removeprefix('aten::')}_", None)
    other = getattr(packet, function._overloadname, None)
    return _Out(other, "") if other is not None and _has_kernel(other) else None


def _has_kernel(function: OpOverload[..., Any]) -> bool:
    """Whether it is more than the plain operation and a copy."""
    name = function.name()  # type: ignore[no-untyped-call]
    return bool(torch._C._dispatch_has_kernel_for_dispatch_key(name, "CPU"))


def _declared(argument: Any) -> tuple[str, str]:
    return argument.name, str(argument.type)


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _is_tensor(leaf: object) -> bool:
    return isinstance(leaf, Tensor)
