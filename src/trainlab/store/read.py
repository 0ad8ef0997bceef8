"""Reading a run: everything that is shown, resumed or reported comes from here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Literal

from trainlab.engine.record import Finished
from trainlab.errors import RunError, nearest
from trainlab.store import (
    atomic,
    checkpoints,
    jsontext,
    log,
    manifest,
    metrics,
    predictions,
    seen,
    summary,
)
from trainlab.store.checkpoints import Checkpoint
from trainlab.store.log import Logged
from trainlab.store.members import Member
from trainlab.store.predictions import Predictions
from trainlab.store.seen import Seen
from trainlab.store.summary import Interval

if TYPE_CHECKING:
    import pandas
    from torch import Tensor

__all__ = ["Run", "find", "open_run"]


class Run:
    """A run folder, read when asked. It never writes."""

    def __init__(self, path: Path) -> None:
        """Open a folder; raises RunError where it is not a run, or one of a newer format."""
        self.path = Path(path)
        if not manifest.is_run(self.path):
            raise RunError(
                "this folder is not a run: it has no run.json",
                where=str(self.path),
                next_step="see the runs there are: trainlab runs",
            )
        self._facts = manifest.read(self.path)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r}, {self.status})"

    @property
    def id(self) -> str:
        """The folder's name, which `open_run` finds."""
        return self.path.name

    @property
    def name(self) -> str:
        """The name of its recipe."""
        return str(self._facts["name"])

    @property
    def created(self) -> str:
        """When it began, ISO 8601 with the zone."""
        return str(self._facts["created"])

    @property
    def command(self) -> str:
        """The command that began it, where it was one."""
        return str(self._facts["command"])

    @property
    def version(self) -> str:
        """The version of trainlab that wrote it."""
        return str(self._facts["trainlab"])

    @property
    def status(self) -> manifest.Status:
        """How it stands; one that says running, but that nobody writes, was killed: interrupted."""
        written: manifest.Status = self._facts["status"]
        killed = written == "running" and not manifest.Lock.held(self.path)
        return "interrupted" if killed else written

    @cached_property
    def recipe_text(self) -> str:
        """The fully resolved recipe, YAML."""
        return self._text("recipe.yaml")

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Its members, in their order."""
        try:
            found = tuple(Member(**each) for each in self._json("members.json"))
            known = found and all(isinstance(each.seed + each.place, int) for each in found)
        except (TypeError, AttributeError):
            known = False
        if not known:
            raise RunError(
                "members.json does not name the run's members",
                where=str(self.path / "members.json"),
                next_step="bring it back from a copy, or train again",
            )
        return found

    @cached_property
    def environment(self) -> dict[str, Any]:
        """Where it ran."""
        found: dict[str, Any] = self._json("environment.json")
        return found

    def events(self) -> Iterator[Logged]:
        """Give its events in order, as if it had never been interrupted."""
        return log.read(self.path / "events.jsonl")

    def metrics(self) -> pandas.DataFrame:
        """Give a row for each step and member: step, epoch, program, member, seed, metrics."""
        return metrics.frame(self.events(), self.members)

    @property
    def summary(self) -> dict[str, Any]:
        """Scores of each member, their means and intervals, cost; of a running one, so far."""
        return self._so_far() if self.status == "running" else self._at_the_end

    @cached_property
    def _at_the_end(self) -> dict[str, Any]:
        written: dict[str, Any] | None = self._json("summary.json", None)
        return self._so_far() if written is None or "scores" not in written else written

    def _so_far(self) -> dict[str, Any]:
        return summary.summarise(self.events(), self.members)

    def score(self, metric: str, arm: str = "") -> Interval:
        """Give one score, say test/accuracy: its mean over the seeds, and the interval."""
        lines = [line for line in self.summary["scores"] if line["arm"] == arm]
        for line in lines:
            if line["metric"] == metric:
                return Interval(mean=line["mean"], half=line["half"], sd=line["sd"], n=line["n"])
        raise RunError(
            f"the run has no score {metric!r}",
            where=str(self.path),
            allowed=sorted(line["metric"] for line in lines),
            given=metric,
        )

    def state_dict(
        self, member: int = 0, which: Literal["chosen", "last"] = "chosen"
    ) -> dict[str, Tensor]:
        """Give a member's weights and buffers by the bare module's names."""
        folder = self.path / "weights" / ("last" if which == "last" else "")
        file = folder / f"member-{member:03d}.safetensors"
        if not file.exists():
            raise self._missing(file, f"member {member} has no weights")
        return atomic.read_tensors(file)

    def newest_checkpoint(self, program: int = 0) -> Checkpoint | None:
        """Give the newest whole checkpoint; its `passed_over` says which were damaged."""
        return checkpoints.newest(self.path / "checkpoints" / f"program-{program}")

    def is_finished(self, program: int = 0) -> bool:
        """Tell whether a program came to its end: there is nothing to resume."""
        return any(
            isinstance(logged.event, Finished) and logged.program == program
            for logged in self.events()
        )

    def fitted(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Give what was fitted to the data: tensors, and JSON-able facts."""
        file = self.path / "data.safetensors"
        if not file.exists():
            raise self._missing(file, "the run has not kept its preprocessing")
        return atomic.read_tensors(file), self._json("data.json")

    def predictions(self) -> Predictions | None:
        """Give what the members said of the test split, if that was kept."""
        file = self.path / "predictions.safetensors"
        return predictions.read(file) if file.exists() else None

    def seen(self) -> Seen | None:
        """Give a few training examples before and after augmentation, if that was kept."""
        file = self.path / "seen.safetensors"
        return seen.read(file) if file.exists() else None

    def _text(self, name: str) -> str:
        file = self.path / name
        if not file.exists():
            raise self._missing(file, f"the run has no {name}")
        return file.read_text(encoding="utf-8")

    def _json(self, name: str, otherwise: Any = ...) -> Any:
        if otherwise is not ... and not (self.path / name).exists():
            return otherwise
        try:
            return jsontext.loads(self._text(name))
        except json.JSONDecodeError as error:
            raise RunError(f"{name} is damaged: {error}", where=str(self.path / name)) from error

    def _missing(self, file: Path, what: str) -> RunError:
        lost = "the run is finished and this was lost: bring it back from a copy, or train again"
        resume = f"the run is {self.status}: trainlab train --resume {quote(str(self.path))}"
        return RunError(
            what, where=str(file), next_step=lost if self.status == "finished" else resume
        )


def find(runs: Path) -> list[Run]:
    """Give the runs in a folder, oldest first; folders that cannot be read are left out."""
    found = []
    for path in sorted(Path(runs).glob("*/run.json")):
        try:
            found.append(Run(path.parent))
        except RunError:
            continue
    return sorted(found, key=lambda run: (run.created, run.id))


def open_run(given: str | Path, runs: Path = Path("runs")) -> Run:
    """Open a run by its folder, its name, the start of its name, or as `latest`."""
    path = Path(given)
    if manifest.is_run(path):
        return Run(path)
    if manifest.is_run(Path(runs) / path):
        return Run(Path(runs) / path)
    found = find(runs)
    if str(given) == "latest" and found:
        return found[-1]
    matching = [run for run in found if run.id.startswith(str(given))]
    if len(matching) == 1:
        return matching[0]
    raise _no_such_run(str(given), Path(runs), matching or found)


def _no_such_run(given: str, runs: Path, among: Sequence[Run]) -> RunError:
    newest_of = {run.name: run.id for run in among}
    names = [run.id for run in among]
    # nobody types a date: a name is compared with names, and answered with the newest of it
    close = nearest(given, names) or newest_of.get(nearest(given, newest_of), "")
    return RunError(
        f"there is no run {given!r}",
        where=str(runs),
        allowed=["latest", *names[-8:]] if names else (),
        given=close,
        next_step=f"trainlab show {close}" if close else "train one: trainlab train digits-mlp",
    )
