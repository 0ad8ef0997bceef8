from __future__ import annotations

import numpy as np
import pandas
import pytest
import scipy.stats

from trainlab.report.curves import POINTS, band, curves
from trainlab.store import Member, Outcome


def table(values: dict[int, list[float]], metric: str = "val/loss") -> pandas.DataFrame:
    rows = [
        {"step": at, "epoch": at / 2, "member": member, metric: value}
        for member, column in values.items()
        for at, value in enumerate(column)
    ]
    return pandas.DataFrame(rows)


def outcomes(count: int, diverged: tuple[int, ...] = ()) -> list[Outcome]:
    return [
        Outcome(
            member=Member(member=at, seed=at, place=at),
            why="diverged" if at in diverged else "complete",
            best_step=1,
        )
        for at in range(count)
    ]


def test_the_band_is_students_interval_at_each_point() -> None:
    values = {0: [3.0, 1.0], 1: [4.0, 2.0], 2: [8.0, 1.5]}
    found = band(table(values), "val/loss", outcomes(3))
    assert found is not None
    for at in (0, 1):
        own = [values[member][at] for member in values]
        low, _ = scipy.stats.t.interval(0.95, 2, np.mean(own), scipy.stats.sem(own))
        assert found.mean[at] - found.half[at] == pytest.approx(low)


def test_n_shrinks_where_members_have_stopped_and_one_has_no_interval() -> None:
    found = band(table({0: [3.0, 2.0, 1.0], 1: [4.0, 3.0], 2: [5.0]}), "val/loss", outcomes(3))
    assert found is not None
    assert found.n.tolist() == [3, 2, 1]
    assert np.isfinite(found.half).tolist() == [True, True, False]
    assert found.mean.tolist() == [4.0, 2.5, 1.0]


def test_diverged_members_are_drawn_and_in_no_mean() -> None:
    values = {0: [1.0, 1.0], 1: [1.0, 1e9]}
    found = band(table(values), "val/loss", outcomes(2, diverged=(1,)))
    assert found is not None
    assert found.mean.tolist() == [1.0, 1.0]
    figure = curves(table(values), ["val/loss"], {"": outcomes(2, diverged=(1,))})
    assert figure is not None
    (cross,) = [trace for trace in figure["data"] if trace.get("name") == "diverged"]
    assert (cross["x"], cross["y"]) == ([0.5], [1e9])


def test_a_long_curve_is_averaged_and_keeps_its_mean() -> None:
    column = np.random.default_rng(0).normal(size=4 * POINTS).tolist()
    found = band(table({0: column}), "val/loss", outcomes(1))
    assert found is not None
    assert len(found.epochs) == POINTS
    assert found.mean.mean() == pytest.approx(np.mean(column))


def test_a_metric_that_was_never_measured_is_not_drawn() -> None:
    assert curves(table({0: [1.0]}), ["train/loss"], {"": outcomes(1)}) is None


def test_the_legend_tells_n_and_the_chosen_weights_are_ringed() -> None:
    figure = curves(table({0: [3.0, 1.0], 1: [4.0, 2.0]}), ["val/loss"], {"": outcomes(2)})
    assert figure is not None
    shown = {trace["name"]: trace for trace in figure["data"] if trace["showlegend"]}
    assert set(shown) == {"validation (n = 2)", "chosen weights"}
    assert shown["chosen weights"]["y"] == [1.0, 2.0]


def test_an_interval_below_zero_stays_on_a_logarithmic_axis() -> None:
    values = {0: [10.0, 0.001], 1: [30.0, 0.9]}
    figure = curves(table(values), ["val/loss"], {"": outcomes(2)})
    assert figure is not None
    assert figure["layout"]["yaxis"]["type"] == "log"
    (shade,) = [trace for trace in figure["data"] if trace.get("fill") == "toself"]
    assert min(shade["y"]) > 0
