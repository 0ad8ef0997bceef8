"""What one training is: the recipe, as frozen models. One concept, one section.

A value that is not given takes its default, and the rule's own defaults fill the optimizer, so
that a recipe in hand is always complete; `given()` tells what was said from what was filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from annotated_types import Ge, Lt
from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from trainlab.recipe import families
from trainlab.recipe.choices import Choice, NameOf
from trainlab.recipe.faults import Places, explain
from trainlab.recipe.fields import Count, Length, Number, OnOff, Section, Span, Switch, fault
from trainlab.recipe.members import PerMember
from trainlab.recipe.optimizer import Optimizer
from trainlab.recipe.overrides import Override, parse_override, placed, put
from trainlab.recipe.schedules import Schedules, check

__all__ = ["Data", "EarlyStopping", "Recipe", "Regularize", "Split", "Train"]

Share = Annotated[Number, Ge(0), Lt(1)]


class Split(Section):
    """Who trains, who validates, who tests; fixed by a seed and stored with the run."""

    val: Share = 0.15
    """The share of the examples that validates, from 0 to 1; unused with folds."""
    test: Share = 0.15
    """The share that tests, from 0 to 1, unless the publisher declared a test split."""
    by: Literal["auto", "stratified", "random", "group", "time"] = "auto"
    """How examples are shared out; auto: by group or time if the data have them, else by class."""
    seed: Count = 0
    """The split's own seed: members and arms share their split."""
    folds: Annotated[Count, Ge(0)] = 0
    """Cross-validation in this many folds, 2 or more; 0 for one split."""
    fold: Annotated[Annotated[Count, Ge(0)] | None, PerMember] = None
    """The one fold that validates, from 0; null: each fold is a member of the population."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.val + self.test >= 1:
            raise fault(
                f"leaves nothing to train on: val = {self.val:g} and test = {self.test:g}",
                next_step="give shares whose sum is below 1",
            )
        if self.folds == 1:
            raise fault("should be 0 for one split, or 2 or more", key="folds")
        if self.fold is not None and self.fold >= self.folds:
            raise fault(
                f"is {self.fold}, but there are {self.folds} folds, counted from 0",
                key="fold",
                next_step="give a smaller one, or null for all of them",
            )
        return self


class Data(Section):
    """What is learned from: source, split, preprocessing, augmentation."""

    source: Annotated[Choice, families.SOURCE] | None = None
    """Where the examples come from; null: they are handed over in Python."""
    split: Split = Split()
    """Who trains, who validates, who tests."""
    preprocess: tuple[Annotated[Choice, families.PREPROCESS], ...] = ()
    """Steps on the features, in order, fitted on the training split only."""
    augment: tuple[Annotated[Choice, families.AUGMENT], ...] = ()
    """Random changes of the training examples, in order, drawn anew at each step."""
    on_bad: Literal["error", "drop", "impute"] = "error"
    """What happens to features that are NaN or infinite; such labels are never imputed."""


class EarlyStopping(Section):
    """When a member that no longer improves stops; it keeps its best weights."""

    patience: Annotated[Count, Ge(1), PerMember] = 5
    """Evaluations without improvement after which the member stops."""
    min_delta: Annotated[Number, Ge(0), PerMember] = 0.0
    """The least change that counts as improvement, in units of what is monitored."""
    monitor: Literal["val/loss", "val/accuracy", "val/rmse", "val/mae", "val/r2"] = "val/loss"
    """What is watched; losses and errors should fall, accuracy and r2 rise."""
    restore_best: Switch = True
    """Whether the member ends with its best weights; false: with its last."""


def _patience(given: Any) -> Any:
    """Read a number alone as the patience."""
    return {"patience": given} if isinstance(given, int | float) else given


PATIENCE = BeforeValidator(_patience, json_schema_input_type=EarlyStopping | int)


class Regularize(Section):
    """What keeps the network from learning the training examples by heart."""

    dropout: Annotated[Share, PerMember] = 0.0
    """The probability, from 0 to 1, that an activation is dropped in training."""
    spatial_dropout: Annotated[Share, PerMember] = 0.0
    """The probability, from 0 to 1, that a whole channel is dropped after a convolution."""
    drop_connect: Annotated[Share, PerMember] = 0.0
    """The probability, from 0 to 1, that a weight is dropped in training, one draw a step."""
    input_dropout: Annotated[Share, PerMember] = 0.0
    """The probability that a feature is dropped at all steps of a sequence, layer by layer."""
    recurrent_dropout: Annotated[Share, PerMember] = 0.0
    """The probability that a unit of a recurrent state is dropped at all steps, going back."""
    stochastic_depth: Annotated[Share, PerMember] = 0.0
    """The probability that the last residual branch is dropped; linearly less for those before."""
    input_noise: Annotated[Number, Ge(0), PerMember] = 0.0
    """The standard deviation of Gaussian noise on the preprocessed features in training."""
    label_smoothing: Annotated[Share, PerMember] = 0.0
    """The probability mass, from 0 to 1, spread evenly over the classes."""
    mix: Annotated[Choice, families.MIX] | None = None
    """How examples and their labels are mixed in pairs in training; null: not at all."""
    early_stopping: (
        Annotated[
            EarlyStopping, BeforeValidator(_patience, json_schema_input_type=EarlyStopping | int)
        ]
        | None
    ) = None
    """When to stop early; a number alone is the patience; null: never."""


class Train(Section):
    """How long and on what."""

    length: Annotated[Length, PerMember] = Span.parse("30ep")
    """How long to train: "30ep" passes over the training split or "2000steps" updates."""
    batch_size: Annotated[Count, Ge(1)] = 64
    """Examples of one forward and backward pass; more than there are means all of them."""
    accumulate: Annotated[Count, Ge(1)] = 1
    """Batches per update, which reads their mean gradient: as one batch of batch_size * accumulate,
    in the memory of one. Steps are updates; what is left at an epoch's end is not used."""
    loss: Annotated[str, NameOf(families.LOSSES)] | None = None
    """What is minimised; null: cross-entropy for classes, squared error for numbers."""
    average: Annotated[Choice, families.AVERAGE] | None = None
    """The average over steps that is evaluated instead of the last weights; null: none."""
    evaluate_every: Length = Span.parse("1ep")
    """How often the validation split is evaluated: "1ep", "200steps" or "5%" of the run."""
    checkpoint_every: Length = Span.parse("5ep")
    """How often the state is saved: "5ep", "2000steps" or "10%" of the run."""
    device: Annotated[str, Field(pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")] = "auto"
    """Where to compute: auto, cpu, cuda, cuda:1 or mps; auto takes the first that there is."""
    precision: Literal["fp32", "bf16", "fp64"] = "fp32"
    """The numbers of the forward and backward pass; bf16 by autocast, weights stay float32."""
    compile: OnOff = "auto"
    """Whether the step is compiled; auto: where that pays off within the run."""
    batching: Literal["auto", "vmap", "rows"] = "auto"
    """All members in one call (vmap), or one after another (rows); auto: by size and layers."""
    threads: Literal["auto"] | Annotated[Count, Ge(1)] = "auto"
    """CPU threads of one operation; auto: as many as pay off."""

    @field_validator("length", "evaluate_every", "checkpoint_every")
    @classmethod
    def _more_than_nothing(cls, length: Span) -> Span:
        if not length.amount:
            raise fault("should be more than nothing", next_step="1steps is the least there is")
        return length

    @field_validator("length")
    @classmethod
    def _no_share_of_itself(cls, length: Span) -> Span:
        if length.unit == "share":
            raise fault("is the run itself: say it in epochs or steps, as 30ep or 2000steps")
        return length


class Recipe(Section):
    """One training, or a population of them, declared."""

    data: Data = Data()
    """What is learned from."""
    network: Annotated[Choice, families.NETWORK] | None = families.NETWORK.default("mlp")
    """The network; null: a module is handed over in Python."""
    optimizer: Optimizer = Optimizer()
    """How a gradient becomes an update."""
    schedule: Annotated[Choice, families.SCHEDULE] = families.SCHEDULE.default("cosine")
    """The learning rate over the run, as a factor of optimizer.lr."""
    schedules: Schedules = Schedules()
    """Other numbers over the run, as factors of their values: weight_decay, dropout, batch_size."""
    regularize: Regularize = Regularize()
    """What keeps the network from learning the training examples by heart."""
    train: Train = Train()
    """How long and on what."""
    seed: Annotated[Count, Ge(0), PerMember] = 0
    """Decides the initial weights, the order of examples, augmentation and noise."""
    seeds: Annotated[Count, Ge(1)] = 1
    """How many members to train: seed, seed + 1, ..."""

    @model_validator(mode="after")
    def _moves_what_is_there(self) -> Self:
        check(self, self.schedules)
        return self

    def __init__(self, **sections: Any) -> None:
        """Check the sections; raises RecipeError, or UnknownName for a name no table has."""
        try:
            super().__init__(**sections)
        except ValidationError as error:
            raise explain(error, type(self), sections, {}) from None

    # Tells pydantic to validate data as if there were no __init__, so that `of` sees its errors.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as what was said."""
        return Recipe.of, (self.given(),)

    @classmethod
    def of(
        cls, data: Any, overrides: Sequence[Override] = (), places: Places | None = None
    ) -> Recipe:
        """Make a recipe from plain data; `places` says where each key was said.

        Raises RecipeError, or UnknownName for a name that no table has.
        """
        if overrides:
            data = put(data, overrides, Recipe().filled())
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise explain(error, cls, data, placed(places or {}, overrides)) from None

    def given(self) -> dict[str, Any]:
        """Give what was said, as plain data, without the values that were filled in."""
        return self.model_dump(exclude_unset=True)

    def filled(self) -> dict[str, Any]:
        """Give every value in force, as plain data."""
        return self.model_dump()

    def replace(self, key: str, value: Any) -> Recipe:
        """Give the recipe with one value replaced: `recipe.replace("optimizer.lr", 0.1)`."""
        return Recipe.of(self.given(), [Override(key, value)])

    def with_overrides(self, overrides: Sequence[str]) -> Recipe:
        """Give the recipe with values replaced: `["optimizer.lr=0.1", "network.widths=[64]"]`."""
        return Recipe.of(self.given(), [parse_override(text) for text in overrides])
