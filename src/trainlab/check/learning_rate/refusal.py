"""Why there is no rate to suggest, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Literal

__all__ = ["Refusal", "diverges", "flat", "noise", "rises", "rounded"]

LARGE = (
    "look for what is large: data.preprocess=[standardize], optimizer.clip_norm=1, trainlab signal"
)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why there is no rate to suggest."""

    why: Literal["diverges", "rises", "flat", "noise"]
    what: str
    next_step: str


def diverges(lowest: float, lost: int, seeds: int) -> Refusal:
    """Refuse where `lost` seeds diverged at the lowest rate."""
    who = "every seed" if lost == seeds else f"{lost} of {seeds} seeds"
    what = f"{who} diverged even at the lowest rate, {rounded(lowest)}"
    return Refusal(why="diverges", what=what, next_step=LARGE)


def rises(lowest: float) -> Refusal:
    """Refuse where the loss is higher than at the start at every rate."""
    return Refusal(
        why="rises",
        what=f"the loss rises even at the lowest rate, {rounded(lowest)}",
        next_step=f"try lower ones, say --from {rounded(lowest / 1e4)}; or {LARGE}",
    )


def flat(decrease: float, least: float, lost: float | None) -> Refusal:
    """Refuse where the share of the loss that goes is less than the least; from `lost` on NaN."""
    told = f"; from {rounded(lost)} on it diverges" if lost is not None else ""
    return Refusal(
        why="flat",
        what=f"nothing learns: at no rate does the loss fall by {100 * least:g} % of what it is "
        f"at the start ({100 * decrease:.1f} % at most){told}",
        next_step="give it more --steps; is the network trained already? is there a gradient: "
        "trainlab gradcheck, and does the signal live: trainlab signal",
    )


def noise(decrease: float) -> Refusal:
    """Refuse where a decrease is no clearer than its scatter."""
    return Refusal(
        why="noise",
        what=f"at most {100 * decrease:.1f} % of the loss at the start goes, and it scatters as "
        "much from one rate to the next",
        next_step="give it more --steps, or more --seeds",
    )


def rounded(rate: float) -> str:
    """Write a rate in two figures: 0.0035, 1.2e-5, 120."""
    return f"{float(f'{rate:.2g}'):g}".replace("e-0", "e-").replace("e+0", "e")
