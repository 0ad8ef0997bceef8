"""C15: a batch k times as large learns as much per example at k times the rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.compared import Compare

__all__ = ["CLAIM"]

BASE, UPDATES, LOOKS = 16, 1600, 20
MARGIN = 1.1


def arm(batch: int, scaling: str | None) -> list[str]:
    """Give what makes an arm: a batch, its rate, and as many examples in all."""
    updates = UPDATES * BASE // batch
    changes = [
        f"train.batch_size={batch}",
        f"train.length={updates}steps",
        f"train.evaluate_every={updates // LOOKS}steps",
    ]
    how = f"optimizer.lr_scaling={{name: {scaling}, base: {BASE}}}"
    return [*changes, how] if scaling else changes


COMPARED = Compare(
    arms={
        "16": arm(16, None),
        "64, linear": arm(64, "linear"),
        "256, linear": arm(256, "linear"),
        "256, root": arm(256, "sqrt"),
        "256, unchanged": arm(256, None),
    }
)


def measured(ask: Ask) -> Found:
    """Divide the validation loss of each arm by that of the base batch, example by example."""
    found = COMPARED(ask)
    base, values, curves = found.curves["16"], {}, {}
    for name, curve in found.curves.items():
        values[name] = np.exp(np.log(curve.y / base.y).mean(axis=1))
        batch = int(name.partition(",")[0])
        curves[name] = Curve(curve.x * batch, curve.y)
    return replace(found, values=values, curves=curves)


CLAIM = Claim(
    statement="A batch k times as large learns as much from each example at k times the rate.",
    source="Krizhevsky 2014, section 5; Goyal et al. 2017, section 2.1",
    data="real: digits",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [64, 64]},
        "optimizer": {"rule": "sgd", "lr": 0.02},
        "schedule": "constant",
    },
    measure=measured,
    quantity="validation loss over that of batch 16 after as many examples, a geometric mean along "
    "20 passes; pairs share split and initial weights",
    expects=(
        *(
            Expect(
                f"batch {batch} at a linear rate: the same curve",
                of=f"{batch}, linear",
                ratio=True,
                above=1 / MARGIN,
                below=MARGIN,
            )
            for batch in (64, 256)
        ),
        Expect("at a root rate: slower", of="256, root", ratio=True, above=MARGIN),
        Expect("at the same rate: slower", of="256, unchanged", ratio=True, above=MARGIN),
    ),
    figure=Lines(x="examples seen", y="validation loss, nats", log=True),
    holds_when="While a step is small enough that k of them go about where one k times as long "
    "goes: for plain SGD at moderate rates. At the largest stable rate, with momentum at the very "
    "start, and under Adam (whose steps have the rate's own size) it does not.",
)
