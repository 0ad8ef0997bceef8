"""C37: networks fit labels that mean nothing."""

from __future__ import annotations

from dataclasses import replace

from trainlab import seeds
from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.probes.populations import follow, scored
from trainlab.comparison.statistics.interval import Array
from trainlab.data import SOURCES, Raw

__all__ = ["CLAIM", "permuted"]

ARMS = {
    "true labels": "data.source.name=digits",
    "permuted labels": "data.source={name: python, function: '" + __name__ + ":permuted'}",
}
POINTS = 100


def permuted(*, seed: int = 0) -> Raw:
    """Read the digits with their labels dealt out anew."""
    raw = SOURCES["digits"].load()
    order = seeds.permutation(seeds.keys([seed], "labels")[0], raw.n)
    return replace(raw, name="permuted digits", y=None if raw.y is None else raw.y[order])


def measured(ask: Ask) -> Found:
    """Train the same network on either, and see what it knows of its own examples and of others."""
    values, curves = dict[str, Array](), dict[str, Curve]()
    for arm, change in ARMS.items():
        seen = follow(
            ask.changed(change),
            {part: scored(part, "accuracy") for part in ("train", "test")},
        )
        curves[arm], curves[f"{arm}, test"] = seen["train"], seen["test"]
        values |= {f"{arm}, {part}": POINTS * curve.y[:, -1] for part, curve in seen.items()}
    return Found(values=values, curves=curves)


CLAIM = Claim(
    statement="Networks fit random labels: training accuracy alone shows nothing of what is "
    "learned.",
    source="Zhang et al. 2017, Understanding deep learning requires rethinking generalization, "
    "section 2.1",
    data="real: digits; constructed: the same with their labels permuted once",
    recipe={
        "data": {"source": "digits", "split": {"by": "random"}},
        "network": {"name": "mlp", "widths": [192, 192]},
        "optimizer": {"rule": "adam", "lr": 0.003},
        "schedule": "cosine",
        "train": {"length": "900steps", "batch_size": 128, "evaluate_every": "60steps"},
    },
    pairs=6,
    measure=measured,
    quantity="accuracy after 900 updates on training and test examples; pairs share pictures, "
    "split, initial weights and batches",
    expects=(
        Expect("permuted: learned by heart", of="permuted labels, train", above=99, unit="%"),
        Expect("permuted: others are guessed", of="permuted labels, test", below=15, unit="%"),
        Expect("true: learned as well", of="true labels, train", above=99, unit="%"),
        Expect("true: others are known", of="true labels, test", above=90, unit="%"),
    ),
    figure=Lines(x="updates", y="accuracy"),
    holds_when="Where the network has more weights than examples and is trained for long enough: "
    "random labels take many more updates than true ones, and here three times the 900. Strong "
    "regularisation, or too few units, prevents it.",
)
