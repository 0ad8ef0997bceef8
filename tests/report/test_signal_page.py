from __future__ import annotations

from trainlab.lens.signal import LayerSignal, Moments, Signal
from trainlab.report.signal_page import page


def signal(*spreads: float) -> Signal:
    return Signal(
        layers=tuple(
            LayerSignal(
                name=f"layer{place}",
                kind="Linear",
                weighted=True,
                activation=Moments(mean=0.0, std=spread),
                gradient=Moments(mean=0.0, std=1.0),
            )
            for place, spread in enumerate(spreads)
        )
    )


def test_a_constant_factor_is_a_straight_line_on_the_log_scale() -> None:
    text = page("deep", {"small": signal(1.0, 0.1, 0.01)})
    path = text.split('<polyline points="')[1].split('"')[0]
    points = [tuple(map(float, pair.split(","))) for pair in path.split()]
    assert points[1][1] - points[0][1] == points[2][1] - points[1][1] > 0


def test_names_are_escaped_and_a_signal_of_zero_is_drawn() -> None:
    text = page("<b>", {"zeros & more": signal(1.0, 0.0)})
    assert "<b>:" not in text
    assert "zeros &amp; more" in text
