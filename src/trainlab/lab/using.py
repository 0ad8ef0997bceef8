"""Using what a run has learned: its scores on other data, and predictions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from trainlab import seeds
from trainlab.data import Fitted, Raw, read_unseen
from trainlab.data.task import LayoutName
from trainlab.engine.build import set_rates
from trainlab.engine.evaluate import METRICS
from trainlab.engine.experiment import build_for, read_raw
from trainlab.engine.feed import augmentation_of
from trainlab.engine.forward import Predictor, forward_by
from trainlab.engine.networks import Model
from trainlab.engine.placement import device_of
from trainlab.engine.population import Population, populate
from trainlab.engine.sampled import draws
from trainlab.engine.views import Views
from trainlab.errors import DataError
from trainlab.lab.own_data import check_same, check_there
from trainlab.losses import LOSSES
from trainlab.nn import uncertainty
from trainlab.recipe import Program, column, expand, plan
from trainlab.recipe.text import read as read_recipe
from trainlab.store import Run

if TYPE_CHECKING:
    import pandas

__all__ = ["evaluate", "predict"]


def predict(
    run: Run, data: Any, *, model: Model | None = None, augmentations: int = 1, samples: int = 0
) -> pandas.DataFrame:
    """Predict raw data as the test split was predicted: a row an example.

    Classes: the mean of the members' probabilities, `prediction`, `probability` and one column a
    class. Numbers: the members' mean and, for several members, their standard deviation, in the
    target's units. `data` is a path like the training's, or what `train` takes. Of several
    `augmentations` each member predicts that many versions, the first as it is, and averages.

    With `samples` each member predicts that often with its random layers on (Monte Carlo dropout),
    and all draws of all members are averaged. Classes then have their predictive `entropy` and the
    `mutual information` in nats, numbers the standard deviation of the draws.

    Raises DataError for data unlike that of the training, RecipeError where it had no augmentation,
    NetworkError where there is no random layer to sample.
    """
    import pandas

    found = _Loaded(run, model, augmentations, samples)
    outputs = found.outputs(found.raw(data))
    if found.fitted.kind == "regression":
        columns = {name: outputs[..., k].mean(0) for k, name in enumerate(found.names)}
        if len(outputs) > 1:
            columns |= {f"{n} sd": outputs[..., k].std(0) for k, n in enumerate(found.names)}
        return pandas.DataFrame({name: column.numpy() for name, column in columns.items()})
    shares = outputs.softmax(-1).mean(0)
    top = shares.max(-1)
    chosen = [found.names[place] for place in top.indices.tolist()]
    table = pandas.DataFrame({"prediction": chosen, "probability": top.values.numpy()})
    table = table.assign(**{n: shares[:, k].numpy() for k, n in enumerate(found.names)})
    if not samples:
        return table
    _, entropy, information = uncertainty(outputs)
    told = {"entropy": entropy.numpy(), "mutual information": information.numpy()}
    return table.assign(**told)


def evaluate(
    run: Run, data: Any = None, *, model: Model | None = None, augmentations: int = 1
) -> dict[str, list[float]]:
    """Score every member: each metric by name, a value a member.

    Without data, on the run's own test split, read and preprocessed anew. Of several
    `augmentations` each member predicts that many versions, the first as it is, and averages.

    Raises DataError for data without labels or unlike that of the training, RunError where its own
    have moved or changed, RecipeError where it had no augmentation.
    """
    found = _Loaded(run, model, augmentations)
    raw = found.own() if data is None else found.raw(data)
    labels = found.fitted.labels(raw)
    if labels is None:
        raise DataError(
            "this data has no labels to compare with",
            where=raw.where or raw.name,
            next_step="give labelled data, or use trainlab predict",
        )
    rows = found.fitted.split.test if data is None else None
    outputs = found.outputs(raw, rows)
    targets = labels.expand(len(outputs), *labels.shape)
    if rows is not None:
        targets = _picked(targets, rows[found.folds])
    metrics = METRICS[found.fitted.kind]
    return {name: metric(outputs, targets).tolist() for name, metric in metrics.items()}


class _Loaded:
    """A run's members, ready to predict."""

    def __init__(
        self, run: Run, model: Model | None, augmentations: int = 1, samples: int = 0
    ) -> None:
        recipe = read_recipe(run.recipe_text, str(run.path / "recipe.yaml"))
        self.run, self.model = run, model
        self.augmentations, self.samples = augmentations, samples
        self.fitted = Fitted.load(*run.fitted())
        self.program: Program
        (self.program,) = plan(expand(recipe))
        folds = column(self.program.members, "data.split.fold", none=0)
        self.folds = torch.tensor([int(fold) for fold in folds])
        self.names = self.fitted.classes or self.fitted.targets

    def own(self) -> Raw:
        """Read the data that the run was trained on."""
        recipe = self.program.recipe
        check_there(recipe, self.run.path / "recipe.yaml")
        raw = read_raw(recipe, None)
        check_same(raw, self.run)
        return raw

    def raw(self, data: Any) -> Raw:
        """Read data of the kind that the run was trained on: a path, or what `train` takes."""
        source = self.program.recipe.data.source
        if source is None:
            return read_unseen(data, self.fitted, "", {})
        return read_unseen(data, self.fitted, source.name, source.arguments())

    def outputs(self, raw: Raw, rows: Tensor | None = None) -> Tensor:
        """Predict by every member: logits, or values in the target's units.

        All examples, or those in the rows [F, k] of each fold. Of several samples the draws lie
        one after another: [samples * P, ...].
        """
        x = self.fitted.transform(raw)
        x = x if rows is None else _picked(x, rows)
        population = self._population(tuple(x.shape[2:]))
        device = population.theta.device
        forwards = self._forwards(population)
        shared = len(x) == 1
        seen = (x[0] if shared else x[self.folds]).to(device)
        views = self._views("vector" if x.dim() == 3 else self.fitted.layout)
        kind, scale = self.fitted.kind, self.fitted.target_scale
        found = [views.outputs(forward, seen, kind, shared=shared) for forward in forwards]
        return torch.cat([y if scale is None else scale.restore(y, self.folds) for y in found])

    def _forwards(self, population: Population) -> Iterable[Predictor]:
        """Give what predicts: the members once, or as often as they are sampled."""
        members = self.program.members
        if not self.samples:
            return [forward_by("rows", population, LOSSES["mse"])]  # predicting takes no loss
        set_rates(population, members)
        return draws(population, [member.seed for member in members], self.samples)

    def _views(self, layout: LayoutName) -> Views:
        members = self.program.members
        keys = seeds.keys([member.seed for member in members], "augment")
        return Views(self.augmentations, augmentation_of(members, layout), keys)

    def _population(self, feature_shape: tuple[int, ...]) -> Population:
        members, recipe = self.program.members, self.program.recipe
        build = build_for(self.program, self.model, feature_shape, len(self.names))
        device = device_of(recipe.train.device)
        population = populate(build, [member.seed for member in members], device)
        for row in range(len(members)):
            population.load_row(row, self.run.state_dict(row))
        return population


def _picked(values: Tensor, rows: Tensor) -> Tensor:
    """Pick each member's, or each fold's, own rows: [P, n, ...] at [P, k] -> [P, k, ...]."""
    members = torch.arange(len(values)).unsqueeze(1)
    return values[members, rows]
