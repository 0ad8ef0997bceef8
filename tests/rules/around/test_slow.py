from __future__ import annotations

import torch
from torch import Tensor

from trainlab.rules.around.slow import look_ahead


def walked(every: float | Tensor, share: float | Tensor, members: int) -> Tensor:
    """Walk to the right by one a step, looking ahead."""
    theta = torch.zeros(members, 2, dtype=torch.float64)
    slow = theta.clone()
    places = []
    for t in range(1, 9):
        theta += 1
        look_ahead(theta, slow, float(t), every, share)
        places.append(theta[:, 0].clone())
    return torch.stack(places, 1)


def test_it_goes_part_of_the_way_every_few_steps() -> None:
    assert walked(2, 0.5, 1).tolist() == [[1, 1, 2, 2, 3, 3, 4, 4]]
    assert walked(3, 0.25, 1).tolist() == [[1, 2, 0.75, 1.75, 2.75, 1.5, 2.5, 3.5]]


def test_members_go_at_their_own_pace_and_share_one_is_none() -> None:
    every, share = torch.tensor([[2.0], [3.0], [4.0]]), torch.tensor([[0.5], [0.25], [1.0]])
    together = walked(every, share.double(), 3)
    for row in range(3):
        alone = walked(float(every[row]), float(share[row]), 1)
        assert torch.equal(together[row : row + 1], alone)
    assert together[2].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
