from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab import optim
from trainlab.optim.interchange import SLOTS, names_of


@pytest.mark.parametrize("name", SLOTS)
def test_every_name_is_one_that_torch_keeps(name: str) -> None:
    known = set()
    for option in ({}, {"momentum": 0.9}, {"momentum": 0.9, "centered": True}, {"amsgrad": True}):
        p = nn.Parameter(torch.ones(2, 2))
        p.grad = torch.ones(2, 2)
        try:
            theirs = getattr(torch.optim, name)([p], lr=0.1, **option)
        except TypeError:  # no such option
            continue
        theirs.step()
        known |= set(theirs.state[p])
    mine = {*SLOTS[name].values()}
    assert mine <= known | ({"max_exp_avg_sq"} if name in ("NAdam", "RAdam") else set())
    assert known - {"step"} <= mine


def test_a_users_own_class_has_the_names_of_what_it_is_made_of() -> None:
    class Mine(optim.NAdam):
        pass

    assert names_of(Mine) == SLOTS["NAdam"]
    assert not names_of(optim.Lion)


def test_counts_of_a_saved_state_are_shared_by_nobody() -> None:
    parameters = [nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(3))]
    optimizer = optim.NAdam(parameters)
    for p in parameters:
        p.grad = torch.ones_like(p)
    optimizer.step()
    first, second = optimizer.state_dict()["state"].values()
    for name in ("step", "mu_product", "lack2"):
        assert first[name].data_ptr() != second[name].data_ptr()
    assert first["step"].is_floating_point()
