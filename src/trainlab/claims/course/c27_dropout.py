"""C27: dropout helps where a network overfits, and not where it does not."""

from __future__ import annotations

from trainlab.claims.claim import Ask, Claim, Dots, Expect, Found
from trainlab.claims.probes.populations import follow, scored
from trainlab.claims.probes.splits import split_by_split

__all__ = ["CLAIM"]

PLACES = {
    "few": ["network.widths=[256,256]", "data.split.val=0.1", "data.split.test=0.85"],
    "many": ["network.widths=[16]"],
}
"""90 examples for 85,000 weights, and 1257 examples for 1,200."""
RATES = {"": "regularize.dropout=0.0", " + dropout": "regularize.dropout=0.5"}
POINTS = 100


def measured(ask: Ask) -> Found:
    """Measure where a network overfits and where it does not, with and without dropout."""
    return split_by_split(ask, _on_one_split)


def _on_one_split(ask: Ask) -> Found:
    values = {}
    for place, said in PLACES.items():
        for name, rate in RATES.items():
            looks = {part: scored(part, "accuracy") for part in ("train", "test")}
            seen = follow(ask.changed(*said, rate), looks)
            values[f"{place}{name}"] = POINTS * seen["test"].y[:, -1]
            values[f"{place}{name}, gap"] = POINTS * (seen["train"].y - seen["test"].y)[:, -1]
    return Found(values=values)


CLAIM = Claim(
    statement="Dropout helps where a network overfits, and not where it does not.",
    source="Srivastava et al. 2014, Dropout, sections 6.1 and 7.4",
    data="real: digits; 90 of them and 2 x 256 units, or 1257 and 16 units",
    recipe={
        "data": {"source": "digits", "preprocess": ["channel_standardize"]},
        "network": {"name": "mlp"},
        "optimizer": {"rule": "adam", "lr": 0.001},
        "schedule": "cosine",
        "train": {"length": "600steps", "batch_size": 32, "evaluate_every": "600steps"},
    },
    pairs=10,
    measure=measured,
    quantity="test accuracy after 600 updates with dropout 0.5 less that without; gap: training "
    "less test accuracy; pairs share split, initial weights and batches",
    expects=(
        Expect("few: it overfits", of="few, gap", above=5, unit="points"),
        Expect("few: dropout helps", of="few + dropout", to="few", above=0.5, unit="points"),
        Expect("many: it hardly overfits", of="many, gap", below=5, unit="points"),
        Expect(
            "many: dropout does not help", of="many + dropout", to="many", below=0.5, unit="points"
        ),
    ),
    figure=Dots(y="test accuracy, %", arms=("few", "few + dropout", "many", "many + dropout")),
    holds_when="Where training accuracy is well above test accuracy and the network has units to "
    "spare. With very few examples little is left to average over: Srivastava et al. see no gain "
    "at 100 and 500 of MNIST, then one that grows with the examples and falls again.",
)
