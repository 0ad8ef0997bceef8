"""The table of what a training does beside its steps: each row is a field of its own, or a verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trainlab.recipe.schema import EarlyStopping
from trainlab.tables import Card, Table

__all__ = ["PRACTICES", "PracticeRow"]


@dataclass(frozen=True, kw_only=True)
class PracticeRow:
    """A row of the table."""

    use: str
    """How a recipe or the command line says it."""
    options: Mapping[str, Any] = field(default_factory=dict)
    card: Card


PRACTICES: Table[PracticeRow] = Table(
    "practice",
    {
        "early_stopping": PracticeRow(
            use="regularize.early_stopping=10",
            options={name: each.default for name, each in EarlyStopping.model_fields.items()},
            card=Card(
                does="stops a member that no longer improves, and gives it back its best weights",
                formula="stop after `patience` evaluations without score < best - min_delta",
                helps="overfitting: the length need not be tuned; members that fail cost less",
                hurts="noisy scores of small validation splits; schedules that fall late",
                values="patience 5 .. 20 evaluations, min_delta 0",
                paper="Prechelt 1998, Early stopping - but when?",
                dialect="each member by itself, on the validation split",
                torch="EarlyStopping of Lightning and Keras",
            ),
        ),
        "label_smoothing": PracticeRow(
            use="regularize.label_smoothing=0.1",
            card=Card(
                does="spreads a share of each label evenly over the classes",
                formula="q = (1 - s) label + s / C; loss -sum q log p",
                helps="overconfident networks: better calibration, often better scores",
                hurts="teachers of other networks; labels that mixup has softened already",
                values="0.05 .. 0.1",
                paper="Szegedy et al. 2016, section 7",
                dialect="in training alone: losses of validation and test are of plain labels",
                torch="torch.nn.CrossEntropyLoss(label_smoothing=0.1)",
            ),
        ),
        "target_scaling": PracticeRow(
            use="always, where the targets are numbers",
            card=Card(
                does="trains a regression on targets of mean 0 and deviation 1",
                formula="y = (target - mean) / std of the training split; predictions go back",
                helps="any units: the usual rates and starts fit",
                hurts="targets with a few huge values, which set the scale: take logarithms first",
                values="nothing to choose",
                paper="Bishop 1995, Neural networks for pattern recognition, section 8.2",
                dialect="losses are of scaled targets; metrics and predictions in the data's units",
                torch="TransformedTargetRegressor of scikit-learn",
            ),
        ),
        "test_time_augmentation": PracticeRow(
            use="trainlab predict RUN DATA --augmentations 10; trainlab evaluate too",
            card=Card(
                does="averages predictions over augmented versions of each example",
                formula="mean over v of p(a_v(x)); a_0(x) = x, a_v the recipe's augmentation",
                helps="networks trained with augmentation: a little more accuracy, no training",
                hurts="speed: each version is a whole prediction; augmentation that is too strong",
                values="4 to 32 versions",
                paper="Krizhevsky, Sutskever & Hinton 2012, section 4.1",
                dialect="probabilities are averaged, not logits; numbers as they are",
            ),
        ),
    },
)
