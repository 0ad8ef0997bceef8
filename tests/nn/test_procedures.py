from __future__ import annotations

import torch
from torch import nn

from trainlab.nn.dropout import Dropout
from trainlab.nn.procedures import PROCEDURES


def test_every_procedure_runs_on_a_network() -> None:
    net = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), Dropout(0.5), nn.Linear(6, 3))
    x, y = torch.randn(32, 4, generator=torch.Generator().manual_seed(0)), torch.arange(32) % 3
    given = {
        "final_bias": (y, 3),
        "zero_last_residual": (),
        "pretrained": (net.state_dict(),),
        "recalibrate": ([x],),
        "mc_dropout": (x, 2),
    }
    assert given.keys() == set(PROCEDURES)
    for name, row in PROCEDURES.items():
        row.run(net, *given[name])
        assert row.card.does and row.card.paper and row.use
        if name == "final_bias":
            assert bool(net[3].bias.exp().sum().isclose(torch.tensor(1.0)))
