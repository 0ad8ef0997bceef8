"""The weights at the start: laws by name, and what torch.nn.init lacks in torch's manner."""

from __future__ import annotations

from trainlab.nn.init.final_bias import prior_bias, set_final_bias
from trainlab.nn.init.in_place import (
    depth_scaled_,
    final_bias_,
    identity_,
    lecun_normal_,
    lecun_uniform_,
    lsuv_,
    sparse_,
    zero_last_residual_,
)
from trainlab.nn.init.table import INITS, InitRow, adapt, initialise, needs_data
from trainlab.nn.init.unit_variance import lsuv
from trainlab.nn.init.walk import sites

__all__ = [
    "INITS",
    "InitRow",
    "adapt",
    "depth_scaled_",
    "final_bias_",
    "identity_",
    "initialise",
    "lecun_normal_",
    "lecun_uniform_",
    "lsuv",
    "lsuv_",
    "needs_data",
    "prior_bias",
    "set_final_bias",
    "sites",
    "sparse_",
    "zero_last_residual_",
]
