"""Range tests made by hand, without any training."""

from __future__ import annotations

import numpy as np

from trainlab.check.learning_rate import Confirmation, Curve, Grid, RangeTest
from trainlab.check.learning_rate.confirmation import judged

__all__ = ["against", "made"]

OWN = tuple((0.3 + 0.1 * np.random.default_rng(0).normal(size=8)).tolist())


def against(*gaps: float, noise: float = 0.005) -> Confirmation:
    """Judge the rate 0.01 against rivals whose losses lie above its own by these gaps."""
    draws = np.random.default_rng(1)
    roles = ("lower", "current", "higher")[: len(gaps)]
    rates = {"suggested": 0.01} | dict(zip(roles, (0.003, 0.001, 0.03), strict=False))
    losses = {"suggested": OWN}
    for role, gap in zip(roles, gaps, strict=True):
        losses[role] = tuple((np.add(OWN, gap) + noise * draws.normal(size=8)).tolist())
    return judged(rates, losses, range(3, 11), (2.3,) * 8)


def made() -> RangeTest:
    """Give a curve that falls to 0.1 around a rate of 0.01 and diverges above 1."""
    rates = np.geomspace(1e-5, 10, 19)
    u = np.log10(rates)
    law = np.where(u < 0.1, 1 - 0.9 / (1 + np.exp(-4 * (u + 2))), np.nan)
    noise = 0.01 * np.random.default_rng(2).normal(size=(19, 3))
    curve = Curve(rates, 2.3 * law[:, None] + noise, np.full(3, 2.3))
    return RangeTest(
        curve=curve,
        found=curve.read(),
        confirmation=against(0.2, 0.5, 0.1),
        current=0.001,
        constant=2.3,
        steps=100,
        seeds=(0, 1, 2),
        grid=Grid(low=1e-5, high=1.0),
    )
