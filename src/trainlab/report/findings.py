"""What a reader of a run should know before its numbers: what went wrong, what was noted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trainlab.engine.record import Started
from trainlab.store.predictions import Predictions
from trainlab.store.read import Run
from trainlab.store.summary import Outcome

__all__ = ["notes", "warnings"]


def warnings(run: Run, found: Sequence[Outcome], said: Predictions | None) -> Iterator[str]:
    """Say what takes weight from the numbers."""
    diverged = [outcome for outcome in found if not outcome.counts]
    if diverged:
        of = f"{len(diverged)} of {len(found)} members diverged and "
        are = "is" if len(diverged) == 1 else "are"
        yield f"{of}{are} in no mean: {'; '.join(map(_cause, diverged))}."
    if run.status != "finished":
        yield f"This run is {run.status}: what follows is what it came to so far."
    if said is not None:
        yield from _unlearned(said)


def notes(run: Run, found: Sequence[Outcome]) -> Iterator[str]:
    """Say what the checks of data and machine noted, each once, and where n is 1."""
    started = (logged.event for logged in run.events() if isinstance(logged.event, Started))
    told = dict.fromkeys(note for event in started for note in event.notes)
    yield from (f"{note[:1].upper()}{note[1:]}." for note in told)
    if sum(outcome.counts for outcome in found) == 1:
        yield "n = 1: one seed gives no interval. Train several: seeds=8."


def _unlearned(said: Predictions) -> Iterator[str]:
    """Hold the predictions against the best that is the same for all examples of the split."""
    truth = said.truth[said.trusted]
    if said.kind == "values":
        errors = (said.outputs[said.trusted].double() - truth).square().mean()
        if errors >= (truth - truth.mean(1, keepdim=True)).double().square().mean():
            yield "No better than predicting the mean of the test split for every example."
        return
    right = (said.probabilities[said.trusted].argmax(-1) == truth).double().mean()
    shares = truth.flatten().bincount() / truth.numel()
    if right <= shares.max():
        yield f"No better than always saying the most frequent class ({100 * shares.max():.1f} %)."


def _cause(outcome: Outcome) -> str:
    detail = f" ({outcome.detail})" if outcome.detail else ""
    return f"seed {outcome.member.seed} at step {outcome.steps:,}{detail}"
