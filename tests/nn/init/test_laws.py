from __future__ import annotations

import math

import pytest
import torch
from torch import Generator, Tensor, nn

from trainlab.nn.init import laws
from trainlab.nn.init.laws import Site, fans

SHAPES = [(200, 300), (48, 32, 5, 5)]


def site(gain: float = 1.0, blocks: int = 1) -> Site:
    return Site(module=nn.Identity(), weight="weight", gain=gain, blocks=blocks)


def generator(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def filled(name: str, shape: tuple[int, ...], at: Site | None = None, **options: object) -> Tensor:
    weight = torch.empty(shape, dtype=torch.float64)
    getattr(laws, name)(weight, generator(), at or site(), **options)
    return weight


def spread(weight: Tensor) -> float:
    """Give the relative error of the standard deviation against which to hold a moment."""
    return 4 / math.sqrt(2 * weight.numel())


def test_the_fan_of_a_convolution_counts_its_field() -> None:
    assert fans(torch.empty(48, 32, 5, 5), nn.Conv2d(32, 48, 5)) == (32 * 25, 48 * 25)
    assert fans(torch.empty(10, 7), nn.Linear(7, 10)) == (7, 10)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(32, 64, 3),
        nn.Conv2d(32, 64, 3, groups=4),
        nn.Conv2d(32, 64, 3, dilation=2),
        nn.ConvTranspose2d(32, 64, 3),
        nn.ConvTranspose2d(32, 64, 3, groups=4),
        nn.ConvTranspose2d(32, 64, 4, stride=2),
    ],
    ids=str,
)
def test_the_variance_goes_forward_through_every_kind_of_convolution(layer: nn.Conv2d) -> None:
    generator = Generator().manual_seed(0)
    site = Site(module=layer, weight="weight")
    laws.lecun_normal(layer.weight, generator, site)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    y = layer(torch.randn(16, 32, 14, 14, generator=generator))
    assert y[..., 4:-4, 4:-4].var().item() == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("name", "square"),
    [
        ("xavier", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        ("lecun", lambda fan_in, fan_out: 1 / fan_in),
        ("he", lambda fan_in, fan_out: 2 / fan_in),
    ],
)
@pytest.mark.parametrize("shape_of", ["normal", "uniform"])
def test_scaled_laws_have_their_moments(
    shape: tuple[int, ...], name: str, square: object, shape_of: str
) -> None:
    weight = filled(f"{name}_{shape_of}", shape, site(gain=math.sqrt(2)))
    std = math.sqrt(square(*fans(weight, nn.Identity())))  # type: ignore[operator]
    assert weight.std().item() == pytest.approx(std, rel=spread(weight))
    assert weight.mean().item() == pytest.approx(0, abs=4 * std / math.sqrt(weight.numel()))
    kurtosis = (weight / std).pow(4).mean().item()
    assert kurtosis == pytest.approx(3 if shape_of == "normal" else 1.8, rel=0.08)
    if shape_of == "uniform":
        assert weight.abs().max().item() <= math.sqrt(3) * std * (1 + 1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_laws_that_torch_has_are_torchs_number_for_number(shape: tuple[int, ...]) -> None:
    oracles = {
        "xavier_normal": (nn.init.xavier_normal_, {}),
        "xavier_uniform": (nn.init.xavier_uniform_, {}),
        "he_normal": (nn.init.kaiming_normal_, {"nonlinearity": "relu"}),
        "he_uniform": (nn.init.kaiming_uniform_, {"nonlinearity": "relu"}),
        "orthogonal": (nn.init.orthogonal_, {"gain": math.sqrt(2)}),
    }
    for name, (oracle, options) in oracles.items():
        theirs = oracle(torch.empty(shape, dtype=torch.float64), generator=generator(), **options)  # type: ignore[operator]
        torch.testing.assert_close(filled(name, shape, site(gain=math.sqrt(2))), theirs)


def test_fan_out_keeps_the_gradient_instead() -> None:
    weight = filled("he_normal", (100, 400), site(gain=1.0), mode="fan_out")
    assert weight.std().item() == pytest.approx(0.1, rel=spread(weight))


def test_a_given_gain_overrides_the_activations() -> None:
    follows = filled("he_normal", (50, 60), site(gain=3.0))
    torch.testing.assert_close(filled("he_normal", (50, 60), gain=3.0), follows)
    torch.testing.assert_close(
        filled("xavier_normal", (50, 60), site(gain=3.0), gain="activation"),
        3 * filled("xavier_normal", (50, 60), site(gain=3.0)),
    )


def test_plain_laws_have_their_moments() -> None:
    assert not filled("zeros", (3, 4)).any()
    assert filled("constant", (3, 4), value=0.5).unique().tolist() == [0.5]
    normal = filled("normal", (200, 300), mean=1.0, std=0.2)
    assert normal.mean().item() == pytest.approx(1.0, abs=0.005)
    assert normal.std().item() == pytest.approx(0.2, rel=spread(normal))
    uniform = filled("uniform", (200, 300), bound=0.3)
    assert 0.299 < uniform.abs().max().item() <= 0.3
    assert uniform.std().item() == pytest.approx(0.3 / math.sqrt(3), rel=spread(uniform))


def test_a_truncated_normal_stays_within_its_cut() -> None:
    weight = filled("truncated_normal", (200, 300), std=0.1, cut=1.5)
    assert 0.149 < weight.abs().max().item() <= 0.15
    # variance of N(0, 1) given |z| < c: 1 - 2 c phi(c) / (2 Phi(c) - 1)
    inside = math.erf(1.5 / math.sqrt(2))
    shrink = 1 - 2 * 1.5 * math.exp(-1.125) / math.sqrt(2 * math.pi) / inside
    assert weight.std().item() == pytest.approx(0.1 * math.sqrt(shrink), rel=0.01)


@pytest.mark.parametrize("shape", [(20, 50), (50, 20), (8, 6, 3, 3)])
def test_an_orthogonal_weight_keeps_lengths(shape: tuple[int, ...]) -> None:
    rows = filled("orthogonal", shape, gain=1.0).flatten(1)
    short = rows @ rows.T if rows.shape[0] <= rows.shape[1] else rows.T @ rows
    torch.testing.assert_close(short, torch.eye(len(short), dtype=torch.float64), atol=1e-6, rtol=0)


def test_the_identity_passes_its_input_on() -> None:
    x = torch.randn(2, 5, 7, 7, dtype=torch.float64)
    kernel = filled("identity", (5, 5, 3, 3))
    torch.testing.assert_close(nn.functional.conv2d(x, kernel, padding=1), x)
    assert torch.equal(filled("identity", (4, 4)), torch.eye(4, dtype=torch.float64))


@pytest.mark.parametrize("shape", [(100, 30), (40, 5, 3, 3)])
def test_a_sparse_weight_has_its_share_of_zeros(shape: tuple[int, ...]) -> None:
    columns = (filled("sparse", shape, sparsity=0.8) == 0).flatten(1).double().mean(dim=0)
    torch.testing.assert_close(columns, torch.full_like(columns, 0.8))


def test_a_sparse_weight_of_few_rows_keeps_one_in_each_column() -> None:
    assert bool(((filled("sparse", (4, 30), sparsity=0.9) != 0).sum(dim=0) == 1).all())


def test_depth_damps_the_end_of_a_branch() -> None:
    torch.testing.assert_close(
        filled("depth_scaled", (30, 40), site(gain=2.0, blocks=8)) * math.sqrt(8),
        filled("he_normal", (30, 40), site(gain=2.0)),
    )
