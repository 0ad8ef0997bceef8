"""One self-contained page: what the run came to, drawn from its folder and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainlab.engine.record import Started
from trainlab.errors import RunError
from trainlab.report import classification, regression, wording
from trainlab.report.curves import curves
from trainlab.report.figures import Figure, embed
from trainlab.report.mistakes import worst
from trainlab.report.strip import strip
from trainlab.store import atomic
from trainlab.store.predictions import Predictions
from trainlab.store.read import Run
from trainlab.store.summary import Interval, Outcome, interval, outcomes

if TYPE_CHECKING:
    import jinja2

__all__ = ["render", "write"]

HEADLINES = ("accuracy", "r2", "rmse", "mae", "mse", "loss")
"""Metrics by which a run is announced, the first that it has."""
CURVES = {
    "loss": ("train/loss", "val/loss"),
    "lr": ("lr",),
    "gradient norm": ("gradient/norm",),
}


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
        plotly=_plotly(),
        embed=embed,
        wording=wording,
    )


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the template shows, computed."""

    headline: str
    """The metric by which the run is announced, or nothing where none was measured yet."""
    result: Interval
    strip: str
    tiles: list[tuple[str, str, str]]
    """Name, value, note."""
    warnings: list[str]
    learning: list[tuple[str, Figure]]
    testing: list[tuple[str, str, Figure]]
    """Title, caption, figure."""
    predictions: Predictions | None
    mistakes: list[Any]
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
        said = run.predictions()
        if said is not None and not bool(said.trusted.any()):
            said = None
        headline = _headline(found)
        values = [o.scores[headline] for o in found if o.counts and headline in o.scores]
        return cls(
            headline=headline,
            result=interval(values),
            strip=strip(found, headline),
            tiles=_tiles(run, found, headline, said),
            warnings=_warnings(run, found),
            learning=_learning(run, found, headline),
            testing=_testing(said),
            predictions=said,
            mistakes=worst(said) if said else [],
            outcomes=found,
            columns=_columns(found),
            means=_means(found),
            environment=_environment(run),
        )


def _headline(found: Sequence[Outcome]) -> str:
    known = {name for outcome in found for name in outcome.scores}
    wanted = [f"{split}/{name}" for split in ("test", "val", "train") for name in HEADLINES]
    return next((name for name in wanted if name in known), "")


def _tiles(
    run: Run, found: Sequence[Outcome], headline: str, said: Predictions | None
) -> list[tuple[str, str, str]]:
    counted = [outcome for outcome in found if outcome.counts]
    tiles = []
    for metric in _columns(found):
        values = [o.scores[metric] for o in counted if metric in o.scores]
        if metric != headline and values and metric.startswith(headline.partition("/")[0]):
            tiles.append((wording.title(metric), _written(interval(values), metric), _n(values)))
    if said is not None and said.kind != "values":
        error = classification.calibration_error(said)
        tiles.append(("calibration error", _written(error, "ece"), "ECE, ten bins"))
    return [*tiles[:3], *_cost(run, found)]


def _cost(run: Run, found: Sequence[Outcome]) -> list[tuple[str, str, str]]:
    summary = run.summary
    rate = summary["member_steps_per_second"]
    steps = f"{summary['member_steps']:,} member-steps"
    tiles = [("training time", wording.duration(summary["seconds"]), steps)]
    if rate:
        note = f"{len(found)} {'member' if len(found) == 1 else 'members at once'}"
        tiles.append(("member-steps per second", f"{rate:,.0f}", note))
    if summary["parameters"]:
        tiles.append(("parameters", f"{summary['parameters']:,}", "in each member"))
    return tiles


def _warnings(run: Run, found: Sequence[Outcome]) -> list[str]:
    said = []
    diverged = [outcome for outcome in found if not outcome.counts]
    if diverged:
        of = f"{len(diverged)} of {len(found)} members diverged and "
        are = "is" if len(diverged) == 1 else "are"
        said.append(f"{of}{are} in no mean: {'; '.join(map(_cause, diverged))}.")
    if run.status != "finished":
        said.append(f"This run is {run.status}: what follows is what it came to so far.")
    if sum(outcome.counts for outcome in found) == 1:
        said.append("n = 1: one seed gives no interval. Train several: seeds=8.")
    return said


def _cause(outcome: Outcome) -> str:
    detail = f" ({outcome.detail})" if outcome.detail else ""
    return f"seed {outcome.member.seed} at step {outcome.steps:,}{detail}"


def _learning(run: Run, found: Sequence[Outcome], headline: str) -> list[tuple[str, Figure]]:
    name = headline.partition("/")[2]
    wanted: dict[str, Sequence[str]] = dict(CURVES)
    if name and name != "loss":
        wanted = {
            "loss": CURVES["loss"],
            name: (f"train/{name}", f"val/{name}"),
            **CURVES,
        }
    table = run.metrics()
    drawn = {title: curves(table, metrics, found) for title, metrics in wanted.items()}
    return [(title, figure) for title, figure in drawn.items() if figure is not None]


def _testing(said: Predictions | None) -> list[tuple[str, str, Figure]]:
    if said is None:
        return []
    if said.kind == "values":
        return [
            ("Prediction and truth", "", regression.against_truth(said)),
            ("Residuals", "", regression.residuals(said)),
        ]
    pooled = int(said.trusted.sum())
    return [
        (
            "Confusion",
            f"percent of the true class, pooled over {_members(pooled)}; mistakes have a scale "
            "of their own",
            classification.confusion(said),
        ),
        (
            "Calibration",
            "how often it is right when it says how sure it is; bars: 95 % interval over seeds",
            classification.reliability(said),
        ),
    ]


def _columns(found: Sequence[Outcome]) -> list[str]:
    """Order the scores: test before validation, the headline's metric first."""
    known = {name for outcome in found for name in outcome.scores}
    rank = {name: place for place, name in enumerate(HEADLINES)}
    splits = ("test", "val")

    def key(metric: str) -> tuple[int, int, str]:
        split, _, name = metric.partition("/")
        return splits.index(split), rank.get(name, len(rank)), name

    return sorted((name for name in known if name.partition("/")[0] in splits), key=key)


def _means(found: Sequence[Outcome]) -> list[tuple[str, list[str]]]:
    arms: dict[str, list[Outcome]] = {}
    for outcome in found:
        if outcome.counts:
            arms.setdefault(outcome.member.arm, []).append(outcome)
    return [(arm, _mean_line(group, found)) for arm, group in arms.items() if len(group) > 1]


def _mean_line(group: Sequence[Outcome], found: Sequence[Outcome]) -> list[str]:
    scores = {
        metric: [o.scores[metric] for o in group if metric in o.scores]
        for metric in _columns(found)
    }
    return [_written(interval(values), metric) for metric, values in scores.items()]


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


def _written(found: Interval, metric: str) -> str:
    return wording.mean_and_half(found, metric)


def _n(values: Sequence[float]) -> str:
    return f"n = {len(values)}"


def _members(count: int) -> str:
    return "one seed" if count == 1 else f"{count} seeds"


def _file(name: str) -> str:
    return files("trainlab.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    import jinja2

    world = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return world.from_string(_file("page.html"))


def _plotly() -> str:
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise RunError(
            "the report needs plotly, which is not installed", next_step="pip install plotly"
        ) from error
    return str(get_plotlyjs())
