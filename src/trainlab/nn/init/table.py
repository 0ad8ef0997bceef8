"""The weights at the start by name: the laws that fill them, with a card each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Generator, Tensor, nn

from trainlab.nn.choice import Choice, pick
from trainlab.nn.init import laws
from trainlab.nn.init.unit_variance import unit_variance
from trainlab.nn.init.walk import fill
from trainlab.tables import Card, Table

__all__ = ["INITS", "InitRow", "adapt", "initialise", "needs_data"]


@dataclass(frozen=True, kw_only=True)
class InitRow:
    """One law for weights: `make(weight, generator, site, **options)` fills the weight in place."""

    make: Callable[..., object]
    adapt: Callable[..., object] | None = None
    """What is done to the whole network once there are data: `adapt(module, x, **options)`."""
    card: Card


def initialise(
    module: nn.Module, choice: Choice, generator: Generator, x: Tensor | None = None
) -> nn.Module:
    """Fill a network's weights in place by a law of INITS; give the network.

    `initialise(net, {"name": "normal", "std": 0.01}, seeds.generator(0, "init"))`. A law that looks
    at data is finished on a batch x [B, ...], or later by `adapt`.
    """
    row, options = pick(INITS, choice)
    fill(module, lambda part, draws, at: row.make(part, draws, at, **options), generator)
    return module if x is None else adapt(module, choice, x)


def adapt(module: nn.Module, choice: Choice, x: Tensor) -> nn.Module:
    """Finish a law that looks at data on a batch x [B, ...]; other laws are finished already."""
    row, options = pick(INITS, choice)
    if row.adapt is not None:
        row.adapt(module, x, **options)
    return module


def needs_data(choice: Choice) -> bool:
    """Tell whether a law looks at data: only `adapt` finishes it."""
    return pick(INITS, choice)[0].adapt is not None


INITS: Table[InitRow] = Table(
    "initialiser",
    {
        "zeros": InitRow(
            make=laws.zeros,
            card=Card(
                does="sets every weight to zero",
                formula="W = 0",
                helps="a last layer, or the last of a residual branch",
                hurts="hidden layers: all units stay alike for good, symmetry is never broken",
                values="for last layers alone",
                paper="Rumelhart, Hinton & Williams 1986, on breaking symmetry",
                torch="torch.nn.init.zeros_",
            ),
        ),
        "constant": InitRow(
            make=laws.constant,
            card=Card(
                does="sets every weight to one value",
                formula="W = value",
                helps="to show the symmetry problem",
                hurts="hidden layers: all units stay alike for good, symmetry is never broken",
                values="value 0.01 shows it",
                paper="Rumelhart, Hinton & Williams 1986, on breaking symmetry",
                torch="torch.nn.init.constant_",
            ),
        ),
        "normal": InitRow(
            make=laws.normal,
            card=Card(
                does="draws from a Gaussian of one spread for all layers",
                formula="W ~ N(mean, std^2)",
                helps="shallow networks",
                hurts="deep ones: the signal dies (0.01) or saturates (1) with depth",
                values="std 0.01",
                paper="Krizhevsky, Sutskever & Hinton 2012",
                torch="torch.nn.init.normal_",
            ),
        ),
        "uniform": InitRow(
            make=laws.uniform,
            card=Card(
                does="draws from an interval, the same for all layers",
                formula="W ~ U(-bound, bound)",
                helps="shallow networks",
                hurts="deep ones: the spread ignores the fan",
                values="bound 0.05",
                paper="LeCun et al. 1998, section 4.6, on what it lacks",
                torch="torch.nn.init.uniform_",
            ),
        ),
        "truncated_normal": InitRow(
            make=laws.truncated_normal,
            card=Card(
                does="draws from a Gaussian without its tails",
                formula="W ~ N(0, std^2) given |W| < cut * std",
                helps="transformers",
                hurts="deep networks without a norm: the spread ignores the fan",
                values="std 0.02, cut 2",
                paper="Devlin et al. 2019, BERT, in its code",
                dialect="std is that of the untruncated Gaussian, as torch's",
                torch="torch.nn.init.trunc_normal_",
            ),
        ),
        "xavier_normal": InitRow(
            make=laws.xavier_normal,
            card=Card(
                does="keeps the variance forward and backward on average",
                formula="W ~ N(0, gain^2 * 2 / (fan_in + fan_out))",
                helps="tanh, sigmoid and linear layers",
                hurts="deep ReLU nets: half the variance is lost at each layer",
                values="gain 1; gain: activation follows the activation",
                paper="Glorot & Bengio 2010, equation 12",
                torch="torch.nn.init.xavier_normal_",
            ),
        ),
        "xavier_uniform": InitRow(
            make=laws.xavier_uniform,
            card=Card(
                does="keeps the variance forward and backward on average",
                formula="W ~ U(-r, r), r = gain * sqrt(6 / (fan_in + fan_out))",
                helps="tanh, sigmoid and linear layers",
                hurts="deep ReLU nets: half the variance is lost at each layer",
                values="gain 1; gain: activation follows the activation",
                paper="Glorot & Bengio 2010, equation 16",
                torch="torch.nn.init.xavier_uniform_",
            ),
        ),
        "lecun_normal": InitRow(
            make=laws.lecun_normal,
            card=Card(
                does="keeps the variance forward through linear layers",
                formula="W ~ N(0, gain^2 / fan_in)",
                helps="SELU, which needs it; tanh",
                hurts="deep ReLU nets",
                values="for selu, whose gain is 1",
                paper="LeCun et al. 1998, section 4.6",
                torch="torch.nn.init.kaiming_normal_(nonlinearity='linear')",
            ),
        ),
        "lecun_uniform": InitRow(
            make=laws.lecun_uniform,
            card=Card(
                does="keeps the variance forward through linear layers",
                formula="W ~ U(-r, r), r = gain * sqrt(3 / fan_in)",
                helps="SELU, tanh",
                hurts="deep ReLU nets",
                values="for selu, whose gain is 1",
                paper="LeCun et al. 1998, section 4.6",
                torch="torch.nn.init.kaiming_uniform_(nonlinearity='linear')",
            ),
        ),
        "he_normal": InitRow(
            make=laws.he_normal,
            card=Card(
                does="keeps the signal's second moment through the activation that follows",
                formula="W ~ N(0, gain^2 / fan), gain sqrt(2) for ReLU",
                helps="ReLU and its kin, at any depth",
                hurts="seldom",
                values="mode fan_in keeps the forward signal, fan_out the gradient",
                paper="He et al. 2015, equations 10 and 14",
                torch="torch.nn.init.kaiming_normal_",
            ),
        ),
        "he_uniform": InitRow(
            make=laws.he_uniform,
            card=Card(
                does="keeps the signal's second moment through the activation that follows",
                formula="W ~ U(-r, r), r = gain * sqrt(3 / fan)",
                helps="ReLU and its kin, at any depth",
                hurts="seldom",
                values="mode fan_in keeps the forward signal, fan_out the gradient",
                paper="He et al. 2015",
                torch="torch.nn.init.kaiming_uniform_",
            ),
        ),
        "orthogonal": InitRow(
            make=laws.orthogonal,
            card=Card(
                does="draws a matrix that keeps lengths",
                formula="W = gain * Q, Q^T Q = I",
                helps="very deep and recurrent networks",
                hurts="wide layers: a QR decomposition each",
                values="recurrent weights; the gain is the activation's",
                paper="Saxe, McClelland & Ganguli 2014",
                torch="torch.nn.init.orthogonal_",
            ),
        ),
        "identity": InitRow(
            make=laws.identity,
            card=Card(
                does="makes a layer pass its input on",
                formula="W = I; filters: the Dirac delta",
                helps="recurrent ReLU nets, very deep square layers",
                hurts="as the only source of weights: surplus units stay at zero",
                values="for recurrent weights under relu",
                paper="Le, Jaitly & Hinton 2015",
                torch="torch.nn.init.eye_, torch.nn.init.dirac_",
            ),
        ),
        "sparse": InitRow(
            make=laws.sparse,
            card=Card(
                does="connects each input to a few units only",
                formula="W ~ N(0, std^2), a share of each column set to 0",
                helps="second-order methods on deep autoencoders",
                hurts="small layers",
                values="sparsity 0.9",
                paper="Martens 2010, section 5",
                dialect="zeros per column (input), as torch; filters flattened",
                torch="torch.nn.init.sparse_",
            ),
        ),
        "depth_scaled": InitRow(
            make=laws.depth_scaled,
            card=Card(
                does="He's law with residual branches damped by their number",
                formula="std = gain / sqrt(fan_in), over sqrt(2 L) at the end of L branches",
                helps="deep residual networks, with or without a norm",
                hurts="nothing where there are no branches: it is he_normal there",
                values="nothing to choose: the number of branches decides",
                paper="Radford et al. 2019, section 2.3",
            ),
        ),
        "lsuv": InitRow(
            make=laws.lsuv,
            adapt=unit_variance,
            card=Card(
                does="scales each weight at the start until its layer's output has variance 1",
                formula="W <- W / std(layer(x)), layer after layer, from an orthogonal start",
                helps="deep networks, activations without a known gain",
                hurts="where a norm does it at every step anyway",
                values="tolerance 0.01, on 256 training examples of each member's own",
                paper="Mishkin & Matas 2016, algorithm 1",
                dialect="one variance over examples and units; recurrent layers stay orthogonal",
            ),
        ),
    },
)
