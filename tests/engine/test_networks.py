from __future__ import annotations

import pytest
import torch
from torch import nn

from trainlab.engine.networks import build_own
from trainlab.errors import NetworkError
from trainlab.nn.dropout import Dropout


class Bare(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))


def test_a_module_alone_keeps_its_own_weights_and_is_not_touched() -> None:
    mine = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.3))
    built = build_own(mine, 1)(0)
    assert torch.equal(built[0].weight, mine[0].weight)
    assert built[0].weight is not mine[0].weight
    assert isinstance(built[1], Dropout)
    assert isinstance(mine[1], nn.Dropout)


def test_members_start_from_weights_of_their_own_and_the_same_each_time() -> None:
    mine = nn.Sequential(nn.Linear(3, 4))
    build = build_own(mine, 2)
    assert not torch.equal(build(0)[0].weight, build(1)[0].weight)
    assert torch.equal(build(1)[0].weight, build_own(mine, 2)(1)[0].weight)


def test_a_function_is_called_once_a_seed_and_torchs_generator_is_left_alone() -> None:
    before = torch.get_rng_state()
    build = build_own(lambda: nn.Linear(3, 4), 2)
    assert torch.equal(build(5).weight, build(5).weight)
    assert not torch.equal(build(5).weight, build(6).weight)
    assert torch.equal(torch.get_rng_state(), before)


def test_what_nothing_can_draw_anew_is_refused_with_its_name() -> None:
    with pytest.raises(NetworkError, match="'scale' cannot be drawn anew"):
        build_own(Bare(), 2)
    assert isinstance(build_own(Bare(), 1)(0), Bare)


def test_a_function_that_gives_no_module() -> None:
    with pytest.raises(NetworkError, match=r"not a torch\.nn\.Module"):
        build_own(lambda: 3, 1)(0)  # type: ignore[arg-type, return-value]


def test_a_function_that_builds_nothing_anew_is_refused_for_several_seeds() -> None:
    mine = nn.Linear(3, 4)
    build = build_own(lambda: mine, 2)
    assert torch.equal(build(0).weight, mine.weight)
    with pytest.raises(NetworkError, match="the same module for two seeds, 0 and 1"):
        build(1)


def test_torchs_attention_is_drawn_as_where_it_is_built() -> None:
    """Its reset is called otherwise, and sets the bias to 0 that its part has drawn."""
    model = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    build = build_own(model, 2)
    first, second = (dict(build(seed).named_parameters()) for seed in (0, 1))
    assert not torch.equal(first["self_attn.in_proj_weight"], second["self_attn.in_proj_weight"])
    assert not first["self_attn.out_proj.bias"].any()
    assert first["linear1.bias"].any()
