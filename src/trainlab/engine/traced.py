"""A function of tensors, recorded once as a list of torch's own operations and replayed.

The replay calls the same kernels in the same order, so its bits are those of the original; it
leaves out what surrounds them: the module's Python, vmap's and autograd's bookkeeping, a third of
the gradient of eight small networks. A recording holds for one set of shapes and knows nothing of
Python side effects, so only networks that are known to be pure are recorded.

torch's own make_fx patches nn.Module for the whole process while it records; this records by a
dispatch mode, which is its thread's own, so that programs may record while others run beside them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.fx import Graph, GraphModule, Node
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_leaves, tree_map, tree_map_only, tree_unflatten

from trainlab.engine.lean import lean
from trainlab.engine.planned import planned

__all__ = ["Recordings", "Replayed"]

Recordings = dict[object, Callable[..., Any] | None]
"""By the kinds of their inputs; None where no recording gives the function's bits."""
KEPT = 4
"""Recordings of one function that are kept, since each has memory of its own."""

NAMES_ONLY = (torch.ops.aten.detach.default, torch.ops.aten.alias.default)
"""Operations that give their input another name: autograd's concern, not the replay's."""
NUMBERS = (torch.ops.aten._local_scalar_dense.default,)
"""Operations that turn a tensor into a number, which a replay would repeat as it was."""


class Replayed:
    """Calls a pure function of tensors by its recording; buffers among its inputs may move."""

    def __init__(self, function: Callable[..., Any], recordings: Recordings | None = None) -> None:
        self.function = function
        self.recordings: Recordings = {} if recordings is None else recordings
        """Those of this function, or of others that compute the same."""

    def __call__(self, *inputs: Any) -> Any:
        """Replay, or record first where these shapes are new."""
        key = tuple(_kind(leaf) for leaf in tree_leaves(inputs))
        if key not in self.recordings:
            while len(self.recordings) >= KEPT:
                del self.recordings[next(iter(self.recordings))]
            self.recordings[key] = self._record(inputs)
        return (self.recordings[key] or self.function)(*inputs)

    def _record(self, inputs: tuple[Any, ...]) -> Callable[..., Any] | None:
        """Record on copies; nothing where no recording gives the function's bits."""
        expected = tree_leaves(self.function(*_copied(inputs)))
        for spare in (True, False):
            recording = _recorded(self.function, _copied(inputs), spare=spare)
            if recording is None:
                break
            twice = [tree_leaves(recording(*_copied(inputs))) for _ in range(2)]
            if all(_equal(expected, found) for found in twice):
                return recording
        return None


class _Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Writes down every operation of its thread, with what its inputs were made by."""

    def __init__(self, inputs: Sequence[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.graph = Graph()
        self.exact = True
        """Whether no tensor became a number on the way."""
        self.constants: dict[str, Tensor] = {}
        self._made: dict[int, Node] = {}
        self._alive: list[Tensor] = []
        for place, tensor in enumerate(inputs):
            self._name(tensor, self.graph.placeholder(f"input_{place}"))

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # True would import torch's compiler, which takes seconds

    def __torch_dispatch__(
        self,
        function: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = self.told(args), self.told(dict(kwargs or {}))
        result = function(*args, **(kwargs or {}))
        if function in NAMES_ONLY:
            self._name(result, given[0][0])
            return result
        self.exact &= function not in NUMBERS
        node = self.graph.call_function(function, *given)
        if isinstance(result, Tensor):
            self._name(result, node)
        elif isinstance(result, tuple | list):
            for place, each in enumerate(result):
                if isinstance(each, Tensor):
                    part = self.graph.call_function(operator.getitem, (node, place))
                    self._name(each, part)
        return result

    def told(self, tree: Any) -> Any:
        """Replace each tensor by what made it; one that nothing made is a constant."""
        return tree_map(self._node, tree)

    def _node(self, leaf: Any) -> Any:
        if not isinstance(leaf, Tensor):
            return leaf
        if id(leaf) not in self._made:
            name = f"constant_{len(self.constants)}"
            self.constants[name] = leaf
            self._name(leaf, self.graph.get_attr(name))
        return self._made[id(leaf)]

    def _name(self, tensor: Tensor, node: Any) -> None:
        self._made[id(tensor)] = node
        node.meta.setdefault("shape", tuple(tensor.shape))
        self._alive.append(tensor)  # else another tensor might be given its id


def _recorded(
    function: Callable[..., Any], inputs: tuple[Any, ...], *, spare: bool
) -> Callable[..., Any] | None:
    """Record a call, sparing copies; nothing where it reads a number out of a tensor."""
    with _Recorder([leaf for leaf in tree_leaves(inputs) if isinstance(leaf, Tensor)]) as recorder:
        results, shape = tree_flatten(function(*inputs))
    if not recorder.exact:
        return None
    recorder.graph.output(recorder.told(results))
    places: list[Tensor] = []
    if spare:
        lean(recorder.graph)
        with torch.no_grad():
            tensors = [leaf for leaf in tree_leaves(_copied(inputs)) if isinstance(leaf, Tensor)]
            places = planned(recorder.graph, tensors, recorder.constants)
    # not by a call of the module: torch's other tracers patch that while they work
    run = GraphModule(recorder.constants, recorder.graph).forward

    def replay(*given: Any) -> Any:
        with torch.no_grad():
            flat = run(*places, *(x for x in tree_leaves(given) if isinstance(x, Tensor)))
        return tree_unflatten(flat, shape)

    return replay


def _kind(leaf: object) -> object:
    """Give what a recording depends on: a tensor's shape and type, a number's value."""
    return (leaf.shape, leaf.dtype) if isinstance(leaf, Tensor) else leaf


def _equal(expected: Sequence[Tensor], found: Sequence[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(expected, found, strict=True))


def _copied(inputs: tuple[Any, ...]) -> Any:
    return tree_map_only(Tensor, lambda tensor: tensor.detach().clone(), inputs)
