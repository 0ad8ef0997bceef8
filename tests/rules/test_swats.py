from __future__ import annotations

import pytest
import torch
from torch import Tensor

from trainlab.rules import RULES, apply

LR, BETA1, BETA2, EPS = 0.1, 0.9, 0.99, 1e-8


def paper(g: Tensor, settle: float) -> tuple[list[Tensor], int | None]:
    """Transcribe algorithm 1 of Keskar & Socher 2017, with torch's Adam; g [steps, N], float64."""
    w, m, a = torch.ones_like(g[0]), torch.zeros_like(g[0]), torch.zeros_like(g[0])
    lam, phase, switch, trajectory = 0.0, "adam", None, []
    v, rate = torch.zeros_like(g[0]), 0.0
    for k, grad in enumerate(g, start=1):
        if phase == "sgd":
            v = BETA1 * v + grad
            w = w - (1 - BETA1) * rate * v
            trajectory.append(w)
            continue
        m = BETA1 * m + (1 - BETA1) * grad
        a = BETA2 * a + (1 - BETA2) * grad**2
        p = -LR * (m / (1 - BETA1**k)) / ((a / (1 - BETA2**k)).sqrt() + EPS)
        w = w + p
        if p.dot(grad) != 0:
            gamma = (p.dot(p) / -p.dot(grad)).item()
            lam = BETA2 * lam + (1 - BETA2) * gamma
            if k > 1 and abs(lam / (1 - BETA2**k) - gamma) < settle:
                phase, rate, switch = "sgd", lam / (1 - BETA2**k), k
        trajectory.append(w)
    return trajectory, switch


def gradients(seed: int) -> Tensor:
    """Give noisy gradients [80, 4] around a slope, with steps where the gradient is exactly 0."""
    generator = torch.Generator().manual_seed(seed)
    g = 1 + 0.3 * torch.randn(80, 4, generator=generator, dtype=torch.float64)
    g[0] = g[5] = 0.0
    return g


SETTLE = [1e-9, 1e-3, 5e-3, 1.0]


def test_each_member_is_the_paper_with_its_own_switch() -> None:
    g = torch.stack([gradients(seed) for seed in range(4)], dim=1)
    expected, switches = zip(*(paper(g[:, i], SETTLE[i]) for i in range(4)), strict=True)
    assert switches[0] is None
    assert len(set(switches)) >= 3, "the members should switch at different steps"
    rule, theta = RULES["swats"], torch.ones_like(g[0])
    slots = rule.init(theta)
    h = {"lr": LR, "beta2": BETA2, "settle": torch.tensor(SETTLE, dtype=torch.float64).unsqueeze(1)}
    for t in range(1, 81):
        apply(rule, theta, g[t - 1], slots, {**h, "t": t})
        other = torch.stack([row[t - 1] for row in expected])
        torch.testing.assert_close(theta, other, rtol=1e-12, atol=1e-13)
        switched = torch.tensor([[s is not None and s <= t] for s in switches])
        assert torch.equal(slots["switched"] > 0, switched)


def test_after_the_switch_the_rate_follows_the_schedule() -> None:
    rule, g = RULES["swats"], torch.ones(1, 3, dtype=torch.float64)
    slots = rule.init(g)
    for t in (1, 2):
        _, slots = rule.step(g, slots, {"lr": 0.1, "settle": 1.0, "t": t})
    assert slots["switched"].item() == 1
    full, _ = rule.step(g, slots, {"lr": 0.1, "settle": 1.0, "t": 3})
    half, _ = rule.step(g, slots, {"lr": 0.05, "settle": 1.0, "t": 3})
    torch.testing.assert_close(half, full / 2)
    assert full[0, 0].item() == pytest.approx(0.1 * (1 - BETA1))
