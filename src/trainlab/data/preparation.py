"""From what a source gives to what a network is trained on: check, split, fit, apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor

from trainlab.data.fitted import Fitted, Preprocessed, pieces_of, preprocess
from trainlab.data.leaks import telling
from trainlab.data.preprocess import Pipeline, Step, fit
from trainlab.data.quality import (
    OnBad,
    check_classes,
    check_features,
    check_lengths,
    check_scaled,
    constant_features,
    drop_bad_rows,
    few,
    repeated,
)
from trainlab.data.split import Split, SplitOptions, split
from trainlab.data.task import Raw, TargetScale, Task
from trainlab.errors import DataError

__all__ = ["prepare"]


def prepare(
    raw: Raw,
    options: SplitOptions | None = None,
    steps: Sequence[str | Step | Mapping[str, Any]] = (),
    *,
    on_bad: OnBad = "error",
) -> tuple[Task, Fitted]:
    """Check, split and preprocess; every statistic is learned from the training split alone.

    Raises DataError where the data is at fault: see `trainlab.data.quality` for the policies.
    """
    check_lengths(raw)
    raw, notes = drop_bad_rows(raw, on_bad)
    check_lengths(raw)
    todo, added = _complete([Step.of(step) for step in steps], raw, on_bad)
    if not any(step.name == "impute" for step in todo):
        check_features(raw)
    parts = split(raw, options or SplitOptions())
    _check_folds_fit(raw, parts)
    check_classes(raw, parts.train)
    apart = parts.train if todo else parts.train[:1]
    pipelines = tuple(fit(todo, partial(pieces_of, raw, rows)) for rows in apart)
    fitted = Fitted(
        name=raw.name,
        kind=raw.kind,
        layout=raw.layout,
        raw_shape=tuple(raw.x.shape[1:]),
        features=raw.features,
        categories=tuple(raw.levels),
        classes=raw.classes,
        targets=raw.targets,
        pipelines=pipelines,
        split=parts,
        target_scale=_target_scale(raw, parts.train),
        notes=(*notes, *added, *_notes(raw, parts)),
    )
    return _task(raw, fitted), fitted


def _complete(steps: list[Step], raw: Raw, on_bad: OnBad) -> tuple[list[Step], tuple[str, ...]]:
    """Add what the data needs and the list lacks: impute if asked for, one_hot for categories."""
    names = {step.name for step in steps}
    notes = []
    if raw.levels and not names & {"one_hot", "ordinal"}:
        at = 1 + max((i for i, step in enumerate(steps) if step.name == "impute"), default=-1)
        steps = [*steps[:at], Step("one_hot"), *steps[at:]]
        notes.append("categories became columns of 0 and 1: `one_hot` was added to preprocess")
    if on_bad == "impute" and "impute" not in names:
        steps = [Step("impute"), *steps]
    return steps, tuple(notes)


def _target_scale(raw: Raw, train: Tensor) -> TargetScale | None:
    """Learn mean and deviation of each target in each fold's training split."""
    if raw.kind == "classification" or raw.y is None:
        return None
    targets = raw.y.to(torch.float64)[train]
    std = targets.std(dim=1, correction=0)
    check_scaled(std, raw)
    return TargetScale(targets.mean(dim=1), torch.where(std > 0, std, 1.0))


def _constant_note(raw: Raw, train: Tensor) -> tuple[str, ...]:
    """Name the features that are constant in the first fold's training split."""
    if not isinstance(raw.x, Tensor):
        return ()
    flags = constant_features(partial(pieces_of, raw, train[0])).flatten()
    places = flags.nonzero()[:, 0].tolist()
    if not places:
        return ()
    names = [repr(raw.features[i]) if raw.features else str(i) for i in places]
    return (f"{len(places)} of {len(flags)} features are constant in train: {few(names)}",)


def _notes(raw: Raw, parts: Split) -> tuple[str, ...]:
    """Tell what is no fault, but makes a score mean less than it seems to."""
    return (
        *_constant_note(raw, parts.train),
        *_telling_note(raw, parts.train[0]),
        *_repeated_note(raw, parts),
        *_unscored_note(raw, parts),
    )


def _unscored_note(raw: Raw, parts: Split) -> tuple[str, ...]:
    """Name the classes too rare to be in the test split."""
    if raw.kind == "regression" or raw.y is None or not parts.test.shape[1]:
        return ()
    kinds = torch.unique(raw.y)
    missing = kinds[~torch.isin(kinds, raw.y[parts.test[0]])].tolist()
    names = [repr(raw.classes[code]) if raw.classes else str(code) for code in missing]
    told = f"test has no example of class {few(names)}: no score of it tells how that is learned"
    return (told,) if names else ()


def _telling_note(raw: Raw, train: Tensor) -> tuple[str, ...]:
    """Name the features that tell the target by themselves, in the first fold."""
    names = [repr(raw.features[place]) for place in telling(raw, train)]
    told = "each of " * (len(names) > 1) + few(names)
    asks = "is that known before the target is, or does it leak it?"
    return (f"{told} alone tells every training target: {asks}",) if names else ()


def _repeated_note(raw: Raw, parts: Split) -> tuple[str, ...]:
    """Tell of test examples that the first fold trains on: their score is no score of new data."""
    n = repeated(raw, parts.train[0], parts.test[0])
    size = parts.test.shape[1]
    return (f"{n} of {size} test examples are repeated rows that train has too",) if n else ()


def _task(raw: Raw, fitted: Fitted) -> Task:
    """Apply the fitted preprocessing to every example, or leave it to the stream."""
    sample = [preprocess(pipe, raw, torch.zeros(1, dtype=torch.int64)) for pipe in fitted.pipelines]
    _check_same_shape([piece.x for piece in sample])
    shape = tuple(sample[0].x.shape[1:])
    streams = not isinstance(raw.x, Tensor)
    y, loss, outputs = _targets(raw, fitted)
    parts: Split = fitted.split
    return Task(
        name=raw.name,
        kind=raw.kind,
        layout=sample[0].layout,
        feature_shape=shape,
        outputs=outputs,
        loss=loss,
        x=torch.empty(1, 0, *shape) if streams else _all_rows(raw, fitted.pipelines),
        y=y,
        train=parts.train,
        val=parts.val,
        test=parts.test,
        classes=raw.classes,
        target_scale=fitted.target_scale,
        stream=Preprocessed(raw, fitted.pipelines[0], shape) if streams else None,
        notes=fitted.notes,
    )


def _all_rows(raw: Raw, pipelines: Sequence[Pipeline]) -> Tensor:
    """Preprocess every example by each fold's pipeline: [F, n, ...], without a second copy."""
    rows = torch.arange(raw.n)
    versions = [preprocess(pipeline, raw, rows).x for pipeline in pipelines]
    return torch.stack(versions) if len(versions) > 1 else versions[0][None]


def _targets(raw: Raw, fitted: Fitted) -> tuple[Tensor, str, int]:
    """Give y [F, n, ...], the usual loss, and the number of outputs."""
    if raw.y is None:
        return torch.zeros(1, raw.n, dtype=torch.int64), "cross_entropy", 0
    if fitted.target_scale is None:
        return raw.y[None], "cross_entropy", len(raw.classes)
    y = fitted.target_scale.scale(raw.y)
    check_scaled(y, raw)
    return y, "mse", int(raw.y.shape[1])


def _check_same_shape(samples: Sequence[Tensor]) -> None:
    if len({sample.shape for sample in samples}) > 1:
        raise DataError(
            "the folds have different features after preprocessing: "
            + ", ".join(str(tuple(sample.shape[1:])) for sample in samples),
            where="data.preprocess",
            next_step="fix the number: `pca: components` instead of `variance`; ordinal categories",
        )


def _check_folds_fit(raw: Raw, parts: Split) -> None:
    if len(parts.train) > 1 and not isinstance(raw.x, Tensor):
        raise DataError(
            "folds need the data in memory, and this is read from disk as it is used",
            where="data.split.folds",
            next_step="use `keep: memory` in the source, a smaller `size`, or no folds",
        )
