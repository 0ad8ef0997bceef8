"""A user's forward may draw from torch's own generator: what holds then, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.laws.trainings import same_bits
from trainlab import lab
from trainlab.errors import Interrupted
from trainlab.store import Run

RECIPE = {"network": None, "train": {"length": "4ep", "batch_size": 16, "threads": 1}}


class Drawing(nn.Module):
    """Drops by a function, which no layer tells of."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(4, 8), nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.last(functional.dropout(self.first(x).relu(), 0.3, self.training))
        return out


def trained(runs: Path, batching: str, **more: object) -> Run:
    y = torch.arange(90) % 3
    x = torch.randn(90, 4, generator=torch.Generator().manual_seed(0)) + y[:, None]
    train = {**RECIPE["train"], "batching": batching, "checkpoint_every": "5steps"}
    recipe = {**RECIPE, "train": train, **more}
    return lab.train(recipe, model=Drawing, data=(x, y), runs=runs)


@pytest.mark.parametrize("batching", ["rows", "vmap"])
def test_a_repeat_gives_the_same_bits_and_leaves_the_generator(
    batching: str, tmp_path: Path
) -> None:
    before = torch.get_rng_state()
    first = trained(tmp_path, batching, seeds=3)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(99)
    second = trained(tmp_path, batching, seeds=3)
    for member in range(3):
        assert same_bits(first.state_dict(member), second.state_dict(member))


def test_row_by_row_a_member_is_its_own_training(tmp_path: Path) -> None:
    together = trained(tmp_path, "rows", seeds=3)
    for seed in range(3):
        alone = trained(tmp_path, "rows", seed=seed)
        assert same_bits(together.state_dict(seed), alone.state_dict())


def test_in_one_call_members_draw_apart(tmp_path: Path) -> None:
    run = trained(tmp_path, "vmap", seeds=2)
    assert not same_bits(run.state_dict(0), run.state_dict(1))


@pytest.mark.parametrize("batching", ["rows", "vmap"])
def test_resume_equals_straight(batching: str, tmp_path: Path) -> None:
    straight = trained(tmp_path / "straight", batching, seeds=2)
    y = torch.arange(90) % 3
    x = torch.randn(90, 4, generator=torch.Generator().manual_seed(0)) + y[:, None]
    asked = iter([False] * 6 + [True])
    train = {**RECIPE["train"], "batching": batching, "checkpoint_every": "5steps"}
    with pytest.raises(Interrupted):
        lab.train(
            {**RECIPE, "train": train, "seeds": 2},
            model=Drawing,
            data=(x, y),
            runs=tmp_path,
            stop=lambda: next(asked),
        )
    torch.manual_seed(5)
    resumed = lab.resume(lab.load_run("latest", tmp_path).path, model=Drawing, data=(x, y))
    for member in range(2):
        assert same_bits(straight.state_dict(member), resumed.state_dict(member))
