"""What networks are made of: layers and tables of layers, all ordinary modules of torch's kind."""

from __future__ import annotations

from trainlab.nn import init
from trainlab.nn.activations import ACTIVATIONS
from trainlab.nn.calibration import recalibrate
from trainlab.nn.depth import Residual
from trainlab.nn.dropout import (
    DropConnect,
    Dropout,
    GaussianNoise,
    RecurrentDropout,
    SpatialDropout,
    StochasticDepth,
    VariationalDropout,
    by_key,
    connect_drop,
)
from trainlab.nn.init import INITS, initialise, lsuv
from trainlab.nn.networks import NETWORKS
from trainlab.nn.norm_layers import (
    BatchRenorm,
    ChannelRMSNorm,
    GhostBatchNorm,
    WeightNorm,
    weight_norm,
)
from trainlab.nn.norms import NORMS
from trainlab.nn.pretrained import load_matching, read_weights
from trainlab.nn.procedures import PROCEDURES
from trainlab.nn.random_layers import RANDOM_LAYERS
from trainlab.nn.recurrent import Recurrent
from trainlab.nn.sampling import sample, sampling, uncertainty
from trainlab.nn.summary import summarise
from trainlab.nn.surgery import swap_activations, swap_norms
from trainlab.nn.units import Maxout, Swish
from trainlab.nn.variational import VariationalGRU, VariationalLSTM, VariationalRNN
from trainlab.nn.whitening import (
    DecorrelatedBatchNorm1d,
    DecorrelatedBatchNorm2d,
    IterNorm1d,
    IterNorm2d,
)

__all__ = [
    "ACTIVATIONS",
    "INITS",
    "NETWORKS",
    "NORMS",
    "PROCEDURES",
    "RANDOM_LAYERS",
    "BatchRenorm",
    "ChannelRMSNorm",
    "DecorrelatedBatchNorm1d",
    "DecorrelatedBatchNorm2d",
    "DropConnect",
    "Dropout",
    "GaussianNoise",
    "GhostBatchNorm",
    "IterNorm1d",
    "IterNorm2d",
    "Maxout",
    "Recurrent",
    "RecurrentDropout",
    "Residual",
    "SpatialDropout",
    "StochasticDepth",
    "Swish",
    "VariationalDropout",
    "VariationalGRU",
    "VariationalLSTM",
    "VariationalRNN",
    "WeightNorm",
    "by_key",
    "connect_drop",
    "init",
    "initialise",
    "load_matching",
    "lsuv",
    "read_weights",
    "recalibrate",
    "sample",
    "sampling",
    "summarise",
    "swap_activations",
    "swap_norms",
    "uncertainty",
    "weight_norm",
]
