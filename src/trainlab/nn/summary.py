"""What a network is made of, seen on an example: shapes, parameters, work, how far a unit sees."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from trainlab.nn.arithmetic import Field, Fields, activation_bytes, macs_by_name, parameters

__all__ = ["LayerSummary", "Summary", "leaves", "summarise"]


@dataclass(frozen=True, kw_only=True)
class LayerSummary:
    """One layer, in the order of the computation."""

    name: str
    kind: str
    output_shape: tuple[int, ...]
    """Of one example."""
    parameters: int
    macs: int
    """Multiply-accumulates of one example."""
    receptive_field: int | None
    """Input pixels on a side that one output unit sees; None where outputs are not an image."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A whole network."""

    layers: tuple[LayerSummary, ...]
    parameters: int
    macs: int
    """Of one example, forward; a training step costs about three times as many."""
    activation_bytes: int
    """What one example keeps in memory between forward and backward pass."""


def summarise(module: nn.Module, x: Tensor) -> Summary:
    """Summarise a network on a batch of examples [B, ...]; the network itself is not touched."""
    work = macs_by_name(module, x)
    examples = len(x)
    module = deepcopy(module).eval()
    rows: list[LayerSummary] = []
    fields = Fields(x)

    def note(name: str, layer: nn.Module, output: object) -> None:
        if isinstance(output, Tensor):
            seen = fields.of(output)
            rows.append(_row(name, layer, output, work.get(name, 0) // examples, seen))

    hooks = [
        layer.register_forward_hook(lambda at, _, out, name=name: note(name, at, out))
        for name, layer in leaves(module)
    ]
    with torch.no_grad(), fields:
        module(x)
    for hook in hooks:
        hook.remove()
    return Summary(
        layers=tuple(rows),
        parameters=parameters(module),
        macs=sum(row.macs for row in rows),
        activation_bytes=activation_bytes(module, x) // examples,
    )


def leaves(module: nn.Module) -> list[tuple[str, nn.Module]]:
    """Name the layers that a reader counts: without children, or with weights of their own."""
    inner = ("parametrizations",)
    return [
        (name, layer)
        for name, layer in module.named_modules()
        if not set(name.split(".")) & set(inner)
        and (
            not any(layer.children())
            or parametrize.is_parametrized(layer)
            or any(True for _ in layer.parameters(recurse=False))
        )
    ]


def _row(
    name: str, layer: nn.Module, output: Tensor, macs: int, field: Field | None
) -> LayerSummary:
    return LayerSummary(
        name=name,
        kind=type(layer).__name__.removeprefix("Parametrized"),
        output_shape=tuple(output.shape[1:]),
        parameters=parameters(layer),
        macs=macs,
        receptive_field=None if field is None else field.size,
    )
