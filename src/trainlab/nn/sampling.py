"""Predicting by samples: random layers stay on while the rest of the network is in evaluation.

Add noise while training, average it out when predicting: dropout in evaluation averages by scaling,
which is exact for a linear rest; Monte Carlo dropout (Gal & Ghahramani 2016, Dropout as a Bayesian
approximation) averages samples, whose spread says how uncertain the network is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.errors import NetworkError
from trainlab.nn.dropout import RandomLayer, by_key

__all__ = ["Uncertainty", "sample", "sampling", "uncertainty"]


class Uncertainty(NamedTuple):
    """What several predictions of classes come to, in nats."""

    probabilities: Tensor
    """The mean over samples, [B, C]."""
    entropy: Tensor
    """H(mean p): how uncertain the prediction is, from 0 to log C, [B]."""
    information: Tensor
    """H(mean p) - mean H(p): how much of that is disagreement, from 0 to the entropy, [B]."""


@contextmanager
def sampling(
    module: nn.Module, kind: type[RandomLayer] | tuple[type[RandomLayer], ...] = RandomLayer
) -> Iterator[nn.Module]:
    """Put a network in evaluation, all but its random layers of a kind; afterwards as it was.

    `with sampling(net, Dropout): net(x)`: each call draws anew, as in training; `sample` does so by
    a seed.

    Raises NetworkError for a network without such layers, whose samples would all be alike.
    """
    before = {layer: layer.training for layer in module.modules()}
    noisy = [layer for layer in before if isinstance(layer, kind)]
    if not noisy:
        raise NetworkError(
            "there is nothing to sample: the network has no random layer",
            next_step="build it with dropout; torch's own layers: nn.dropout.adopt(module)",
        )
    module.eval()
    for layer in noisy:
        layer.training = True
    try:
        yield module
    finally:
        for every, mode in before.items():
            every.training = mode


def sample(module: nn.Module, x: Tensor, count: int, seed: int = 0) -> Tensor:
    """Predict `count` times, each with its own masks: [B, ...] -> [count, B, ...], no gradient.

    The mean over samples is the prediction, their spread its uncertainty. For classes average
    probabilities, not logits. The layers' own keys are put back.
    """
    layers = [layer for layer in module.modules() if isinstance(layer, RandomLayer)]
    before = [(layer.key.clone(), layer.keyed) for layer in layers]
    key = seeds.keys([seed], "noise", x.device)[0]
    outputs = []
    try:
        by_key(module)
        with torch.no_grad(), sampling(module):
            for draw in range(count):
                for layer in layers:
                    layer.key.copy_(seeds.fold_in(seeds.fold_in(key, draw), layer.place))
                outputs.append(module(x))
    finally:
        for layer, (own, keyed) in zip(layers, before, strict=True):
            layer.key.copy_(own)
            layer.keyed = keyed
    return torch.stack(outputs)


def uncertainty(logits: Tensor) -> Uncertainty:
    """Tell what samples of logits [S, B, C] say together (Houlsby et al. 2011; Gal 2016).

    The mutual information between label and weights is what more data could take away; the rest of
    the entropy is in the data.
    """
    log_p = logits.double().log_softmax(dim=-1)
    mean = log_p.exp().mean(dim=0)
    entropy = torch.special.entr(mean).sum(dim=-1)
    within = torch.special.entr(log_p.exp()).sum(dim=-1).mean(dim=0)
    return Uncertainty(mean, entropy, (entropy - within).clamp_min(0.0))
