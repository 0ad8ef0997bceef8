from __future__ import annotations

from trainlab.check.learning_rate.refusal import diverges, flat, noise, rises, rounded


def test_rates_are_written_in_two_figures() -> None:
    rates = (0.00349, 1.23e-6, 123.0, 1e3, 1e6)
    assert [rounded(rate) for rate in rates] == ["0.0035", "1.2e-6", "120", "1000", "1e6"]


def test_a_refusal_says_how_many_and_from_where() -> None:
    assert diverges(1e-6, 5, 5).what.startswith("every seed diverged even at the lowest rate, 1e-6")
    assert diverges(1e-6, 2, 5).what.startswith("2 of 5 seeds diverged")
    assert "from 0.12 on it diverges" in flat(0.001, 0.02, 0.123).what
    assert "fall by 2 % of what it is at the start (0.1 % at most)" in flat(0.001, 0.02, None).what


def test_a_refusal_says_what_to_do() -> None:
    assert rises(100.0).next_step.startswith("try lower ones, say --from 0.01; or look")
    assert "--seeds" in noise(0.1).next_step
    assert "trainlab signal" in diverges(1.0, 1, 1).next_step
