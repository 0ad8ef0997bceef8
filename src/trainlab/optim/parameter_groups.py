"""Parameter groups for any torch optimizer."""

from __future__ import annotations

from typing import Any

from torch import nn

from trainlab.layout import layout_of

__all__ = ["groups"]


def groups(module: nn.Module, *, weight_decay: float) -> list[dict[str, Any]]:
    """Split a module's trainable parameters in two: those that decay and those that must not.

    Matrices and filters decay; biases and the gains of every norm, whatever its shape, do not.
    A tied weight is given once. `AdamW(optim.groups(module, weight_decay=0.1), lr=1e-3)`.
    """
    layout, named = layout_of(module), dict(module.named_parameters())
    split: dict[bool, list[nn.Parameter]] = {True: [], False: []}
    for name, decayed in zip(layout.names, layout.decayed, strict=True):
        split[decayed].append(named[name])
    return [
        {"params": split[decayed], "weight_decay": weight_decay if decayed else 0.0}
        for decayed in (True, False)
        if split[decayed]
    ]
