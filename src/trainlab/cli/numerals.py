"""Numbers as people read them: as many digits as the uncertainty leaves, times, counts."""

from __future__ import annotations

import math

__all__ = ["brief", "count", "decimals", "duration", "number", "plain", "with_spread"]


def decimals(spread: float) -> int:
    """Give the decimals that show two figures of a spread: 0.0041 -> 4, 12.3 -> 0."""
    if not math.isfinite(spread) or spread <= 0:
        return 4
    return min(8, max(0, 1 - math.floor(math.log10(spread))))


def with_spread(mean: float, spread: float | None, sign: str = "+-") -> str:
    """Give `0.9722 +- 0.0041`: the mean to the two figures of its spread."""
    if spread is None or not math.isfinite(spread):
        return number(mean)
    if not 1e-3 <= max(abs(mean), spread) < 1e5 and (mean or spread):
        return f"{mean:.3g} {sign} {spread:.2g}"
    places = decimals(spread)
    return f"{mean:.{places}f} {sign} {spread:.{places}f}"


def number(value: float) -> str:
    """Give four figures: 0.1043, 12.31, 1234, 3.2e-05."""
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}"
    size = math.floor(math.log10(abs(value)))
    if -4 <= size < 6:
        return f"{value:.{max(0, 3 - size)}f}"
    return f"{value:.3g}"


def brief(value: float) -> str:
    """Give three figures in at most six or seven signs: 1.73, 0.084, 3e-05."""
    return f"{value:.3g}".replace("e+0", "e").replace("e-0", "e-")


def plain(value: float) -> str:
    """Give a number without trailing zeros: 30, 21.5, 0.001."""
    return f"{value:.6g}"


def duration(seconds: float) -> str:
    """Give a time in its two largest units: 0.4 s, 14.2 s, 3 min 05 s, 2 h 07 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"


def count(amount: float) -> str:
    """Give a whole number with its thousands apart."""
    return f"{amount:,.0f}"
