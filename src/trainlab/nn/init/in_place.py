"""What torch.nn.init lacks, in its manner: in place, with a generator, giving what was filled.

`generator=None` draws from torch's own. The other laws of `INITS` torch has by these names too.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

from trainlab.nn.depth import branches
from trainlab.nn.init import laws
from trainlab.nn.init.final_bias import prior_bias, set_final_bias
from trainlab.nn.init.laws import Site
from trainlab.nn.init.unit_variance import lsuv
from trainlab.nn.init.walk import silence

__all__ = [
    "depth_scaled_",
    "final_bias_",
    "identity_",
    "lecun_normal_",
    "lecun_uniform_",
    "lsuv_",
    "sparse_",
    "zero_last_residual_",
]

ALONE = Site(module=nn.Identity(), weight="")
"""The place of a weight of which nothing is known but itself."""


def lecun_normal_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """W ~ N(0, gain^2 / fan_in) (LeCun et al. 1998)."""
    laws.lecun_normal(tensor, generator, ALONE, gain=gain)
    return tensor


def lecun_uniform_(tensor: Tensor, gain: float = 1.0, generator: Generator | None = None) -> Tensor:
    """W ~ U(-r, r), r = gain * sqrt(3 / fan_in) (LeCun et al. 1998)."""
    laws.lecun_uniform(tensor, generator, ALONE, gain=gain)
    return tensor


def depth_scaled_(
    tensor: Tensor, branches: int, gain: float = 2**0.5, generator: Generator | None = None
) -> Tensor:
    """W ~ N(0, gain^2 / (fan_in * 2 L)): the last weight of one of L residual branches."""
    site = Site(module=nn.Identity(), weight="", blocks=2 * branches)
    laws.depth_scaled(tensor, generator, site, gain=gain)
    return tensor


def sparse_(
    tensor: Tensor, sparsity: float, std: float = 0.01, generator: Generator | None = None
) -> Tensor:
    """W ~ N(0, std^2), a share of each column set to 0: torch's, for filters too, by generator."""
    with torch.no_grad():
        laws.sparse(tensor, generator, ALONE, sparsity=sparsity, std=std)
    return tensor


def identity_(tensor: Tensor) -> Tensor:
    """W = I, or for filters the Dirac delta."""
    laws.identity(tensor, None, ALONE)
    return tensor


def lsuv_(
    module: nn.Module,
    x: Tensor,
    tolerance: float = 0.01,
    passes: int = 10,
    generator: Generator | None = None,
) -> nn.Module:
    """Start orthogonal, then scale each layer to unit variance on a batch x [B, ...].

    Mishkin & Matas 2016, algorithm 1.
    """
    return lsuv(module, x, generator, tolerance=tolerance, passes=passes)


def zero_last_residual_(module: nn.Module) -> nn.Module:
    """Let residual branches give zero at the start: the last norm's gain, or the last weight, is 0.

    Of every `Residual` in the module; a module without one is itself the branch.
    """
    with torch.no_grad():
        for branch in branches(module) or [module]:
            silence(branch)
    return module


def final_bias_(module: nn.Module, y: Tensor, classes: int | None = None) -> nn.Module:
    """Let the last bias predict the training targets' mean: log prior of classes, or mean [k].

    Raises NetworkError where the last layer has no such bias.
    """
    set_final_bias(module, prior_bias(y, classes))
    return module
