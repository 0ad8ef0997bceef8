"""The arithmetic of shapes: what fits, how far a unit sees, what a network costs.

(N + 2p - F) / S + 1        N input size, F filter, S stride, p padding on either side
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from trainlab.errors import NetworkError

__all__ = [
    "Field",
    "Fields",
    "activation_bytes",
    "macs",
    "macs_by_name",
    "output_size",
    "parameters",
    "window",
]


def output_size(n: int, f: int, s: int = 1, p: int = 0) -> int:
    """Count the places of a filter, rounded down as torch does; below 1 it does not fit."""
    return (n + 2 * p - f) // s + 1


def window(layer: str, shape: tuple[int, int], f: int, s: int = 1, p: int = 0) -> tuple[int, int]:
    """Give a filter's output size (H, W), or raise NetworkError with the sizes that fit."""
    n = min(shape)
    if f > n + 2 * p:
        raise NetworkError(
            f"{layer}: a filter of F = {f} does not fit an input of N = {n} with padding p = {p} "
            f"and stride S = {s}: (N + 2p - F) / S + 1 = ({n} + {2 * p} - {f}) / {s} + 1 < 1",
            where=layer,
            allowed=[f"F <= {n + 2 * p}", f"p >= {(f - n + 1) // 2}", f"N >= {f - 2 * p}"],
            next_step="take a smaller filter, more padding, fewer layers that shrink, or larger "
            "images",
        )
    return output_size(shape[0], f, s, p), output_size(shape[1], f, s, p)


def parameters(module: nn.Module) -> int:
    """Count the trainable parameters; a tied weight counts once."""
    return sum(weight.numel() for weight in module.parameters() if weight.requires_grad)


def macs(module: nn.Module, x: Tensor) -> int:
    """Count the multiply-accumulates of one forward pass over a batch: half of torch's FLOPs."""
    return sum(_flops(module, x).get("Global", {}).values()) // 2


def macs_by_name(module: nn.Module, x: Tensor) -> dict[str, int]:
    """Count them for each module by its name, a parent's with its children's."""
    return {
        name.partition(".")[2]: sum(operations.values()) // 2
        for name, operations in _flops(module, x).items()
        if name != "Global"
    }


def activation_bytes(module: nn.Module, x: Tensor) -> int:
    """Measure what a training step keeps for the backward pass of a batch, weights excluded."""
    module = deepcopy(module).train()
    weights = {tensor.untyped_storage().data_ptr() for tensor in module.parameters()}
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        module(x)
    return sum(kept.values())


@dataclass(frozen=True)
class Field:
    """How far a unit sees: `size` input pixels on a side; `jump` pixels between neighbours."""

    size: int = 1
    jump: int = 1

    def through(self, f: int, s: int, dilation: int = 1) -> Field:
        """Look through a filter: size + (F - 1) * jump, and jump * S."""
        return Field(self.size + (f - 1) * dilation * self.jump, self.jump * s)


class Fields(TorchFunctionMode):
    """Follows the receptive field of every tensor that comes of the input, through any function.

    A sum of branches sees as far as the farthest of them. Nothing is known behind a flattening.
    """

    def __init__(self, x: Tensor) -> None:
        super().__init__()
        self.kept: dict[int, tuple[Tensor, Field]] = {id(x): (x, Field())}

    def of(self, tensor: Tensor) -> Field | None:
        """Give a tensor's receptive field, or None where it is not an image of the input's."""
        return self.kept[id(tensor)][1] if id(tensor) in self.kept else None

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run the function and note what its result sees."""
        options = kwargs or {}
        result = func(*args, **options)
        seen = [self.of(given) for given in _tensors((*args, *options.values()))]
        known = [field for field in seen if field is not None]
        if known and isinstance(result, Tensor) and result.dim() == 4:
            widest = max(known, key=lambda field: field.size)
            look = LOOKS.get(func)
            self.kept[id(result)] = (result, look(widest, args, options) if look else widest)
        return result


def _tensors(given: tuple[Any, ...]) -> list[Tensor]:
    nested = [item for one in given for item in (one if isinstance(one, list | tuple) else [one])]
    return [item for item in nested if isinstance(item, Tensor)]


def _side(value: Any) -> int:
    return int(max(value)) if isinstance(value, list | tuple) else int(value)


def _argument(args: tuple[Any, ...], options: dict[str, Any], place: int, name: str) -> Any:
    return args[place] if len(args) > place else options.get(name)


def _through_conv(field: Field, args: tuple[Any, ...], options: dict[str, Any]) -> Field:
    kernel = max(_argument(args, options, 1, "weight").shape[2:])
    stride = _argument(args, options, 3, "stride") or 1
    dilation = _argument(args, options, 5, "dilation") or 1
    return field.through(kernel, _side(stride), _side(dilation))


def _through_pool(field: Field, args: tuple[Any, ...], options: dict[str, Any]) -> Field:
    kernel = _argument(args, options, 1, "kernel_size")
    stride = _argument(args, options, 2, "stride") or kernel
    return field.through(_side(kernel), _side(stride))


def _through_adaptive(field: Field, args: tuple[Any, ...], options: dict[str, Any]) -> Field:
    given, wanted = max(args[0].shape[2:]), _side(_argument(args, options, 1, "output_size"))
    stride = given // wanted
    return field.through(given - (wanted - 1) * stride, stride)


LOOKS: dict[Any, Callable[[Field, tuple[Any, ...], dict[str, Any]], Field]] = {
    torch.conv2d: _through_conv,
    F.conv2d: _through_conv,
    F.max_pool2d: _through_pool,
    torch.max_pool2d: _through_pool,
    F.avg_pool2d: _through_pool,
    F.adaptive_avg_pool2d: _through_adaptive,
}


def _flops(module: nn.Module, x: Tensor) -> dict[str, dict[Any, int]]:
    from torch.utils.flop_counter import FlopCounterMode

    module = deepcopy(module).eval()
    with torch.no_grad(), FlopCounterMode(display=False, depth=99) as counter:
        module(x)
    counts: dict[str, dict[Any, int]] = counter.get_flop_counts()
    return counts
