from __future__ import annotations

import torch

from tests.rules.second_order.surfaces import Terrain, beale, himmelblau, start
from trainlab.rules.algebra import Hyper
from trainlab.rules.second_order.descent import CONDITIONS, descend


def test_it_tells_loss_and_gradient_of_where_it_came() -> None:
    terrain, everyone = Terrain([beale, himmelblau]), torch.ones(2, 1, dtype=torch.bool)
    here = terrain.at(start([1.0, 1.0], [0.0, 0.0]), everyone)
    there, asked = descend(
        here, (-here.g, start([1.0, 1.0]).T), terrain, Hyper(CONDITIONS), everyone
    )
    looked = terrain.at(there.theta, everyone)
    assert torch.equal(looked.f, there.f)
    assert torch.equal(looked.g, there.g)
    assert (there.f < here.f).all()
    assert (asked >= 1).all()


def test_uphill_it_stays_whatever_the_direction_holds() -> None:
    terrain, everyone = Terrain([beale] * 3), torch.ones(3, 1, dtype=torch.bool)
    here = terrain.at(start([1.0, 1.0], [1.0, 1.0], [1.0, 1.0]), everyone)
    d = torch.stack([here.g[0], torch.full((2,), torch.nan), torch.zeros(2)])
    there, asked = descend(here, (d, torch.ones(3, 1)), terrain, Hyper(CONDITIONS), everyone)
    assert torch.equal(there.theta, here.theta)
    assert torch.equal(there.f, here.f)
    assert not asked.any()
