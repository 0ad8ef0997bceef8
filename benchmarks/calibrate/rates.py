"""A share that was counted, with the 95 % interval of its binomial law."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Rate"]


@dataclass(frozen=True)
class Rate:
    """So many of so many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Give the share."""
        return self.hits / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Give the exact interval (Clopper and Pearson 1934)."""
        from scipy.special import betaincinv

        k, n = self.hits, self.of
        low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, 0.025))
        high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 0.975))
        return low, high

    def above(self, nominal: float) -> bool:
        """Tell whether the whole interval lies above a nominal value."""
        return self.interval[0] > nominal

    def below(self, nominal: float) -> bool:
        """Tell whether the whole interval lies below a nominal value."""
        return self.interval[1] < nominal

    def __str__(self) -> str:
        """Write 4.9 (3.6 to 6.4), in percent."""
        low, high = (100 * end for end in self.interval)
        return f"{100 * self.value:.1f} ({low:.1f} to {high:.1f})"
