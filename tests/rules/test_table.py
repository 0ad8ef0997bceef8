"""Every rule against its oracle, step by step, on a given gradient sequence in float64."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor, optim

from trainlab.errors import UnknownName
from trainlab.rules import DIRECTIONS, PRECONDITIONERS, RULES, Rule, apply, pair
from trainlab.rules.fused import fused

STEPS, N = 60, 13


@pytest.fixture(autouse=True)
def _float64_scalars() -> Iterator[None]:
    """torch keeps NAdam's product of momenta in the default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def gradients(members: int, dtype: torch.dtype = torch.float64) -> Tensor:
    """Give a noisy sequence [STEPS, members, N] whose scales differ by place, with exact zeros."""
    generator = torch.Generator().manual_seed(0)
    g = torch.randn(STEPS, members, N, generator=generator, dtype=dtype)
    g = g * torch.logspace(-4, 2, N, dtype=dtype) + 0.1
    g[:, :, 0] = 0.0
    return g


def ours(rule: Rule, g: Tensor, h: dict[str, float | Tensor]) -> list[Tensor]:
    theta = torch.ones_like(g[0])
    slots = rule.init(theta)
    trajectory = []
    for t, gradient in enumerate(g, start=1):
        apply(rule, theta, gradient, slots, {**h, "t": t})
        trajectory.append(theta.clone())
    return trajectory


def theirs(make: Callable[[Tensor], optim.Optimizer], g: Tensor) -> list[Tensor]:
    theta = torch.nn.Parameter(torch.ones_like(g[0]))
    optimizer = make(theta)
    trajectory = []
    for gradient in g:
        theta.grad = gradient.clone()
        optimizer.step()
        trajectory.append(theta.detach().clone())
    return trajectory


def assert_same(mine: list[Tensor], other: list[Tensor]) -> None:
    for a, b in zip(mine, other, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-14)


BETAS = {"beta1": 0.8, "beta2": 0.95, "eps": 1e-7}
ORACLES = {
    "sgd": ({"lr": 0.03}, lambda p: optim.SGD([p], lr=0.03)),
    "momentum": (
        {"lr": 0.03, "momentum": 0.8},
        lambda p: optim.SGD([p], lr=0.03, momentum=0.8),
    ),
    "nesterov": (
        {"lr": 0.03, "momentum": 0.8},
        lambda p: optim.SGD([p], lr=0.03, momentum=0.8, nesterov=True),
    ),
    "adagrad": ({"lr": 0.03, "eps": 1e-7}, lambda p: optim.Adagrad([p], lr=0.03, eps=1e-7)),
    "adadelta": (
        {"lr": 0.5, "beta2": 0.8, "eps": 1e-5},
        lambda p: optim.Adadelta([p], lr=0.5, rho=0.8, eps=1e-5),
    ),
    "rmsprop": (
        {"lr": 0.03, "beta2": 0.9, "eps": 1e-7},
        lambda p: optim.RMSprop([p], lr=0.03, alpha=0.9, eps=1e-7),
    ),
    "rmsprop_centred": (
        {"lr": 0.03, "beta2": 0.9, "eps": 1e-7},
        lambda p: optim.RMSprop([p], lr=0.03, alpha=0.9, eps=1e-7, centered=True),
    ),
    "rmsprop_momentum": (
        {"lr": 0.03, "beta2": 0.9, "eps": 1e-7, "momentum": 0.8},
        lambda p: optim.RMSprop([p], lr=0.03, alpha=0.9, eps=1e-7, momentum=0.8),
    ),
    "rmsprop_centred_momentum": (
        {"lr": 0.03, "beta2": 0.9, "eps": 1e-7, "momentum": 0.8},
        lambda p: optim.RMSprop([p], lr=0.03, alpha=0.9, eps=1e-7, momentum=0.8, centered=True),
    ),
    "adam": (
        {"lr": 0.03, **BETAS},
        lambda p: optim.Adam([p], lr=0.03, betas=(0.8, 0.95), eps=1e-7),
    ),
    "adamw": (
        {"lr": 0.03, **BETAS},
        lambda p: optim.AdamW([p], lr=0.03, betas=(0.8, 0.95), eps=1e-7, weight_decay=0.0),
    ),
    "adamax": (
        {"lr": 0.03, **BETAS},
        lambda p: optim.Adamax([p], lr=0.03, betas=(0.8, 0.95), eps=1e-7),
    ),
    "nadam": (
        {"lr": 0.03, **BETAS, "psi": 0.01},
        lambda p: optim.NAdam([p], lr=0.03, betas=(0.8, 0.95), eps=1e-7, momentum_decay=0.01),
    ),
    "amsgrad": (
        {"lr": 0.03, **BETAS},
        lambda p: optim.Adam([p], lr=0.03, betas=(0.8, 0.95), eps=1e-7, amsgrad=True),
    ),
    "radam": (
        {"lr": 0.03, **BETAS},
        lambda p: optim.RAdam([p], lr=0.03, betas=(0.8, 0.95), eps=1e-7),
    ),
}


@pytest.mark.parametrize("name", ORACLES)
def test_a_rule_is_its_torch_counterpart(name: str) -> None:
    h, make = ORACLES[name]
    assert_same(ours(RULES[name], gradients(2), h), theirs(make, gradients(2)))


TORCH_DEFAULTS = {
    "adagrad": optim.Adagrad,
    "adadelta": optim.Adadelta,
    "rmsprop": optim.RMSprop,
    "adam": optim.Adam,
    "adamax": optim.Adamax,
    "nadam": optim.NAdam,
    "radam": optim.RAdam,
}


@pytest.mark.parametrize("name", TORCH_DEFAULTS)
def test_defaults_are_torchs(name: str) -> None:
    lr = RULES[name].hyper["lr"]
    make = TORCH_DEFAULTS[name]
    assert_same(
        ours(RULES[name], gradients(1), {}), theirs(lambda p: make([p], lr=lr), gradients(1))
    )


def test_lion_is_its_paper() -> None:
    """Chen et al. 2023, algorithm 2, without decay."""
    theta, m, expected = torch.ones(1, N).double(), torch.zeros(1, N).double(), []
    for g in gradients(1):
        c = 0.9 * m + (1 - 0.9) * g
        theta = theta - 0.01 * torch.sign(c)
        m = 0.99 * m + (1 - 0.99) * g
        expected.append(theta)
    assert_same(ours(RULES["lion"], gradients(1), {"lr": 0.01}), expected)


def test_the_three_writings_of_momentum_convert() -> None:
    """v <- rho v + g;  v <- rho v + lr g;  v <- beta v + (1 - beta) g with lr / (1 - beta)."""
    theta, v, expected = torch.ones(1, N).double(), torch.zeros(1, N).double(), []
    for g in gradients(1):
        v = 0.8 * v - 0.03 * g
        theta = theta + v
        expected.append(theta)
    outside = {"lr": 0.03, "momentum": 0.8}
    average = {"lr": 0.03 / (1 - 0.8), "beta1": 0.8}
    assert_same(ours(RULES["momentum"], gradients(1), outside), expected)
    assert_same(ours(RULES["momentum_inside"], gradients(1), outside), expected)
    assert_same(ours(RULES["momentum_ema"], gradients(1), average), expected)


def hypers(name: str, members: int) -> dict[str, Tensor]:
    """Give each member its own hyperparameters, [members, 1]."""
    spread = torch.linspace(0.9, 1.0, members, dtype=torch.float32).unsqueeze(1)
    return {key: value * spread for key, value in RULES[name].hyper.items()}


def test_adam_without_bias_correction_is_the_pair_that_its_card_names() -> None:
    """Kingma & Ba 2015, algorithm 1 without its two corrections."""
    rule, draw = pair("smoothed", "rms", {}), torch.Generator().manual_seed(0)
    theta = torch.ones(1, 4, dtype=torch.float64)
    slots, other, m, v = rule.init(theta), theta.clone(), 0.0, 0.0
    for t in range(1, 6):
        g = torch.randn(1, 4, generator=draw, dtype=torch.float64)
        amount, slots = rule.step(g, slots, {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "t": t})
        theta = theta - amount
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        other = other - 0.1 * m / (v.sqrt() + rule.hyper["eps"])
    torch.testing.assert_close(theta, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", RULES)
def test_a_row_is_its_own_training_bit_for_bit(name: str) -> None:
    members, rule = 9, RULES[name]
    g, h = gradients(members, torch.float32), hypers(name, 9)
    together = ours(rule, g, h)
    for row in range(members):
        own = {key: value[row : row + 1] for key, value in h.items()}
        alone = ours(rule, g[:, row : row + 1].contiguous(), own)
        for both, one in zip(together, alone, strict=True):
            assert torch.equal(both[row : row + 1], one)


@pytest.mark.parametrize("name", RULES)
def test_numbers_and_columns_agree_bit_for_bit(name: str) -> None:
    """A member alone may be given numbers where a population is given columns.

    Where torch has a fused kernel, numbers take it, and the last place may differ.
    """
    h = dict(RULES[name].hyper) | {"lr": 0.0123}
    columns = {key: torch.full((2, 1), value, dtype=torch.float32) for key, value in h.items()}
    g = gradients(2, torch.float32)
    for number, column in zip(ours(RULES[name], g, h), ours(RULES[name], g, columns), strict=True):
        if fused(RULES[name], number, {**h, "t": 1.0}) is None:
            assert torch.equal(number, column)
        else:
            assert torch.allclose(number, column, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", RULES)
def test_a_non_finite_row_touches_no_other(name: str) -> None:
    g, rule = gradients(4, torch.float32), RULES[name]
    sick = g.clone()
    sick[3:, 1], sick[5:, 2] = torch.nan, torch.inf
    h = {"lr": 0.01}
    for healthy, other in zip(ours(rule, g, h), ours(rule, sick, h), strict=True):
        assert torch.equal(healthy[[0, 3]], other[[0, 3]])


@pytest.mark.parametrize("name", RULES)
def test_slots_are_flat_tensors_with_members_first(name: str) -> None:
    theta = torch.zeros(3, 5)
    for slot in RULES[name].init(theta).values():
        assert slot.shape in [(3, 5), (3, 1)]
        assert slot.dtype == theta.dtype


@pytest.mark.parametrize("name", RULES)
def test_a_step_is_pure(name: str) -> None:
    rule, g = RULES[name], gradients(2)[0]
    slots = rule.init(g)
    before = {key: slot.clone() for key, slot in slots.items()}
    kept = g.clone()
    _, after = rule.step(g, slots, {"lr": 0.1, "t": 1})
    assert after.keys() == before.keys()
    assert torch.equal(g, kept)
    assert all(torch.equal(slots[key], before[key]) for key in before)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("preconditioner", PRECONDITIONERS)
def test_any_pair_descends(direction: str, preconditioner: str) -> None:
    rule = pair(direction, preconditioner, {"lr": 1e-3})
    theta = torch.full((2, 3), 3.0, dtype=torch.float64)
    slots = rule.init(theta)
    for t in range(1, 30):
        apply(rule, theta, theta.clone(), slots, {"t": t})
    assert theta.isfinite().all()
    assert (theta.abs() < 3.0).all()


@pytest.mark.parametrize("family", [RULES, DIRECTIONS, PRECONDITIONERS])
def test_every_row_says_what_it_is(family: object) -> None:
    for row in family.values():
        card = row.card
        assert card.does and card.formula and card.helps and card.hurts and card.paper


def test_an_unknown_factor_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="heavy_ball"):
        pair("heavyballs", "unit")


def test_beta_may_move_during_training() -> None:
    """The correction is the product of the betas so far: a constant gradient stays its average."""
    rule, g = RULES["adam"], torch.full((1, 3), 2.0, dtype=torch.float64)
    slots = rule.init(g)
    for t, beta in enumerate([0.0, 0.5, 0.9, 0.99], start=1):
        amount, slots = rule.step(g, slots, {"lr": 1.0, "beta1": beta, "eps": 0.0, "t": t})
        torch.testing.assert_close(amount, torch.ones_like(g))
