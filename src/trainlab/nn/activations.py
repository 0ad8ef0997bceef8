"""Activation functions: a row each, with what initialisation and diagnosis need to know of it.

The gain is the factor on a weight's standard deviation that keeps the signal's second moment from
layer to layer: torch's where `torch.nn.init.calculate_gain` has the function, otherwise
1 / sqrt(E act(z)^2) for z ~ N(0, 1).
"""

from __future__ import annotations

import math
from math import inf

from torch import nn

from trainlab.nn import units
from trainlab.nn.activation_row import ActivationRow
from trainlab.nn.choice import Choice, pick
from trainlab.nn.units import Maxout
from trainlab.tables import Card, Table

__all__ = [
    "ACTIVATIONS",
    "activation",
    "gain_of",
    "is_activation",
    "pieces_of",
]


def activation(choice: Choice) -> nn.Module:
    """Build an activation: `activation("relu")`, `activation({"name": "elu", "alpha": 0.5})`."""
    row, options = pick(ACTIVATIONS, choice)
    return row.make(**options)


def is_activation(module: nn.Module) -> bool:
    """Whether a module is one of the table's activations."""
    return type(module) in _KINDS


def gain_of(module: nn.Module) -> float:
    """Give the gain of an activation module; its slope counts (He et al. 2015, equation 15)."""
    if isinstance(module, nn.LeakyReLU):
        return math.sqrt(2 / (1 + module.negative_slope**2))
    if isinstance(module, nn.PReLU):
        return math.sqrt(2 / (1 + module.init**2))
    return _KINDS[type(module)].gain if is_activation(module) else 1.0


def pieces_of(module: nn.Module) -> int:
    """Give how many times as wide the layer before an activation must be."""
    return module.pieces if isinstance(module, Maxout) else 1


ACTIVATIONS: Table[ActivationRow] = Table(
    "activation",
    {
        "identity": ActivationRow(
            make=nn.Identity,
            range=(-inf, inf),
            zero_centred=True,
            live=(-inf, inf),
            gain=1.0,
            can_die=False,
            card=Card(
                does="passes the input on: a deep linear network",
                formula="x",
                helps="to study depth without nonlinearity; in front of a loss",
                hurts="layers in a row collapse to one affine map",
                values="no options; init lecun_normal keeps the variance",
                paper="Saxe, McClelland & Ganguli 2014, on deep linear networks",
                torch="torch.nn.Identity",
            ),
        ),
        "sigmoid": ActivationRow(
            make=nn.Sigmoid,
            range=(0.0, 1.0),
            zero_centred=False,
            live=(-5.986, 5.986),
            gain=1.0,
            can_die=False,
            card=Card(
                does="squashes to (0, 1)",
                formula="1 / (1 + e^-x)",
                helps="gates, and probabilities at the output",
                hurts="deep nets: slope at most 1/4, saturates both sides, outputs all positive",
                values="Xavier initialisation",
                paper="Rumelhart, Hinton & Williams 1986",
                torch="torch.nn.Sigmoid",
            ),
        ),
        "tanh": ActivationRow(
            make=nn.Tanh,
            range=(-1.0, 1.0),
            zero_centred=True,
            live=(-2.993, 2.993),
            gain=5 / 3,
            can_die=False,
            card=Card(
                does="squashes to (-1, 1), centred on zero",
                formula="(e^x - e^-x) / (e^x + e^-x)",
                helps="recurrent states, small networks",
                hurts="deep nets without norm: saturates both sides",
                values="Xavier initialisation",
                paper="LeCun et al. 1998, Efficient BackProp",
                torch="torch.nn.Tanh",
            ),
        ),
        "relu": ActivationRow(
            make=nn.ReLU,
            range=(0.0, inf),
            zero_centred=False,
            live=(0.0, inf),
            gain=math.sqrt(2),
            can_die=True,
            card=Card(
                does="keeps the positive part",
                formula="max(0, x)",
                helps="the default: cheap, no saturation above zero",
                hurts="a unit pushed below zero on all examples never returns; outputs not centred",
                values="He initialisation",
                paper="Nair & Hinton 2010",
                torch="torch.nn.ReLU",
            ),
        ),
        "relu6": ActivationRow(
            make=nn.ReLU6,
            range=(0.0, 6.0),
            zero_centred=False,
            live=(0.0, 6.0),
            gain=math.sqrt(2),
            can_die=True,
            card=Card(
                does="a ReLU cut at 6",
                formula="min(max(0, x), 6)",
                helps="low-precision inference",
                hurts="dies below 0 and saturates above 6",
                values="no options; He initialisation",
                paper="Krizhevsky 2010",
                torch="torch.nn.ReLU6",
            ),
        ),
        "leaky_relu": ActivationRow(
            make=units.leaky_relu,
            range=(-inf, inf),
            zero_centred=False,
            live=(-inf, inf),
            gain=math.sqrt(2 / (1 + 0.01**2)),
            can_die=False,
            card=Card(
                does="a ReLU with a small slope below zero",
                formula="max(x, slope * x)",
                helps="where ReLUs die: large rates, poor initialisation",
                hurts="seldom; one more number to choose",
                values="slope 0.01 to 0.2",
                paper="Maas, Hannun & Ng 2013",
                torch="torch.nn.LeakyReLU",
            ),
        ),
        "prelu": ActivationRow(
            make=units.prelu,
            range=(-inf, inf),
            zero_centred=False,
            live=(-inf, inf),
            gain=math.sqrt(2 / (1 + 0.25**2)),
            can_die=False,
            card=Card(
                does="a leaky ReLU whose slope is learned, one per layer",
                formula="max(0, x) + a * min(0, x)",
                helps="large data sets",
                hurts="small ones: may overfit; its slope must not be decayed",
                values="slope starts at 0.25",
                paper="He et al. 2015, section 2.1",
                dialect="one slope shared by the layer's channels",
                torch="torch.nn.PReLU",
            ),
        ),
        "elu": ActivationRow(
            make=units.elu,
            range=(-1.0, inf),
            zero_centred=False,
            live=(-4.605, inf),
            gain=1.245198,
            can_die=False,
            card=Card(
                does="linear above zero, an exponential floor below",
                formula="x if x > 0 else alpha * (e^x - 1)",
                helps="means closer to zero without a norm; units do not die",
                hurts="dearer than ReLU; saturates at -alpha",
                values="alpha 1",
                paper="Clevert, Unterthiner & Hochreiter 2016",
                torch="torch.nn.ELU",
            ),
        ),
        "selu": ActivationRow(
            make=nn.SELU,
            range=(-1.7581, inf),
            zero_centred=True,
            live=(-4.605, inf),
            gain=1.0,
            can_die=False,
            card=Card(
                does="an ELU scaled so that mean 0 and variance 1 are a fixed point",
                formula="1.0507 * (x if x > 0 else 1.6733 * (e^x - 1))",
                helps="deep fully connected nets without a norm",
                hurts="only self-normalises with LeCun initialisation; plain dropout breaks it",
                values="init lecun_normal",
                paper="Klambauer et al. 2017",
                dialect="gain 1 as the paper requires; torch.nn.init.calculate_gain says 3/4",
                torch="torch.nn.SELU",
            ),
        ),
        "gelu": ActivationRow(
            make=units.gelu,
            range=(-0.17, inf),
            zero_centred=False,
            live=(-3.022, inf),
            gain=1.533530,
            can_die=False,
            card=Card(
                does="weights the input by its own normal probability",
                formula="x * Phi(x)",
                helps="transformers; smooth everywhere",
                hurts="dearer than ReLU",
                values="He initialisation; approximate: none, as tanh differs by less than 0.001",
                paper="Hendrycks & Gimpel 2016",
                dialect="exact by default; approximate: tanh is the paper's fast form",
                torch="torch.nn.GELU",
            ),
        ),
        "silu": ActivationRow(
            make=nn.SiLU,
            range=(-0.2785, inf),
            zero_centred=False,
            live=(-6.143, inf),
            gain=1.676532,
            can_die=False,
            card=Card(
                does="weights the input by its own sigmoid",
                formula="x * sigmoid(x)",
                helps="deep convolutional nets; smooth everywhere",
                hurts="dearer than ReLU",
                values="no options; He initialisation",
                paper="Elfwing, Uchibe & Doya 2018",
                dialect="Swish with beta fixed at 1",
                torch="torch.nn.SiLU",
            ),
        ),
        "swish": ActivationRow(
            make=units.swish,
            range=(-0.2785, inf),
            zero_centred=False,
            live=(-6.143, inf),
            gain=1.676532,
            can_die=False,
            card=Card(
                does="SiLU whose steepness is learned, one per layer",
                formula="x * sigmoid(beta * x)",
                helps="where SiLU helps: beta moves between linear (0) and ReLU (large)",
                hurts="one more parameter per layer, which must not be decayed",
                values="beta starts at 1",
                paper="Ramachandran, Zoph & Le 2017",
            ),
        ),
        "mish": ActivationRow(
            make=nn.Mish,
            range=(-0.3088, inf),
            zero_centred=False,
            live=(-6.159, inf),
            gain=1.486848,
            can_die=False,
            card=Card(
                does="weights the input by the tanh of its softplus",
                formula="x * tanh(log(1 + e^x))",
                helps="much as SiLU",
                hurts="the dearest of the smooth ReLUs",
                values="no options; He initialisation",
                paper="Misra 2019",
                torch="torch.nn.Mish",
            ),
        ),
        "softplus": ActivationRow(
            make=units.softplus,
            range=(0.0, inf),
            zero_centred=False,
            live=(-4.595, inf),
            gain=1.041867,
            can_die=False,
            card=Card(
                does="a smooth ReLU",
                formula="log(1 + e^(beta x)) / beta",
                helps="outputs that must be positive: variances, rates",
                hurts="as a hidden unit: outputs all positive, half its slope at zero",
                values="beta 1",
                paper="Dugas et al. 2001",
                torch="torch.nn.Softplus",
            ),
        ),
        "softsign": ActivationRow(
            make=nn.Softsign,
            range=(-1.0, 1.0),
            zero_centred=True,
            live=(-9.0, 9.0),
            gain=2.337533,
            can_die=False,
            card=Card(
                does="squashes to (-1, 1) with polynomial tails",
                formula="x / (1 + |x|)",
                helps="where tanh saturates too soon",
                hurts="slope falls quickly away from zero",
                values="no options; Xavier initialisation",
                paper="Turian, Bergstra & Bengio 2009",
                torch="torch.nn.Softsign",
            ),
        ),
        "hardtanh": ActivationRow(
            make=nn.Hardtanh,
            range=(-1.0, 1.0),
            zero_centred=True,
            live=(-1.0, 1.0),
            gain=1.392036,
            can_die=True,
            card=Card(
                does="the identity cut to [-1, 1]",
                formula="min(max(-1, x), 1)",
                helps="a cheap tanh",
                hurts="no gradient at all outside of [-1, 1]",
                values="no options; Xavier initialisation",
                paper="Collobert 2004",
                torch="torch.nn.Hardtanh",
            ),
        ),
        "hardsigmoid": ActivationRow(
            make=nn.Hardsigmoid,
            range=(0.0, 1.0),
            zero_centred=False,
            live=(-3.0, 3.0),
            gain=1.897840,
            can_die=True,
            card=Card(
                does="a sigmoid of three straight pieces",
                formula="min(max(0, x / 6 + 1/2), 1)",
                helps="cheap gates",
                hurts="no gradient at all outside of [-3, 3]",
                values="no options; as a gate, not as a hidden unit",
                paper="Courbariaux, Bengio & David 2015",
                dialect="torch's slope of 1/6",
                torch="torch.nn.Hardsigmoid",
            ),
        ),
        "hardswish": ActivationRow(
            make=nn.Hardswish,
            range=(-0.375, inf),
            zero_centred=False,
            live=(-3.0, inf),
            gain=1.736657,
            can_die=True,
            card=Card(
                does="a Swish of straight and parabolic pieces",
                formula="x * min(max(0, x / 6 + 1/2), 1)",
                helps="small nets on small devices",
                hurts="no gradient at all below -3",
                values="no options; He initialisation",
                paper="Howard et al. 2019",
                torch="torch.nn.Hardswish",
            ),
        ),
        "maxout": ActivationRow(
            make=units.maxout,
            range=(-inf, inf),
            zero_centred=False,
            live=(-inf, inf),
            gain=1.0,
            can_die=False,
            card=Card(
                does="the largest of k affine pieces: learns its own convex activation",
                formula="max_i (w_i x + b_i), i = 1..k",
                helps="with dropout; never saturates, never dies",
                hurts="k times the parameters and work of the layer before it",
                values="pieces 2 to 5",
                paper="Goodfellow et al. 2013",
                dialect="gain 1 is exact for 2 pieces: E max(z1, z2)^2 = 1",
            ),
        ),
    },
)

_KINDS = {type(row.make()): row for row in ACTIVATIONS.values()}
