from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tests.nn import rows
from trainlab.errors import NetworkError
from trainlab.nn.norms import NORMS, norm, normalise

LAYERS = [name for name in NORMS if name not in ("none", "weight")]
FLAT = [name for name in LAYERS if name not in ("instance", "local_response")]


def batch(*shape: int) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    return 2 * torch.randn(shape, generator=generator, dtype=torch.float64) + 3


@pytest.mark.parametrize(
    ("name", "dims", "oracle"),
    [
        ("batch", 0, nn.BatchNorm1d(8)),
        ("batch", 2, nn.BatchNorm2d(8)),
        ("layer", 0, nn.LayerNorm(8)),
        ("layer", 2, nn.GroupNorm(1, 8)),
        ("instance", 2, nn.InstanceNorm2d(8, affine=True)),
        ("rms", 0, nn.RMSNorm(8, eps=1e-6)),
        ("local_response", 2, nn.LocalResponseNorm(5)),
    ],
)
def test_a_row_is_torchs_layer_where_torch_has_it(name: str, dims: int, oracle: nn.Module) -> None:
    layer = norm(name, 8, dims)
    assert layer is not None and repr(layer) == repr(oracle)


@pytest.mark.parametrize("name", FLAT)
def test_a_norm_of_vectors_keeps_the_shape(name: str) -> None:
    layer = norm(name, 8, 0)
    assert layer is not None and layer.double()(batch(6, 8)).shape == (6, 8)


@pytest.mark.parametrize("name", LAYERS)
def test_a_norm_of_images_keeps_the_shape(name: str) -> None:
    layer = norm(name, 8, 2)
    assert layer is not None and layer.double()(batch(6, 8, 4, 5)).shape == (6, 8, 4, 5)


@pytest.mark.parametrize("name", sorted(set(LAYERS) - {"rms", "local_response", "iterative"}))
def test_the_output_is_standardised(name: str) -> None:
    layer = norm(name, 8, 2)
    assert layer is not None
    y = layer.double()(batch(32, 8, 6, 6))
    assert y.mean().item() == pytest.approx(0, abs=1e-6)
    assert y.var().item() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", [name for name in LAYERS if NORMS[name].cancels_bias])
def test_a_bias_before_it_has_no_effect_where_the_row_says_so(name: str) -> None:
    layer = norm(name, 8, 2)
    assert layer is not None
    x, bias = batch(8, 8, 4, 4), torch.arange(8, dtype=torch.float64).reshape(1, 8, 1, 1)
    torch.testing.assert_close(layer.double()(x), layer(x + bias))


@pytest.mark.parametrize("name", [name for name in LAYERS if not NORMS[name].cancels_bias])
def test_a_bias_before_it_has_an_effect_elsewhere(name: str) -> None:
    layer = norm(name, 8, 2)
    assert layer is not None
    x, bias = batch(8, 8, 4, 4), torch.arange(8, dtype=torch.float64).reshape(1, 8, 1, 1)
    assert not torch.allclose(layer.double()(x), layer(x + bias))


def test_groups_are_chosen_to_divide_the_channels() -> None:
    groups = {c: norm("group", c, 2).num_groups for c in (3, 8, 16, 30, 64, 256)}  # type: ignore[union-attr]
    assert groups == {3: 1, 8: 2, 16: 4, 30: 6, 64: 16, 256: 32}


def test_groups_that_do_not_divide_are_refused_with_those_that_do() -> None:
    with pytest.raises(NetworkError) as caught:
        norm({"name": "group", "groups": 5}, 12, 2)
    assert caught.value.allowed == ("1", "2", "3", "4", "6", "12")


@pytest.mark.parametrize("name", ["instance", "local_response"])
def test_a_norm_over_space_refuses_vectors(name: str) -> None:
    with pytest.raises(NetworkError, match="needs an image") as caught:
        norm(name, 8, 0)
    assert set(caught.value.allowed) == {"none", "weight", *FLAT}


def test_none_and_weight_are_no_layers() -> None:
    assert norm("none", 4, 0) is None and norm("weight", 4, 0) is None


def test_only_weight_normalisation_touches_the_linear_map() -> None:
    for name in NORMS:
        layer = nn.Linear(3, 4)
        keys = set(normalise(name, layer).state_dict())
        assert (keys == {"weight", "bias"}) == (name != "weight")


@pytest.mark.parametrize(
    ("name", "dims"),
    [*((name, 0) for name in [*FLAT, "weight"]), *((name, 2) for name in [*LAYERS, "weight"])],
)
def test_a_member_is_itself_alone_with_its_own_running_statistics(name: str, dims: int) -> None:
    def build() -> nn.Module:
        linear_map = nn.Conv2d(3, 8, 3) if dims else nn.Linear(10, 8)
        return nn.Sequential(normalise(name, linear_map), norm(name, 8, dims) or nn.Identity())

    shape = (6, 3, 6, 6) if dims else (32, 10)
    networks, x = rows.members(build), batch(3, *shape)
    rows.assert_same(rows.together(networks, x), rows.alone(networks, x))
