from __future__ import annotations

import math
from dataclasses import replace

import pytest

from trainlab.comparison.statistics.effect import Effect
from trainlab.comparison.statistics.verdict import Evidence, Outlook, Verdict, decide

SEEN = Evidence(
    pairs=12,
    gain=1.31,
    low=0.79,
    high=1.83,
    level=0.95,
    joint_low=0.5,
    joint_high=2.1,
    p=0.0005,
    corrected=0.002,
    effect=Effect(d_z=1.0, d_z_low=0.3, d_z_high=1.7),
    diverged=(0, 1),
)


def verdict(seen: Evidence, margin: float | None = None, more: int | None = 14) -> Verdict:
    return Verdict(
        arm="adam",
        other="sgd",
        answer=decide(seen, 0.05),
        evidence=replace(seen, diverged=(0, 0)),
        test="paired t",
        correction="Holm",
        family=4,
        alpha=0.05,
        margin=margin,
        unit="points",
        outlook=Outlook(more=more, why="" if more else "no pair differs"),
    )


def test_the_sentence_of_a_clear_difference() -> None:
    said = "by 1.31 points (95 % CI 0.79 to 1.83, n = 12 pairs, Holm p = 0.002)"
    found = verdict(SEEN)
    assert found.sentence == f"adam is better than sgd {said}"
    assert found.turned().sentence == f"sgd is worse than adam {said}"


@pytest.mark.parametrize(
    ("gain", "half", "told"),
    [
        (5.56, 3.25, "5.6 points (95 % CI 2.3 to 8.8,"),
        (0.1712, 0.375, "0.17 points (95 % CI -0.20 to 0.55,"),
        (65.2, 19.9, "65 points (95 % CI 45 to 85,"),
        (1.46, 8.8, "1.5 points (95 % CI -7.3 to 10.3,"),
        (0.055, 0.053, "0.055 points (95 % CI 0.002 to 0.108,"),
        (10.01, 10.0, "10.01 points (95 % CI 0.01 to 20.01,"),
    ],
)
def test_an_interval_is_not_rounded_away(gain: float, half: float, told: str) -> None:
    seen = replace(SEEN, gain=gain, low=gain - half, high=gain + half)
    assert f"by {told}" in verdict(seen).sentence


def test_one_pair_is_one_pair() -> None:
    seen = replace(SEEN, gain=0.0, low=-math.inf, high=math.inf, corrected=1.0, pairs=1, ties=1)
    assert "adam and sgd tie in their one pair" in verdict(seen, more=None).sentence


def test_the_sentence_of_too_little() -> None:
    seen = replace(SEEN, gain=0.4, low=-0.2, high=1.0, corrected=0.14)
    said = "(difference 0.40 points, 95 % CI -0.20 to 1.00, n = 12 pairs, Holm p = 0.14)"
    before = "adam and sgd are not separable yet:"
    assert verdict(seen).sentence == f"{before} about 14 more seeds {said}"
    assert verdict(seen, more=1).sentence == f"{before} about 1 more seed {said}"
    assert verdict(seen, more=None).sentence == f"{before} no pair differs {said}"
    tied = verdict(replace(seen, ties=12), more=None).sentence
    assert tied == f"adam and sgd tie in all 12 pairs: no pair differs {said}"


def test_the_sentence_of_a_difference_that_does_not_matter() -> None:
    seen = replace(SEEN, gain=0.12, low=0.05, high=0.19, p_equivalent=1e-9)
    assert verdict(seen, 0.5).sentence == (
        "adam and sgd are equivalent within 0.5 points "
        "(difference 0.120 points, 95 % CI 0.050 to 0.190, n = 12 pairs, Holm p < 0.001)"
    )


def test_the_sentence_of_runs_that_diverged() -> None:
    seen = replace(SEEN, gain=math.inf, high=math.inf)
    found = replace(verdict(seen), family=1, evidence=replace(seen, diverged=(0, 3)))
    assert found.sentence == (
        "adam is better than sgd "
        "(95 % CI 0.8 to infinity, n = 12 pairs, p = 0.002, 3 of 24 runs diverged)"
    )


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, "better"),
        ({"gain": -1.0}, "worse"),
        ({"corrected": 0.051}, "unclear"),
        ({"gain": 0.0}, "unclear"),
        ({"p_equivalent": 0.04}, "equivalent"),
        ({"p_equivalent": 0.06}, "better"),
        ({"p_equivalent": 0.06, "corrected": 0.3}, "unclear"),
    ],
)
def test_the_answer(changes: dict[str, float], answer: str) -> None:
    assert decide(replace(SEEN, **changes), 0.05) == answer


def test_turning_twice_is_not_turning() -> None:
    found = replace(verdict(SEEN), evidence=SEEN)
    assert found.turned().turned() == found
    turned = found.turned().evidence
    assert (turned.low, turned.high, turned.diverged) == (-1.83, -0.79, (1, 0))
    assert (turned.effect.d_z_low, turned.effect.d_z_high) == (-1.7, -0.3)
