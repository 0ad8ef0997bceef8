"""The random layers by name, and which of a recipe's rates each of them follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trainlab.nn.dropout import (
    DropConnect,
    Dropout,
    GaussianNoise,
    RandomLayer,
    RecurrentDropout,
    SpatialDropout,
    StochasticDepth,
    VariationalDropout,
)
from trainlab.tables import Card, Table

__all__ = ["RANDOM_LAYERS", "RATES", "RandomRow"]


@dataclass(frozen=True, kw_only=True)
class RandomRow:
    """One random layer."""

    make: type[RandomLayer]
    rate: str
    """The recipe's `regularize` field that says its rate, one a member; a network's option too."""
    card: Card

    @property
    def use(self) -> str:
        """Say it in a recipe."""
        return f"regularize.{self.rate}=0.2"


RANDOM_LAYERS: Table[RandomRow] = Table(
    "random layer",
    {
        "dropout": RandomRow(
            make=Dropout,
            rate="dropout",
            card=Card(
                does="drops each unit with a probability and scales up the rest",
                formula="x * m / (1 - rate), m ~ Bernoulli(1 - rate)",
                helps="overfitting of wide fully connected layers",
                hurts="underfitting; together with batch norm, whose statistics it shifts",
                values="rate 0.1 to 0.5",
                paper="Srivastava et al. 2014",
                dialect="inverted: scaled while training, the identity in evaluation",
                torch="torch.nn.Dropout",
            ),
        ),
        "spatial_dropout": RandomRow(
            make=SpatialDropout,
            rate="spatial_dropout",
            card=Card(
                does="drops whole channels of an image or a sequence",
                formula="x[b, c] * m[b, c] / (1 - rate)",
                helps="convolutional layers, whose neighbouring values carry the same news",
                hurts="networks with few channels",
                values="rate 0.1 to 0.3",
                paper="Tompson et al. 2015",
                torch="torch.nn.Dropout1d, Dropout2d, Dropout3d",
            ),
        ),
        "drop_connect": RandomRow(
            make=DropConnect,
            rate="drop_connect",
            card=Card(
                does="drops weights instead of units",
                formula="y = (W * M / (1 - rate)) x + b",
                helps="overfitting of fully connected layers",
                hurts="speed: a mask as large as the weight each step",
                values="rate 0.2 to 0.5",
                paper="Wan et al. 2013",
                dialect="one mask per step shared by the batch; inverted, not sampled at test",
            ),
        ),
        "gaussian_noise": RandomRow(
            make=GaussianNoise,
            rate="input_noise",
            card=Card(
                does="adds Gaussian noise to its input",
                formula="x + rate * z, z ~ N(0, 1)",
                helps="small data sets of continuous features",
                hurts="features on different scales: standardise first",
                values="standard deviation 0.05 to 0.3 of standardised features",
                paper="Bishop 1995",
            ),
        ),
        "stochastic_depth": RandomRow(
            make=StochasticDepth,
            rate="stochastic_depth",
            card=Card(
                does="drops residual branches, the deeper the likelier",
                formula="shortcut(x) + branch(x) * m / (1 - rate_l), rate_l = rate * l / L",
                helps="deep residual networks on small data",
                hurts="shallow ones: each block is needed",
                values="rate 0.1 to 0.5 at the last block",
                paper="Huang et al. 2016",
                dialect="per example and inverted, as torchvision's mode='row'",
                torch="torchvision.ops.StochasticDepth",
            ),
        ),
        "variational_dropout": RandomRow(
            make=VariationalDropout,
            rate="input_dropout",
            card=Card(
                does="drops features of a sequence, the same ones at every step",
                formula="h_t <- cell(x_t * m_x, h_(t-1) * m_h), m_x and m_h constant over time",
                helps="recurrent networks that overfit: dropout afresh each step erases memory",
                hurts="small recurrent networks that underfit",
                values="rate 0.1 to 0.5, on the recurrent path too: recurrent_dropout",
                paper="Gal & Ghahramani 2016, section 4",
                dialect="one mask for all gates (tied weights); inverted; each layer has its own",
            ),
        ),
        "recurrent_dropout": RandomRow(
            make=RecurrentDropout,
            rate="recurrent_dropout",
            card=Card(
                does="drops units of a recurrent state on its way back, the same ones at each step",
                formula="h_t <- cell(x_t, h_(t-1) * m / (1 - rate)), m constant over time",
                helps="recurrent networks that overfit: dropout afresh each step erases memory",
                hurts="tasks that need long memory of few units; short sequences",
                values="rate 0.1 to 0.5, with input_dropout",
                paper="Gal & Ghahramani 2016, section 4",
                dialect="the state is dropped, not the weights; one mask for all gates; inverted",
            ),
        ),
    },
)

RATES: Mapping[str, type[RandomLayer]] = {
    row.rate: row.make for row in RANDOM_LAYERS.values() if row.make is not GaussianNoise
}
"""The layers whose rate a recipe says, by the field that says it."""
