from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from tests.comparison.made import rates, rules
from trainlab.comparison import pieces
from trainlab.comparison.arms import Arm
from trainlab.comparison.outcome import Trial
from trainlab.comparison.pieces import Piece, pieces_of


def trials(arms: Sequence[Arm], seeds: int, rungs: tuple[float, ...] = ()) -> list[Trial]:
    return [
        Trial(arm.recipe.replace("seed", seed), arm.name, ("val",), rungs)
        for arm in arms
        for seed in range(seeds)
    ]


@pytest.mark.parametrize(("device", "count"), [("cpu", 2), ("cuda", 1)])
def test_a_program_is_cut_for_cores_and_not_for_a_gpu(
    device: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "device_of", lambda wanted: torch.device(device))
    assert len(pieces_of(trials(rules("sgd", "adam"), seeds=4), cores=2)) == count


@pytest.mark.parametrize("rungs", [(), (0.5,)])
@pytest.mark.parametrize("cores", [1, 2, 3])
def test_a_piece_is_put_together_again_by_its_trials(cores: int, rungs: tuple[float, ...]) -> None:
    for piece in pieces_of(trials(rates(0.1, 0.2, 0.3), 5, rungs), cores):
        again = Piece.of(piece.trials)
        assert again.keys == piece.keys and len(set(piece.keys)) == len(piece.keys)
        assert again.program.members == piece.program.members
        assert again.program.recipe == piece.program.recipe
