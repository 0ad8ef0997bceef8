"""A function of tensors, recorded once as a list of torch's own operations and replayed.

The replay calls the same kernels in the same order, so its bits are those of the original; it
leaves out what surrounds them: the module's Python, vmap's and autograd's bookkeeping, a third of
the gradient of eight small networks. A recording holds for one set of shapes and knows nothing of
Python side effects, so only networks that are known to be pure are recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.fx import GraphModule
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._pytree import tree_leaves, tree_map_only

__all__ = ["Replayed"]

NAMES_ONLY = (torch.ops.aten.detach.default, torch.ops.aten.alias.default)
"""Operations that give their input another name: autograd's concern, not the replay's."""


class Replayed:
    """Calls a pure function of tensors by its recording; buffers among its inputs may move."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self._recordings: dict[tuple[object, ...], Callable[..., Any]] = {}

    def __call__(self, *inputs: Any) -> Any:
        """Replay, or record first where these shapes are new."""
        key = tuple(_kind(leaf) for leaf in tree_leaves(inputs))
        found = self._recordings.get(key)
        if found is None:
            found = self._recordings[key] = self._record(inputs)
        with torch.no_grad():
            return found(*inputs)

    def _record(self, inputs: tuple[Any, ...]) -> Callable[..., Any]:
        """Record on copies; keep the function itself where the recording gives other bits."""
        plain = lambda *given: self.function(*given)  # noqa: E731 (make_fx counts a method's self)
        recording = _lean(make_fx(plain)(*_copied(inputs)))
        expected = tree_leaves(self.function(*_copied(inputs)))
        with torch.no_grad():
            found = tree_leaves(recording(*_copied(inputs)))
        same = all(torch.equal(a, b) for a, b in zip(expected, found, strict=True))
        return recording if same else self.function


def _kind(leaf: object) -> object:
    """Give what a recording depends on: a tensor's shape and type, a number's value."""
    return (leaf.shape, leaf.dtype) if isinstance(leaf, Tensor) else leaf


def _copied(inputs: tuple[Any, ...]) -> Any:
    return tree_map_only(Tensor, lambda tensor: tensor.detach().clone(), inputs)


def _lean(recording: GraphModule) -> GraphModule:
    for node in list(recording.graph.nodes):
        if node.target in NAMES_ONLY:
            node.replace_all_uses_with(node.args[0])
            recording.graph.erase_node(node)
    recording.recompile()
    return recording
