"""The networks that a recipe can name. A builder's keyword-only parameters are its options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from trainlab.nn.networks import dense
from trainlab.tables import Card, Table

__all__ = ["NETWORKS", "NetworkRow"]


@dataclass(frozen=True, kw_only=True)
class NetworkRow:
    """One network: `build(feature_shape, outputs, **options)` gives an ordinary module."""

    build: Callable[..., nn.Module]
    card: Card


NETWORKS: Table[NetworkRow] = Table(
    "network",
    {
        "linear": NetworkRow(
            build=dense.linear,
            card=Card(
                does="one affine layer: linear regression, or logistic with cross-entropy",
                formula="W x + b",
                helps="the first baseline of any task",
                hurts="what is not linearly separable",
                torch="torch.nn.Linear",
            ),
        ),
        "mlp": NetworkRow(
            build=dense.mlp,
            card=Card(
                does="fully connected layers; images and sequences are flattened",
                formula="h <- act(norm(W h + b)), then W h + b",
                helps="tables, small images",
                hurts="images and sequences of any size: no weight is shared over space or time",
                values="widths [128, 64], activation relu, init he_normal",
                paper="Rumelhart, Hinton & Williams 1986",
            ),
        ),
    },
)
