from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from trainlab.check.learning_rate.confirmation import Confirmation, confirm, judged
from trainlab.check.learning_rate.short_runs import ShortRuns
from trainlab.recipe import Recipe

SEEDS = range(5, 13)
START = (2.3,) * 8
OWN = tuple(0.3 + 0.1 * np.random.default_rng(0).normal(size=8))
INF = math.inf


def against(*gaps: float, own: tuple[float, ...] = OWN, noise: float = 0.005) -> Confirmation:
    """Judge a suggestion against rivals whose losses lie above its own by these gaps."""
    draws = np.random.default_rng(1)
    losses = {"suggested": own}
    rates = {"suggested": 0.01}
    for number, gap in enumerate(gaps):
        losses[f"rival {number}"] = tuple(np.add(OWN, gap) + noise * draws.normal(size=8))
        rates[f"rival {number}"] = 0.02 + number
    return judged(rates, losses, SEEDS, START)


def test_a_gap_is_that_of_the_pairs() -> None:
    found = against(0.2)
    (rival,) = found.rivals
    truth = stats.ttest_rel(rival.loss, found.loss).confidence_interval(0.95)
    assert (rival.gap - rival.half, rival.gap + rival.half) == pytest.approx(tuple(truth))
    assert rival.half < 0.02  # the seeds differ by 0.1, the pairs by 0.005
    assert found.margin == pytest.approx(0.02 * (2.3 - np.mean(OWN)))


@pytest.mark.parametrize(("seen", "fresh"), [(2, 8), (10, 10)])
def test_as_many_seeds_confirm_as_were_seen(seen: int, fresh: int) -> None:
    wine = {"source": "wine", "preprocess": ["standardize"]}
    runs = ShortRuns(Recipe(data=wine, network={"name": "mlp", "widths": [4]}))
    found = confirm(runs, 0.01, 2, range(seen))
    assert found.seeds == tuple(range(seen, seen + fresh))
    assert len(found.loss) == len(found.start) == fresh


def test_what_nobody_beats_is_confirmed() -> None:
    assert against(0.2, 0.05, 0.0).verdict == "confirmed"


def test_a_rival_that_is_better_by_less_than_matters_does_not_beat() -> None:
    found = against(-0.02, noise=0.001)
    assert found.verdict == "confirmed"
    assert found.better is not None  # and yet it is told
    assert found.choice == found.rate


def test_a_rival_that_is_better_beats() -> None:
    found = against(0.2, -0.1, -0.2)
    assert found.verdict == "beaten"
    assert found.better is not None and found.better.role == "rival 2"
    assert found.choice == found.better.rate


def test_wide_intervals_decide_nothing() -> None:
    assert against(0.0, noise=0.5).verdict == "undecided"


def test_a_suggestion_that_diverges_is_beaten() -> None:
    found = against(0.2, own=(*OWN[:-1], INF))
    assert (found.verdict, found.diverged) == ("beaten", 1)
    assert found.choice == found.rivals[0].rate  # its loss is higher, but it is there
    assert against(0.2, own=(INF,) * 8).verdict == "beaten"


def test_where_all_diverge_there_is_no_choice() -> None:
    lost = (INF, *OWN[1:])
    found = judged(
        {"suggested": 0.1, "higher": 0.3}, {"suggested": lost, "higher": lost}, SEEDS, START
    )
    assert (found.verdict, found.choice) == ("beaten", None)


def test_a_rival_that_diverges_does_not_beat() -> None:
    losses = {"suggested": OWN, "higher": (INF, *np.subtract(OWN[1:], 0.2))}
    found = judged({"suggested": 0.1, "higher": 0.3}, losses, SEEDS, START)
    assert found.rivals[0].diverged == 1
    assert found.rivals[0].gap == pytest.approx(-0.2)
    assert (found.verdict, found.better) == ("confirmed", None)
