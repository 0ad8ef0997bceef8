from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.claims.made import claim_of, found_of, kept_of
from trainlab.claims.claim import Expect
from trainlab.claims.table import CLAIMS
from trainlab.claims.verdict import decide
from trainlab.report.claim_wording import amount, expected, how, outlook, rule, setting


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        (Expect("", of="a", less="b", below=0, unit="points"), "a - b below 0 points"),
        (Expect("", of="a", over="b", above=2), "a / b above 2"),
        (Expect("", of="slope", above=-1.1, below=-0.9), "slope between -1.1 and -0.9"),
        (Expect("", of="a", above=1, below=1, unit="units"), "a exactly 1 unit"),
        (Expect("", of="a", above=1 - 1e-9, below=1 + 1e-9), "a within 1e-9 of 1"),
    ],
)
def test_limits_are_written_out(expect: Expect, told: str) -> None:
    assert expected(expect) == told


def finding_of(values: list[float], **limits: float):  # type: ignore[no-untyped-def]
    claim = claim_of(expects=(Expect("it", of="a", **limits),))
    return decide(claim, found_of(a=values)).findings[0]


def test_a_distance_that_is_beyond_doubt_is_not_counted() -> None:
    sure = decide(claim_of(expects=(Expect("it", of="a", below=9),)), found_of(a=[1, 1.001, 1]))
    assert "over 1000 sd from the limit" in how(sure.findings[0])


def test_a_quotient_is_told_by_its_median_where_the_other_run_was_lost() -> None:
    claim = claim_of(expects=(Expect("it", of="a", over="b", below=1),))
    found = found_of(a=[1.0, 2, 3, 4], b=[math.inf, 2, 2, 2])
    told = amount(decide(claim, found).findings[0])
    assert told.startswith("median x 1 (") and "in 1 of 4 pairs a run came to nothing" in told


def test_amounts_have_the_figures_that_their_interval_has() -> None:
    assert amount(finding_of([1.0, 2.0, 3.0, 4.0], below=9)) == "2.5 (0.4 to 4.6)"
    assert amount(finding_of([1.0] * 8, below=9)) == "1 (every pair)"
    lost = amount(finding_of([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, math.inf], below=0))
    assert lost.startswith("median 4 (")
    assert lost.endswith("to inf; in 1 of 8 pairs a run came to nothing)")
    assert amount(finding_of([2.0, 8.0], factor=True, below=9)).startswith("x 4")


def test_it_says_by_what_and_what_would_tell() -> None:
    clear = finding_of([1.0, 2.0, 3.0, 4.0], below=90)
    assert how(clear).startswith("n = 4, one-sample t, p < 0.001")
    assert outlook(clear) == "80 % power with 2 pairs"
    assert "more pairs" in outlook(finding_of([-1.0, 2.0, -3.0, -4.0], below=0))


def test_the_rule_names_the_level_of_each_way() -> None:
    assert "95 %" in next(rule(claim_of()))
    several = claim_of(expects=(Expect("1", of="a", below=0), Expect("2", of="b", below=0)))
    assert "97.5 %" in list(rule(several))[1]


def test_the_setting_has_seeds_cost_and_machine_and_says_what_is_old() -> None:
    kept = replace(kept_of("C13", CLAIMS["C13"]), seeds=(3, 4, 5))
    assert dict(setting(kept)) == {
        "seeds": "3 to 5",
        "cost": "1.5 s on a machine",
        "run": "2026-01-01 12:00",
    }
    old = dict(setting(replace(kept, definition="another", recipe="mine.yaml")))
    assert old["run"] == "2026-01-01 12:00, on mine.yaml; the claim has changed since: run it again"
