"""The worst mistakes on the test split: as pictures where the data are pictures."""

from __future__ import annotations

from dataclasses import dataclass, field

from trainlab.report.pictures import NARROW, picture, stretched
from trainlab.store.predictions import Predictions

__all__ = ["Mistake", "worst"]

SHOWN = 16
COLUMNS = 6
"""Columns of a table that are shown beside a mistake."""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One example and what was said of it."""

    index: int
    """Its place in the data."""
    true: str
    said: str
    sureness: float
    """Mean probability of `said` over the seeds; for values, the error."""
    wrong: int
    """How many members were wrong."""
    of: int
    image: str = ""
    """A PNG as a data URI."""
    pixelated: bool = False
    columns: dict[str, str] = field(default_factory=dict)


def worst(found: Predictions, shown: int = SHOWN) -> list[Mistake]:
    """Give the examples on which the members do worst, worst first.

    Of classes: wrong for some member, by the mean probability of the true class, smallest first.
    Of values: by the mean absolute error, in standard deviations of the target. Where folds have
    test splits of their own there is no common example, and so no list.
    """
    if found.indices.dim() > 1 or not bool(found.trusted.any()):
        return []
    return _values(found, shown) if found.kind == "values" else _classes(found, shown)


def _classes(found: Predictions, shown: int) -> list[Mistake]:
    chance = found.probabilities[found.trusted]
    truth = found.truth[found.trusted]
    wrong = (chance.argmax(-1) != truth).sum(0)
    mean = chance.mean(0)
    of_truth = mean.gather(1, truth[:1].T).squeeze(1)
    order = of_truth.argsort()
    picked = order[wrong[order] > 0][:shown].tolist()
    # what is said instead: the likeliest of the other classes, even where the mean is right
    others = mean.scatter(1, truth[:1].T, -1.0).argmax(1)
    names = found.classes or tuple(str(each) for each in range(mean.shape[1]))
    return [
        Mistake(
            index=int(found.indices[at]),
            true=names[int(truth[0, at])],
            said=names[int(others[at])],
            sureness=float(mean[at, others[at]]),
            wrong=int(wrong[at]),
            of=len(chance),
            image=_image(found, at),
            pixelated=_pixelated(found),
            columns=_columns(found, at),
        )
        for at in picked
    ]


def _values(found: Predictions, shown: int) -> list[Mistake]:
    said = found.outputs[found.trusted].double()
    true = found.truth[found.trusted].double()
    spread = true[0].std(0, correction=0).clamp(min=1e-12)
    error = ((said - true).abs() / spread).mean((0, 2))
    return [
        Mistake(
            index=int(found.indices[at]),
            true=", ".join(f"{v:.4g}" for v in true[0, at].tolist()),
            said=", ".join(f"{v:.4g}" for v in said[:, at].mean(0).tolist()),
            sureness=float(error[at]),
            wrong=len(said),
            of=len(said),
            image=_image(found, at),
            pixelated=_pixelated(found),
            columns=_columns(found, at),
        )
        for at in error.argsort(descending=True)[:shown].tolist()
    ]


def _is_picture(found: Predictions) -> bool:
    return found.layout == "image" and found.inputs is not None


def _image(found: Predictions, at: int) -> str:
    if found.inputs is None or not _is_picture(found):
        return ""
    return picture(stretched(found.inputs[at], found.inputs))


def _pixelated(found: Predictions) -> bool:
    return found.inputs is not None and found.inputs.shape[-1] < NARROW


def _columns(found: Predictions, at: int) -> dict[str, str]:
    if found.inputs is None or found.inputs.dim() != 2:
        return {}
    values = found.inputs[at].tolist()
    names = found.features or tuple(f"x{each}" for each in range(len(values)))
    return {name: f"{value:.4g}" for name, value in list(zip(names, values, strict=True))[:COLUMNS]}
