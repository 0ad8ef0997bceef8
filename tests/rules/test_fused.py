from __future__ import annotations

import pytest
import torch
from torch import Tensor

from trainlab.rules import RULES, apply
from trainlab.rules.fused import KERNELS, WORTH_A_CALL, fused, read

SERVED = [
    "sgd",
    "momentum",
    "nesterov",
    "adagrad",
    "adadelta",
    "rmsprop",
    "rmsprop_centred",
    "adam",
    "adamw",
    "adamax",
    "lion",
    "nadam",
    "amsgrad",
    "radam",
]


def stepped(name: str, *, by_kernel: bool, dtype: torch.dtype) -> tuple[Tensor, dict[str, Tensor]]:
    """Take 20 steps on the same gradients, by the kernel or by the expression."""
    torch.manual_seed(1)
    rule = RULES[name]
    theta = torch.randn(3, 40, dtype=dtype)
    slots = rule.init(theta)
    for t in range(1, 21):
        g, h = torch.randn(3, 40, dtype=dtype), {"lr": 0.01 * t, "t": float(t)}
        if by_kernel:
            apply(rule, theta, g, slots, h)
        else:
            amount, slots = rule.step(g, slots, h)
            theta = theta - amount
    return theta, slots


@pytest.mark.parametrize("name", SERVED)
@pytest.mark.parametrize(("dtype", "close"), [(torch.float64, 1e-12), (torch.float32, 2e-5)])
def test_a_kernel_is_the_rules_expression(name: str, dtype: torch.dtype, close: float) -> None:
    found, kept = stepped(name, by_kernel=True, dtype=dtype)
    expected, slots = stepped(name, by_kernel=False, dtype=dtype)
    assert torch.allclose(found, expected, rtol=close, atol=close)
    assert kept.keys() == slots.keys()
    for slot, tensor in slots.items():
        assert torch.allclose(kept[slot], tensor, rtol=close, atol=close)


@pytest.mark.parametrize("name", RULES)
def test_only_the_rules_that_torch_has_a_kernel_for(name: str) -> None:
    served = fused(RULES[name], torch.zeros(1, 2), {"lr": 0.1, "t": 1.0})
    assert (served is not None) == (name in [*SERVED, "swats"])


@pytest.mark.parametrize("name", ["momentum", "nesterov"])
def test_without_momentum_a_step_is_plain_sgds(name: str) -> None:
    theta, g = torch.randn(2, 3, 40, generator=torch.Generator().manual_seed(2))
    slots, expected = RULES[name].init(theta), theta - 0.1 * g
    apply(RULES[name], theta, g, slots, {"lr": 0.1, "momentum": 0.0, "t": 1.0})
    assert torch.allclose(theta, expected)
    assert torch.equal(slots["m"], g)


def test_an_average_of_squares_that_never_moves_is_none_that_lacks_anything() -> None:
    rule, theta = RULES["rmsprop"], torch.ones(2, 3)
    slots = {"v": torch.full((2, 3), 4.0)}
    apply(rule, theta, torch.ones(2, 3), slots, {"lr": 0.5, "beta2": 1.0, "eps": 0.0, "t": 1.0})
    assert torch.equal(theta, torch.full((2, 3), 0.75))
    assert torch.equal(slots["v"], torch.full((2, 3), 4.0))


def test_columns_are_not_for_kernels() -> None:
    theta = torch.zeros(2, 3)
    own, by_weight = torch.ones(2, 1), torch.ones(1, 3)
    assert fused(RULES["adam"], theta, read({"lr": own, "t": 1.0}, theta)) is None
    assert fused(RULES["adam"], theta, read({"lr": by_weight, "t": 1.0}, theta)) is None
    assert fused(RULES["adam"], theta, read({"lr": 0.1, "t": 1.0, "clip_norm": by_weight}, theta))
    products = [RULES[name] for name in SERVED]
    assert KERNELS.keys() == {(p.direction.law, p.preconditioner.law) for p in products}


@pytest.mark.parametrize("name", SERVED)
def test_a_row_is_its_own_training_bit_for_bit(name: str) -> None:
    """Odd sizes leave a rest after the kernel's vectors; it must not depend on the row."""
    rule, g = RULES[name], torch.randn(5, 37)
    together = torch.randn(5, 37)
    alone = together.clone()
    slots, h = rule.init(together), {"lr": 0.1, "t": 1.0}
    apply(rule, together, g, slots, h)
    for row in range(5):
        one = alone[row : row + 1].clone()
        apply(rule, one, g[row : row + 1], rule.init(one), h)
        assert torch.equal(one[0], together[row])


def test_members_that_differ_are_stepped_in_runs() -> None:
    rule = RULES["adam"]
    torch.manual_seed(0)
    theta, g = torch.randn(5, WORTH_A_CALL), torch.randn(5, WORTH_A_CALL)
    lr = torch.tensor([[0.1], [0.1], [0.2], [0.1], [0.1]])
    found = fused(rule, theta, read({"lr": lr, "t": 1.0}, theta))
    assert found is not None
    assert [(rows.start, rows.stop) for rows, _ in found[1]] == [(0, 2), (2, 3), (3, 5)]
    together, slots = theta.clone(), rule.init(theta)
    apply(rule, together, g, slots, {"lr": lr, "t": 1.0})
    for row in range(5):
        alone = theta[row : row + 1].clone()
        own = rule.init(alone)
        apply(rule, alone, g[row : row + 1], own, {"lr": float(lr[row]), "t": 1.0})
        assert torch.equal(together[row], alone[0])
        assert all(torch.equal(slots[name][row], own[name][0]) for name in slots)


def test_small_members_that_differ_are_stepped_as_one_expression() -> None:
    theta = torch.zeros(2, 10)
    numbers = read({"lr": torch.tensor([[0.1], [0.2]]), "t": 1.0}, theta)
    assert fused(RULES["adam"], theta, numbers) is None


def test_members_of_nadam_keep_their_own_momenta() -> None:
    """A member that was trained at another beta1 has another product of momenta."""
    rule, g = RULES["nadam"], torch.full((2, 3), 2.0, dtype=torch.float64)
    theta = torch.ones_like(g)
    slots = rule.init(theta)
    slots["lack1"][1] = 0.5
    slots["lack2"] *= rule.hyper["beta2"] ** 2
    amount, after = rule.step(g, slots, {"lr": 0.1, "t": 3})
    expected = theta - amount
    apply(rule, theta, g, slots, {"lr": 0.1, "t": 3})
    assert not torch.equal(amount[0], amount[1])
    torch.testing.assert_close(theta, expected, rtol=1e-14, atol=0)
    torch.testing.assert_close(after["lack1"], slots["lack1"], rtol=1e-14, atol=0)
