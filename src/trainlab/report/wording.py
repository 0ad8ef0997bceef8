"""Numbers and words as the report writes them."""

from __future__ import annotations

import math
import re
from typing import Any

from markupsafe import Markup, escape

from trainlab.store.summary import Interval

__all__ = [
    "arm_name",
    "capital",
    "coloured",
    "duration",
    "half_smaller",
    "is_share",
    "mean_and_half",
    "score",
    "title",
]

SHARES = ("accuracy", "ece", "error")
KEY = re.compile(r"^(\s*(?:- )?)([\w./-]+)(:)(.*)$")
NAMES = {"r2": "R\u00b2", "rmse": "RMSE", "mae": "MAE", "mse": "MSE", "ece": "calibration error"}


def arm_name(arm: str) -> str:
    """Shorten what sets an arm apart: optimizer.lr = 0.1 becomes lr = 0.1."""
    parts = [part.partition(" = ") for part in arm.split(", ")]
    return ", ".join(f"{key.rpartition('.')[2]}{mark}{value}" for key, mark, value in parts) or (
        "as in the recipe"
    )


def capital(metric: str) -> str:
    """Write the name of a metric as a title."""
    named = NAMES.get(metric, metric.replace("_", " "))
    return named[:1].upper() + named[1:]


def is_share(metric: str) -> bool:
    """Tell whether a metric is a share of one, to be written in percent."""
    return metric.rpartition("/")[2] in SHARES


def title(metric: str) -> str:
    """Write test/accuracy as test accuracy."""
    split, _, name = metric.rpartition("/")
    named = NAMES.get(name, name.replace("_", " "))
    return f"{'validation' if split == 'val' else split} {named}".strip()


def score(value: float | None, metric: str) -> str:
    """Write one score: four digits, a share in percent."""
    if value is None or not math.isfinite(value):
        return "\u2013"
    return f"{100 * value:.2f} %" if is_share(metric) else f"{value:#.4g}".removesuffix(".")


def mean_and_half(found: Interval, metric: str) -> str:
    """Write a mean and its half-width: two digits of the half-width, the mean as far."""
    if not math.isfinite(found.half):
        return score(found.mean, metric)
    scale = 100 if is_share(metric) else 1
    mean, half = scale * found.mean, scale * found.half
    places = max(0, 1 - math.floor(math.log10(half))) if half > 0 else 2
    places = min(places, 6)
    unit = " %" if is_share(metric) else ""
    return f"{mean:.{places}f} \u00b1 {half:.{places}f}{unit}"


def half_smaller(text: str) -> Markup:
    """Set what follows the mean in small type."""
    mean, mark, half = text.partition(" \u00b1 ")
    return escape(mean) + (Markup("<small>{}{}</small>").format(mark, half) if mark else "")


def duration(seconds: float) -> str:
    """Write seconds as people say them."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def coloured(text: str) -> Markup:
    """Colour YAML: keys, comments and values; everything is escaped."""
    return Markup("\n").join(_line(line) for line in text.rstrip().splitlines())


def _line(line: str) -> Markup:
    code, mark, comment = line.partition(" #") if not line.startswith("#") else ("", "", line)
    found = KEY.match(code)
    said = Markup('<span class="note">{}</span>').format(mark + comment) if comment else Markup("")
    if not found:
        return escape(code) + said
    before, key, colon, value = found.groups()
    return (
        Markup('{}<span class="key">{}</span>{}{}').format(before, key, colon, _value(value)) + said
    )


def _value(text: str) -> Any:
    return Markup('<span class="value">{}</span>').format(text) if text.strip() else text
