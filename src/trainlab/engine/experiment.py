"""A recipe made real: its data read and prepared, its members planned, their networks buildable.

Above the engine nobody reads data or builds networks by himself: verbs and questions ask here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from torch import Tensor, nn

from trainlab.data import SOURCES, Fitted, Raw, SplitOptions, Step, Task, from_user, prepare
from trainlab.engine.assemble import assemble
from trainlab.engine.build import Build, builder, largest_rates
from trainlab.engine.networks import Model, build_own
from trainlab.engine.placement import Placement
from trainlab.engine.resume import restore
from trainlab.engine.start import Starting
from trainlab.engine.traced import Recordings
from trainlab.engine.training import Training
from trainlab.errors import RecipeError
from trainlab.recipe import Program, Recipe, expand, plan

__all__ = ["Experiment", "build_for", "read_raw"]


class Experiment:
    """What a recipe, with the user's model and data where given, comes to: one program.

    The members of one recipe differ in seed and fold, so they are rows of one matrix.
    """

    def __init__(
        self, recipe: Recipe, model: Model | None = None, data: Any = None, raw: Raw | None = None
    ) -> None:
        """Read the data, unless they are given as they were read."""
        self.recipe, self.model = recipe, model
        self.raw: Raw = read_raw(recipe, data) if raw is None else raw
        (self.program,) = plan(expand(recipe))
        self._recordings: dict[str, dict[object, Recordings]] = {}

    @cached_property
    def prepared(self) -> tuple[Task, Fitted]:
        """The data, split and preprocessed, and what the preprocessing learned."""
        data, split = self.recipe.data, self.recipe.data.split
        options = SplitOptions(
            val=split.val, test=split.test, by=split.by, seed=split.seed, folds=split.folds
        )
        steps = [Step(choice.name, choice.arguments()) for choice in data.preprocess]
        return prepare(self.raw, options, steps, on_bad=data.on_bad)

    def training(
        self,
        placement: Placement | None = None,
        program: Program | None = None,
        *,
        restored: bool = False,
    ) -> Training:
        """Put a program together, ready for its first step; a resume gives its placement.

        The recipe's own program, or any other whose recipes say the same of their data. Weights
        that are about to be `restored` are not started from data or files.
        """
        (task, _), program = self.prepared, program or self.program
        build = build_for(program, self.model, task.feature_shape, task.outputs)
        chosen = program.recipe.network
        own = self.model is not None or chosen is None or chosen.name == "python"
        recordings = None if own else self._recordings_of(program)
        starting = Starting(program.members, self.model is not None)
        start = None if restored or starting.idle else starting
        training = assemble(program, task, build, placement, recordings=recordings, start=start)
        training.notes = tuple(starting.notes)
        return training

    def resumed(
        self,
        tensors: Mapping[str, Tensor],
        facts: Mapping[str, Any],
        program: Program | None = None,
    ) -> Training:
        """Put a program together as it stood at a snapshot; raises RunError for another one."""
        training = self.training(Placement(**facts["placement"]), program, restored=True)
        restore(training, tensors, facts)
        return training

    def _recordings_of(self, program: Program) -> dict[object, Recordings]:
        """Give where recordings of a program's network are kept, for all programs that have it."""
        network = repr((program.recipe.network, largest_rates(program.members)))
        return self._recordings.setdefault(network, {})

    def network(self, row: int = 0) -> nn.Module:
        """Build one member's network as it begins, on the CPU in single precision."""
        task, _ = self.prepared
        build = build_for(self.program, self.model, task.feature_shape, task.outputs)
        network = build(self.program.members[row].seed)
        Starting(self.program.members, self.model is not None)(task, row, network)
        return network


def build_for(
    program: Program, model: Model | None, feature_shape: tuple[int, ...], outputs: int
) -> Build:
    """Give what builds one member's network from its seed: the user's, or the recipe's.

    Raises RecipeError where there is neither.
    """
    if model is not None:
        return build_own(model, len(program.members))
    if program.recipe.network is None:
        raise RecipeError(
            "the recipe has no network and no model was given",
            where="network",
            next_step="name a network in the recipe, or call trainlab.train(recipe, model=...)",
        )
    rates = largest_rates(program.members)
    return builder(program.recipe.network, feature_shape, outputs, rates)


def read_raw(recipe: Recipe, data: Any) -> Raw:
    """Read the data that was handed over, or that the recipe names."""
    if isinstance(data, tuple) and isinstance(data[1], str):
        return from_user(data[0], target=data[1])
    if data is not None:
        return from_user(data)
    source = recipe.data.source
    if source is None:
        raise RecipeError(
            "the recipe has no data source and no data was given",
            where="data.source",
            allowed=sorted(SOURCES),
            next_step="name a source in the recipe, or call trainlab.train(recipe, data=...)",
        )
    return SOURCES[source.name].load(**source.arguments())
