"""What the arms of a comparison share, seed for seed.

Every draw is a function of (seed, stream, step, place), so two trainings of one seed see the same
examples in the same order with the same noise wherever their recipes say the same of them. What
is shared cancels in the paired difference; the rest is said, not assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainlab.comparison.arms import Arm
from trainlab.recipe import leaves

__all__ = ["STREAMS", "Pairing", "pairing"]

STREAMS: Mapping[str, tuple[str, ...]] = {
    "the split": ("data.source.", "data.split.", "data.on_bad"),
    "the initial weights": ("network.", "data.source."),
    "the order of examples": ("data.source.", "data.split.", "train.batch_size"),
    "augmentation": ("data.augment.", "regularize.mix", "train.batch_size"),
    "the noise of random layers": ("network.", "train.batch_size"),
}
"""What is drawn, and the fields that it follows: arms that agree in these draw the same."""


@dataclass(frozen=True)
class Pairing:
    """What the arms share, and what sets them apart."""

    shared: tuple[str, ...]
    apart: Mapping[str, str]
    """What is not shared, and the field that keeps it from being so."""

    def __str__(self) -> str:
        """Say it in a sentence."""
        told = f"paired by seed: the arms share {_listed(self.shared)}" if self.shared else ""
        rest = [f"not {what}, since {field} differs" for what, field in self.apart.items()]
        return "; ".join(filter(None, [told or "paired by seed alone", *rest]))


def pairing(arms: Sequence[Arm]) -> Pairing:
    """Find what arms share where their seeds are equal."""
    said = [{leaf.key: repr(leaf.value) for leaf in leaves(arm.recipe)} for arm in arms]
    differing = sorted(
        {key for one in said for key in one if any(one[key] != each.get(key) for each in said)}
    )
    shared, apart = [], {}
    for what, prefixes in STREAMS.items():
        found = [key for key in differing if key.startswith(prefixes)]
        if found:
            apart[what] = min(found, key=len).removesuffix(".name")
        else:
            shared.append(what)
    return Pairing(tuple(shared), apart)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
