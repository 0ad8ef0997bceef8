from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_rel

from trainlab.comparison.statistics.court import Court, gains, goods
from trainlab.comparison.statistics.families import FAMILIES
from trainlab.comparison.statistics.looks import Looks
from trainlab.comparison.statistics.terms import Terms
from trainlab.comparison.statistics.verdict import POINTS, RAW, Scale

ARMS = np.random.default_rng(0).normal([[0.0], [0.9], [1.0]], 1, (3, 8))
NAMES = ("a", "b", "c")


def test_goods_are_larger_where_better_and_lost_runs_the_worst() -> None:
    assert goods([0.5, np.nan], POINTS).tolist() == [50.0, -np.inf]
    assert goods([0.5, np.nan, np.inf], RAW).tolist() == [-0.5, -np.inf, -np.inf]


def test_two_runs_that_both_diverged_are_even() -> None:
    lost = np.array([-np.inf, -np.inf, 1.0])
    assert gains(lost, np.array([-np.inf, 2.0, 3.0])).tolist() == [0.0, -np.inf, -2.0]


def test_a_family_is_corrected_as_one() -> None:
    found = Court(ARMS, NAMES, Scale(), Terms(test="t")).verdicts([(1, 0), (2, 0), (1, 2)])
    p = np.array([ttest_rel(ARMS[i], ARMS[j]).pvalue for i, j in found])
    np.testing.assert_allclose([v.evidence.p for v in found.values()], p)
    corrected = [v.evidence.corrected for v in found.values()]
    np.testing.assert_allclose(corrected, FAMILIES["holm"].adjust(p))
    one = found[1, 0]
    assert (one.arm, one.other, one.family) == ("b", "a", 3)
    assert one.evidence.joint_low < one.evidence.low < one.evidence.gain < one.evidence.high


def test_a_pair_is_compared_on_what_it_has_in_common() -> None:
    looks = Looks((4, 8))
    arms = [ARMS[0][:4], ARMS[1], ARMS[2]]
    family = [(1, 0), (1, 2), (0, 2)]
    ragged = Court(arms, NAMES, Scale(), Terms(looks=looks)).verdicts(family)
    short = Court(ARMS[:, :4], NAMES, Scale(), Terms(looks=looks)).verdicts(family)
    whole = Court(ARMS, NAMES, Scale(), Terms(looks=looks)).verdicts(family)
    assert [v.evidence.pairs for v in ragged.values()] == [4, 8, 4]
    assert ragged[1, 0].evidence.p == short[1, 0].evidence.p
    assert ragged[1, 2].evidence.p == whole[1, 2].evidence.p
    assert ragged[0, 2].evidence.low == pytest.approx(short[0, 2].evidence.low)


def test_equivalence_is_both_one_sided_tests() -> None:
    row = ARMS[0] - ARMS[2]
    found = Court(ARMS, NAMES, Scale(), Terms(test="t", margin=3.0)).verdicts([(0, 2)])[0, 2]
    sides = [
        ttest_rel(row, np.full(8, -3.0), alternative="greater").pvalue,
        ttest_rel(row, np.full(8, 3.0), alternative="less").pvalue,
    ]
    assert found.evidence.p_equivalent == pytest.approx(max(sides))
    assert found.answer == "equivalent"


def test_no_family_no_verdicts() -> None:
    assert Court(ARMS, NAMES, Scale(), Terms()).verdicts([]) == {}
