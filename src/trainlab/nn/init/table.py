"""The weights at the start: fill every weight of a network by a named law, from one generator.

`initialise` walks the modules in order and draws from the generator as it goes, so the result is a
function of (module, law, generator). Weights follow the law, biases are 0, norms and learned
activations are as their own classes reset them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor, nn
from torch.nn.utils import parametrize

from trainlab.nn import laws
from trainlab.nn.activations import gain_of, is_activation
from trainlab.nn.choice import Choice, pick
from trainlab.nn.depth import Residual, branches
from trainlab.nn.laws import Site
from trainlab.nn.recurrent import Recurrent
from trainlab.tables import Card, Table

__all__ = [
    "INITS",
    "InitRow",
    "initialise",
    "prior_bias",
    "set_final_bias",
    "sites",
]


@dataclass(frozen=True, kw_only=True)
class InitRow:
    """One law for weights: `make(weight, generator, site, **options)` fills the weight in place."""

    make: Callable[..., object]
    card: Card


def initialise(module: nn.Module, choice: Choice, generator: Generator) -> nn.Module:
    """Fill a network's weights in place by a law of INITS; give the network.

    `initialise(net, {"name": "normal", "std": 0.01}, seeds.generator(0, "init"))`
    """
    row, options = pick(INITS, choice)
    with torch.no_grad():
        for layer in module.modules():
            _reset(layer)
        for site in sites(module):
            _fill(site, lambda part, at: row.make(part, generator, at, **options))
        for block in module.modules():
            if isinstance(block, Residual) and block.zero_start:
                _silence(block.branch)
    return module


def sites(module: nn.Module) -> list[Site]:
    """List the weights that a law fills, in order, each with its gain.

    The gain is that of the next activation in the order of `module.modules()`; of the last one seen
    where the rest has none (a network that shares one); and 1 for the network's last weight.
    """
    found: list[Site] = []
    waiting = 0
    gain = 1.0
    closing = {id(_last(branch).module) for branch in branches(module) if _weighted(branch)}
    doubled = 2 * len(closing)
    for layer in module.modules():
        if is_activation(layer) and not isinstance(layer, nn.Identity):
            gain = gain_of(layer)
            found[waiting:] = [replace(site, gain=gain) for site in found[waiting:]]
            waiting = len(found)
        blocks = doubled if id(layer) in closing else 1
        found += [Site(module=layer, weight=name, blocks=blocks) for name in _weights(layer)]
    rest = [replace(site, gain=gain) for site in found[waiting:-1]]
    return [*found[:waiting], *rest, *found[max(waiting, len(found) - 1) :]]


def set_final_bias(module: nn.Module, bias: Tensor) -> None:
    """Set the bias of a network's last layer: `set_final_bias(net, prior_bias(y, classes))`."""
    last = _last(module).module
    own = getattr(last, "bias", None)
    if isinstance(own, Tensor) and own.shape == bias.shape:
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


def _weights(layer: nn.Module) -> Iterator[str]:
    """Name a layer's own weights: of two or more axes, and not a norm's or an embedding's."""
    if isinstance(layer, nn.Embedding | parametrize.ParametrizationList) or _is_norm(layer):
        return
    if parametrize.is_parametrized(layer, "weight"):
        yield "weight"
    for name, weight in layer.named_parameters(recurse=False):
        if weight.dim() > 1:
            yield name


def _weighted(module: nn.Module) -> bool:
    return any(True for layer in module.modules() for _ in _weights(layer))


def _last(module: nn.Module) -> Site:
    found = [Site(module=at, weight=name) for at in module.modules() for name in _weights(at)]
    return found[-1]


def _fill(site: Site, law: Callable[[Tensor, Site], object]) -> None:
    """Fill one weight; a recurrent layer's weights are one matrix per gate."""
    weight = getattr(site.module, site.weight).detach().clone()
    recurrent = isinstance(site.module, Recurrent)
    gates = site.module.cell.gates if isinstance(site.module, Recurrent) else 1
    for part in weight.chunk(gates):
        law(part, replace(site, gain=1.0) if recurrent else site)
    if parametrize.is_parametrized(site.module, site.weight):
        setattr(site.module, site.weight, weight)
    else:
        getattr(site.module, site.weight).copy_(weight)


def _reset(layer: nn.Module) -> None:
    """Set what is not a weight: biases 0; norms and learned activations by their own reset."""
    if _is_norm(layer) or is_activation(layer):
        if callable(reset := getattr(layer, "reset_parameters", None)):
            reset()
        return
    if isinstance(layer, Recurrent):
        layer.reset_biases()
        return
    for name, bias in layer.named_parameters(recurse=False):
        if "bias" in name:
            bias.zero_()


def _silence(branch: nn.Module) -> None:
    """Make a residual branch give zero: by its last norm's gain, or its last weight."""
    last = [layer for layer in branch.modules() if _gained(layer) or any(_weights(layer))][-1]
    for name, weight in last.named_parameters():
        if not name.endswith("original1"):  # a direction keeps its length: its gain is silenced
            weight.zero_()


def _gained(layer: nn.Module) -> bool:
    return _is_norm(layer) and any(True for _ in layer.parameters(recurse=False))


def _is_norm(layer: nn.Module) -> bool:
    return "Norm" in type(layer).__name__


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
                paper="LeCun et al. 1998, section 4.6",
            ),
        ),
        "lecun_uniform": InitRow(
            make=laws.lecun_uniform,
            card=Card(
                does="keeps the variance forward through linear layers",
                formula="W ~ U(-r, r), r = gain * sqrt(3 / fan_in)",
                helps="SELU, tanh",
                hurts="deep ReLU nets",
                paper="LeCun et al. 1998, section 4.6",
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
                paper="Radford et al. 2019, section 2.3",
            ),
        ),
    },
)
