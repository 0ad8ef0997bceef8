"""One self-contained page: what the run came to, drawn from its folder and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from trainlab.engine.record import Started
from trainlab.report import classification, findings, regression, wording
from trainlab.report.classification import calibration_error, reliability
from trainlab.report.curves import curves
from trainlab.report.figures import Figure, embed, plotly_script
from trainlab.report.mistakes import Mistake, worst
from trainlab.report.pictures import picture, stretched
from trainlab.report.strip import strip
from trainlab.store import atomic
from trainlab.store.predictions import Predictions
from trainlab.store.read import Run
from trainlab.store.seen import Seen
from trainlab.store.summary import Interval, Outcome, interval, outcomes

if TYPE_CHECKING:
    import jinja2

__all__ = ["render", "write"]

HEADLINES = ("accuracy", "r2", "rmse", "mae", "mse", "loss")
"""Metrics by which a run is announced, the first that it has."""
Arms = Mapping[str, Sequence[Outcome]]


def write(run: Run, path: Path | None = None) -> Path:
    """Write report.html into the run's folder, or to `path`, and give its place."""
    path = path or run.path / "report.html"
    atomic.write_text(path, render(run))
    return path


def render(run: Run) -> str:
    """Give the page as one string of HTML that asks no other host for anything."""
    page = Page.of(run)
    return _template().render(
        run=run,
        page=page,
        summary=run.summary,
        style=_file("style.css"),
        script=_file("draw.js"),
        plotly=plotly_script(),
        embed=embed,
        wording=wording,
    )


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the template shows, computed."""

    headline: str
    """The metric by which the run is announced, or nothing where none was measured yet."""
    results: dict[str, Interval]
    """Its mean and interval for each arm."""
    strip: str
    tiles: list[tuple[str, str, str]]
    """Name, value, note."""
    warnings: list[str]
    notes: list[str]
    seen: list[tuple[str, str]]
    """Pictures before and after augmentation."""
    learning: list[tuple[str, Figure]]
    testing: list[tuple[str, str, Figure]]
    """Title, caption, figure."""
    predictions: Predictions | None
    mistakes: list[Mistake]
    outcomes: list[Outcome]
    columns: list[str]
    """Scores shown for each member."""
    means: list[tuple[str, list[str]]]
    """For each arm of at least two seeds, its mean and interval in every column."""
    environment: list[tuple[str, str]]

    @classmethod
    def of(cls, run: Run) -> Page:
        """Compute the page of a run."""
        found = outcomes(run.events(), run.members)
        arms = _arms(found)
        said = _said(run, found)
        headline = _headline(found)
        return cls(
            headline=headline,
            results={arm: _over(group, headline) for arm, group in arms.items()},
            strip=strip(arms, headline),
            tiles=[*(_scores(arms, headline, said) if len(arms) == 1 else ()), *_cost(run)],
            warnings=[*findings.warnings(run, found, said)],
            notes=[*findings.notes(run, found)],
            seen=_seen(run.seen()),
            learning=_learning(run, arms, headline),
            testing=_testing(said),
            predictions=said,
            mistakes=worst(said) if said else [],
            outcomes=found,
            columns=_columns(found),
            means=_means(arms, _columns(found)),
            environment=_environment(run),
        )


def _arms(found: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Group the members that differ only by their seeds."""
    arms: dict[str, list[Outcome]] = {}
    for outcome in found:
        arms.setdefault(outcome.member.arm, []).append(outcome)
    return arms


def _said(run: Run, found: Sequence[Outcome]) -> Predictions | None:
    """Give the predictions of the members that count, if there are any."""
    said = run.predictions()
    if said is None:
        return None
    counted = said.trusted & torch.tensor([outcome.counts for outcome in found])
    return said.of(counted) if bool(counted.any()) else None


def _over(group: Sequence[Outcome], metric: str) -> Interval:
    return interval([o.scores[metric] for o in group if o.counts and metric in o.scores])


def _headline(found: Sequence[Outcome]) -> str:
    known = {name for outcome in found for name in outcome.scores}
    wanted = [f"{split}/{name}" for split in ("test", "val", "train") for name in HEADLINES]
    return next((name for name in wanted if name in known), "")


def _scores(arms: Arms, headline: str, said: Predictions | None) -> list[tuple[str, str, str]]:
    """Give the scores beside the headline, two at most."""
    (group,) = arms.values()
    split = headline.partition("/")[0]
    known = {name for outcome in group for name in outcome.scores}
    others = [f"{split}/{name}" for name in HEADLINES if f"{split}/{name}" in known - {headline}]
    found = {metric: _over(group, metric) for metric in others}
    tiles = [
        (wording.title(metric), wording.mean_and_half(over, metric), f"n = {over.n}")
        for metric, over in found.items()
        if over.n
    ]
    if said is not None and said.kind != "values":
        error = wording.mean_and_half(calibration_error(said), "ece")
        tiles.insert(1, ("calibration error", error, "ECE, ten bins"))
    return tiles[:2]


def _cost(run: Run) -> list[tuple[str, str, str]]:
    summary, members = run.summary, len(run.members)
    rate = summary["member_steps_per_second"]
    steps = f"{summary['member_steps']:,} member-steps"
    tiles = [("training time", wording.duration(summary["seconds"]), steps)]
    if rate:
        note = "1 member" if members == 1 else f"{members} members at once"
        tiles.append(("member-steps / s", f"{rate:,.0f}", note))
    if summary["parameters"]:
        tiles.append(("parameters", f"{summary['parameters']:,}", "in each member"))
    return tiles


def _learning(run: Run, arms: Arms, headline: str) -> list[tuple[str, Figure]]:
    """Draw the loss, the headline's metric, the rate and the gradient, as far as they were kept."""
    name = headline.partition("/")[2]
    wanted = {
        "Loss": ("train/loss", "val/loss"),
        wording.capital(name): (f"train/{name}", f"val/{name}"),
        "Learning rate": ("lr",),
        "Gradient norm": ("gradient/norm",),
    }
    table = run.metrics()
    drawn = {title: curves(table, metrics, arms) for title, metrics in wanted.items()}
    return [(title, figure) for title, figure in drawn.items() if figure is not None]


def _testing(said: Predictions | None) -> list[tuple[str, str, Figure]]:
    if said is None:
        return []
    if said.kind == "values":
        return [
            ("Prediction and truth", "", regression.against_truth(said)),
            ("Residuals", "", regression.residuals(said)),
        ]
    several = len(said.outputs) > 1
    pooled = f", pooled over {len(said.outputs)} members" if several else ""
    bars = "; bars: 95 % interval" if several else ""
    return [
        ("Confusion", f"percent of each true class{pooled}", classification.confusion(said)),
        ("Calibration", f"how often a stated confidence is right{bars}", reliability(said)),
    ]


def _seen(seen: Seen | None) -> list[tuple[str, str]]:
    """Draw the pairs in one range, that of the unchanged pictures; of one channel or of three."""
    if seen is None or seen.plain.shape[1] not in (1, 3):
        return []
    sides = [stretched(side, seen.plain) for side in (seen.plain, seen.augmented)]
    return [(picture(plain), picture(augmented)) for plain, augmented in zip(*sides, strict=True)]


def _columns(found: Sequence[Outcome]) -> list[str]:
    """Choose the scores that are shown for each member: of test and validation two each."""
    known = {name for outcome in found for name in outcome.scores}
    ranked = {
        split: [f"{split}/{name}" for name in HEADLINES if f"{split}/{name}" in known]
        for split in ("test", "val")
    }
    return [metric for metrics in ranked.values() for metric in metrics[:2]]


def _means(arms: Arms, columns: Sequence[str]) -> list[tuple[str, list[str]]]:
    return [
        (arm, [wording.mean_and_half(_over(group, metric), metric) for metric in columns])
        for arm, group in arms.items()
        if sum(outcome.counts for outcome in group) > 1
    ]


def _environment(run: Run) -> list[tuple[str, str]]:
    started = [logged.event for logged in run.events() if isinstance(logged.event, Started)]
    placement = dict(started[-1].placement) if started else {}
    packages = run.environment.get("packages") or {}
    plain = {key: value for key, value in run.environment.items() if key != "packages"}
    return [*_flat({**plain, **placement}), *_flat(packages)]


def _flat(facts: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in facts.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{before}{key} ")
        elif value not in (None, "", [], ()):
            found.append((f"{before}{key}", _plain(value)))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _file(name: str) -> str:
    return files("trainlab.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    import jinja2

    world = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return world.from_string(_file("page.html"))
