"""Programs under way, in a folder of their own: which trainings each holds, and its newest states.

    programs.json                      the keys of the trainings of each program that is not done
    5f0c.../000000120/state.*          a program's last two checkpoints

The folder is gone when all are done.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from trainlab.engine.record import Snapshot
from trainlab.errors import RunError
from trainlab.store import atomic, checkpoints, jsontext
from trainlab.store.checkpoints import Checkpoint

__all__ = ["Unfinished"]


class Unfinished:
    """Programs under way, each named by the keys of its trainings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, pieces: Sequence[Sequence[str]]) -> None:
        """Keep which trainings go together, in the place of what was kept before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        atomic.write_json(self.folder / "programs.json", {"programs": list(map(list, pieces))})

    def pieces(self) -> list[list[str]]:
        """Give the programs that are not done; none where what was kept cannot be read."""
        try:
            found = jsontext.loads((self.folder / "programs.json").read_text())["programs"]
        except (OSError, ValueError, KeyError, TypeError):
            return []
        return [list(map(str, keys)) for keys in found]

    def save(self, piece: Sequence[str], snapshot: Snapshot) -> None:
        """Keep a program's state, whole or not at all."""
        state = Checkpoint(
            step=snapshot.step, tensors=snapshot.tensors, facts=snapshot.facts, log_bytes=0
        )
        checkpoints.write(self._place(piece), state)

    def newest(self, piece: Sequence[str]) -> Snapshot | None:
        """Give a program's newest whole state; None where it has to begin anew."""
        try:
            found = checkpoints.newest(self._place(piece))
        except RunError:  # all are damaged: what is trained anew comes to the same
            return None
        if found is None:
            return None
        return Snapshot(step=found.step, tensors=found.tensors, facts=found.facts)

    def done(self, piece: Sequence[str]) -> None:
        """Forget a program; after the last the folder is gone."""
        left = [keys for keys in self.pieces() if keys != list(piece)]
        if left:
            self.begin(left)
            atomic.remove_folder(self._place(piece))
        else:
            atomic.remove_folder(self.folder)

    @property
    def saved(self) -> int:
        """Trainings of which there is a state."""
        return sum(len(keys) for keys in self.pieces() if self._place(keys).exists())

    def _place(self, piece: Sequence[str]) -> Path:
        return self.folder / sha256(" ".join(piece).encode()).hexdigest()[:16]
