"""Keeping: a run is a folder, and everything shown, resumed or reported is read from it.

    run = open_run("latest")
    run.metrics()                            a pandas table
    run.score("test/accuracy")               Interval(mean=0.974, half=0.003, ...)
    run.state_dict(member=3)                 for module.load_state_dict

Killed at any instant, a run loses nothing that it said was saved.
"""

from __future__ import annotations

from trainlab.store.checkpoints import Checkpoint
from trainlab.store.environment import describe
from trainlab.store.folder import RunFolder, create, reopen
from trainlab.store.log import Logged
from trainlab.store.members import Member, seeds_of_one_program
from trainlab.store.predictions import Predictions
from trainlab.store.read import Run, find, open_run
from trainlab.store.seen import Seen
from trainlab.store.summary import Interval, Outcome, interval, outcomes

__all__ = [
    "Checkpoint",
    "Interval",
    "Logged",
    "Member",
    "Outcome",
    "Predictions",
    "Run",
    "RunFolder",
    "Seen",
    "create",
    "describe",
    "find",
    "interval",
    "open_run",
    "outcomes",
    "reopen",
    "seeds_of_one_program",
]
