"""Writing a run: a folder that is whole at every instant, and grows by events.

    with create(Path("runs"), name="digits-mlp", recipe=text, members=members) as folder:
        for event in train(...):
            folder.event(event)
        run = folder.finish()

Files come before the line that tells of them: what the log says was saved, was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from trainlab.engine.record import Event, Finished, Reading, Snapshot
from trainlab.errors import Interrupted, RunError
from trainlab.store import atomic, checkpoints, manifest, metrics, predictions, seen, summary
from trainlab.store.checkpoints import Checkpoint
from trainlab.store.environment import describe, own_version
from trainlab.store.log import Log, Logged, read
from trainlab.store.manifest import Status
from trainlab.store.members import Member
from trainlab.store.read import Run

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["RunFolder", "create", "new_folder", "reopen", "writable"]

STOPPED = (Interrupted, KeyboardInterrupt)


def create(
    runs: Path,
    *,
    name: str,
    recipe: str,
    members: Sequence[Member],
    environment: Mapping[str, Any] | None = None,
    command: str = "",
) -> RunFolder:
    """Create a run's folder under a name that is new and readable: digits-mlp-20261121-223005."""
    now = datetime.now().astimezone()
    path = new_folder(Path(runs), name, now)
    atomic.write_text(path / "recipe.yaml", recipe)
    atomic.write_json(path / "members.json", [asdict(member) for member in members])
    atomic.write_json(path / "environment.json", dict(environment or describe()))
    facts = {
        "trainlab": own_version(),
        "name": name,
        "created": now.isoformat(timespec="seconds"),
        "status": "running",
        "command": command,
    }
    manifest.write(path, facts)
    return RunFolder(path)


def reopen(path: Path) -> RunFolder:
    """Open a run to go on with it: call `resume` for each program that is not finished."""
    folder = RunFolder(Path(path))
    atomic.sweep(folder.path)
    folder.set_status("running")
    return folder


class RunFolder:
    """The writing end of a run; one process holds it at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._facts = manifest.read(path)
        self._lock: manifest.Lock | None = manifest.Lock(path)
        self.members = Run(path).members
        self._log = Log(path / "events.jsonl")
        self._table = metrics.Table(path / "metrics.csv", self.members)

    def event(self, event: Event, program: int = 0) -> None:
        """Keep an event: the files of its tensors, its line, its rows of metrics."""
        if isinstance(event, Snapshot):
            self._checkpoint(event, program)
        if isinstance(event, Finished):
            self._weights(event, program)
        self._log.event(event, program)
        self._table.add(Logged(program, event))
        if not isinstance(event, Reading):
            self.flush()

    def resume(self, program: int = 0) -> Checkpoint | None:
        """Go back to a program's newest whole checkpoint, or to its start where there is none.

        The log's later lines of the program are superseded, and the metrics written anew. The
        checkpoint says which newer ones were damaged.
        """
        checkpoint = checkpoints.newest(self._checkpoints(program))
        self._log.line(
            {
                "kind": "Resumed",
                "program": program,
                "step": checkpoint.step if checkpoint else 0,
                "keeps": checkpoint.log_bytes if checkpoint else 0,
                "passed_over": checkpoint.passed_over if checkpoint else (),
            }
        )
        self._log.sync()
        self._table.rebuild(read(self._log.path))
        return checkpoint

    def fitted(self, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
        """Keep what was fitted to the data: preprocessing, classes, splits."""
        atomic.write_bytes(self.path / "data.safetensors", atomic.tensor_bytes(tensors))
        atomic.write_json(self.path / "data.json", dict(facts))

    def predictions(self, found: predictions.Predictions) -> None:
        """Keep what the members said of the test split."""
        predictions.write(self.path / "predictions.safetensors", found)

    def seen(self, found: seen.Seen) -> None:
        """Keep a few training examples before and after augmentation."""
        seen.write(self.path / "seen.safetensors", found)

    def flush(self) -> None:
        """Hand everything to the operating system: a killed process loses none of it."""
        self._log.flush()
        self._table.flush(read(self._log.path))

    def set_status(self, status: Status) -> None:
        """Say how the run stands."""
        self._facts["status"] = status
        manifest.write(self.path, self._facts)

    def finish(self, status: Status = "finished", extra: Mapping[str, Any] | None = None) -> Run:
        """Write the summary and the sorted metrics, close the folder, and open it for reading."""
        self._log.sync()
        events = list(read(self._log.path))
        self._table.close(events)
        found = summary.summarise(events, self.members) | dict(extra or {})
        atomic.write_json(self.path / "summary.json", found)
        self.set_status(status)
        self.close()
        return Run(self.path)

    def close(self) -> None:
        """Flush and let others write; closing twice is no harm."""
        if self._lock is not None:
            self._log.close()
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._lock is None:
            return
        if kind is not None:
            self.set_status("interrupted" if issubclass(kind, STOPPED) else "failed")
        self.close()

    def _checkpoints(self, program: int) -> Path:
        return self.path / "checkpoints" / f"program-{program}"

    def _checkpoint(self, snapshot: Snapshot, program: int) -> None:
        checkpoint = Checkpoint(
            step=snapshot.step,
            tensors=snapshot.tensors,
            facts=snapshot.facts,
            log_bytes=self._log.sync(),
        )
        checkpoints.write(self._checkpoints(program), checkpoint)

    def _weights(self, event: Finished, program: int) -> None:
        number = {m.place: m.member for m in self.members if m.program == program}
        kinds = {"weights": event.weights, "weights/last": event.last}
        for folder, named in kinds.items():
            (self.path / folder).mkdir(exist_ok=True)
            files = {
                f"member-{number[place]:03d}.safetensors": atomic.tensor_bytes(
                    {name: tensor[row] for name, tensor in named.items()}
                )
                for row, place in enumerate(event.members)
            }
            atomic.write_files(self.path / folder, files)


def new_folder(runs: Path, name: str, now: datetime) -> Path:
    """Make a folder of its own for what begins now: NAME-20261121-223005.

    Raises RunError where nothing can be written.
    """
    wanted = f"{_file_name(name)}-{now:%Y%m%d-%H%M%S}"
    with writable(runs):
        runs.mkdir(parents=True, exist_ok=True)
        for name in (wanted, *(f"{wanted}-{again}" for again in range(2, 10_000))):
            path = runs / name
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return path
    raise RunError("ten thousand runs began in this second", where=str(runs))


@contextmanager
def writable(runs: Path) -> Iterator[None]:
    """Turn what the system refuses to do in a folder of runs into a RunError that says so."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"no run can be written here: {error.strerror}",
            where=str(runs),
            next_step="choose another folder: --runs DIR",
        ) from error


def _file_name(name: str) -> str:
    """Make a name that every file system takes and no shell expands."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    return "-".join(part for part in kept.lower().split("-") if part) or "run"
