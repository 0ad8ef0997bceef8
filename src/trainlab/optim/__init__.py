"""The update rules as torch optimizers: a drop-in for torch.optim, and what torch lacks.

optimizer = optim.AdamW(optim.groups(module, weight_decay=0.1), lr=1e-3)
optimizer = optim.SAM(optim.SGD(module.parameters(), lr=0.1), rho=0.05)
optimizer = optim.Ruled(module.parameters(), "nesterov * rms", lr=1e-3)
"""

from __future__ import annotations

from trainlab.optim.beyond import SWATS, Lion, Ruled
from trainlab.optim.drop_ins import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Muon,
    NAdam,
    RAdam,
    RMSprop,
)
from trainlab.optim.lbfgs import LBFGS
from trainlab.optim.lookahead import Lookahead
from trainlab.optim.newton_cg import NewtonCG
from trainlab.optim.parameter_groups import groups
from trainlab.optim.sam import SAM
from trainlab.optim.stepper import Stepper

__all__ = [
    "LBFGS",
    "SAM",
    "SGD",
    "SWATS",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "Lookahead",
    "Muon",
    "NAdam",
    "NewtonCG",
    "RAdam",
    "RMSprop",
    "Ruled",
    "Stepper",
    "groups",
]
