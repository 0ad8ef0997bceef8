"""Methods one after another, fitted together and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from trainlab.data.preprocess.method import Features, Learned, Method, Pieces
from trainlab.data.preprocess.table import PREPROCESS
from trainlab.errors import DataError

__all__ = ["Pipeline", "Step", "fit"]


@dataclass(frozen=True)
class Step:
    """A row of a table by name, with its options: what a recipe lists."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, given: str | Step | Mapping[str, Any]) -> Step:
        """Read `"pca"`, `{"name": "pca", "components": 10}` or a Step."""
        if isinstance(given, Step):
            return given
        if isinstance(given, str):
            return cls(given)
        return cls(given["name"], {key: value for key, value in given.items() if key != "name"})


@dataclass(frozen=True)
class Pipeline:
    """Fitted steps, applied in order."""

    steps: tuple[Step, ...]
    learned: tuple[Learned, ...]

    def apply(self, features: Features) -> Features:
        """Preprocess one piece."""
        for step, known in zip(self.steps, self.learned, strict=True):
            features = _method(step).apply(features, known)
        return features

    def invert(self, features: Features) -> Features:
        """Undo it, last step first.

        Raises DataError at a step that loses what it would need.
        """
        for step, known in reversed(list(zip(self.steps, self.learned, strict=True))):
            undo = _method(step).invert
            if undo is None:
                raise DataError(f"{step.name} cannot be undone: it forgets part of its input")
            features = undo(features, known)
        return features

    def save(self) -> tuple[dict[str, Tensor], list[dict[str, Any]]]:
        """Give its tensors by name, and for each step the words that JSON can hold."""
        tensors = {
            f"{place}.{name}": tensor
            for place, known in enumerate(self.learned)
            for name, tensor in known.tensors.items()
        }
        pairs = zip(self.steps, self.learned, strict=True)
        return tensors, [
            {"name": step.name, "options": dict(step.options), "words": dict(known.words)}
            for step, known in pairs
        ]

    @classmethod
    def load(cls, tensors: Mapping[str, Tensor], words: Sequence[Mapping[str, Any]]) -> Pipeline:
        """Read what `save` gave."""
        learned = []
        for place, word in enumerate(words):
            prefix = f"{place}."
            own = {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}
            learned.append(Learned(own, word["words"]))
        return cls(tuple(Step(word["name"], word["options"]) for word in words), tuple(learned))


def fit(steps: Sequence[Step], pieces: Pieces) -> Pipeline:
    """Fit each step on what the steps before it give of the training split."""
    done = Pipeline((), ())
    for step in steps:
        known = _method(step).fit(_after(done, pieces))
        done = Pipeline((*done.steps, step), (*done.learned, known))
    return done


def _after(done: Pipeline, pieces: Pieces) -> Pieces:
    return lambda: (done.apply(piece) for piece in pieces())


def _method(step: Step) -> Method:
    return PREPROCESS[step.name].make(**step.options)
