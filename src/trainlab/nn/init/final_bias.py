"""The bias of the last layer: at the start it can predict what is known without any input."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from trainlab.errors import NetworkError
from trainlab.nn.init.walk import last_weight

__all__ = ["prior_bias", "set_final_bias"]


def set_final_bias(module: nn.Module, bias: Tensor) -> None:
    """Set the bias of a network's last layer: `set_final_bias(net, prior_bias(y, classes))`.

    Raises NetworkError where the last layer has none of this shape.
    """
    last = last_weight(module).module
    own = getattr(last, "bias", None)
    if not isinstance(own, Tensor) or own.shape != bias.shape:
        has = "none" if own is None else f"one of shape {list(own.shape)}"
        raise NetworkError(
            f"the last layer, {type(last).__name__}, has no bias of shape {list(bias.shape)} to "
            f"set: it has {has}",
            where="network.final_bias",
            next_step="leave network.final_bias at zero, or give the last layer a bias",
        )
    with torch.no_grad():
        own.copy_(bias)


def prior_bias(y: Tensor, classes: int | None = None) -> Tensor:
    """Give the bias with which an untrained network predicts the training targets' mean.

    Classes (int64 [n]): log prior, with one example added per class so that none is -inf.
    Regression (float [n, k]): the mean [k].
    """
    if classes is None:
        return y.reshape(len(y), -1).mean(dim=0)
    counts = torch.bincount(y, minlength=classes) + 1
    return (counts / counts.sum()).log()
