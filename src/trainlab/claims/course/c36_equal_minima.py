"""C36: how unequal the minima are that different starts lead to."""

from __future__ import annotations

import numpy as np

from trainlab.claims.claim import Ask, Claim, Dots, Expect, Found
from trainlab.claims.probes.populations import follow, scored
from trainlab.comparison.statistics.interval import Array

__all__ = ["CLAIM"]

WIDTHS = (4, 16, 64)


def measured(ask: Ask) -> Found:
    """Train each width from many starts, and see how far the ends lie apart."""
    values = {}
    for width in WIDTHS:
        recipe = ask.changed(f"network.widths=[{width}]")
        found = follow(recipe, {"train": scored("train"), "test": scored("test")})
        for part, curve in found.items():
            values[f"{width} units, {part}"] = curve.y[:, -1]
            values[f"{width} units, {part} apart"] = _apart(curve.y[:, 0], curve.y[:, -1])
    return Found(values=values)


def _apart(start: Array, end: Array) -> Array:
    """Give how far each end is from the median of the others, in % of the way it came."""
    others = [np.median(np.delete(end, row)) for row in range(len(end))]
    return np.asarray(100 * np.abs(end - others) / np.abs(start - end))


CLAIM = Claim(
    statement="Most local minima are nearly equally good, and the more so the larger the network.",
    source="Choromanska et al. 2015, The loss surfaces of multilayer networks, sections 3 and 5",
    data="real: digits",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp"},
        "optimizer": {"rule": "momentum", "lr": 0.1, "weight_decay": 0.001, "decay": "coupled"},
        "schedule": "cosine",
        "train": {"length": "600steps", "batch_size": 128, "evaluate_every": "600steps"},
    },
    pairs=24,
    measure=measured,
    quantity="a seed's last loss less the median of the others', in % of its improvement from the "
    "start; one hidden layer of 4, 16 or 64 units; pairs share split and batches",
    expects=(
        Expect("64 units: training losses agree", of="64 units, train apart", below=5, unit="%"),
        Expect("64 units: test losses agree", of="64 units, test apart", below=5, unit="%"),
        Expect(
            "4 units: training losses are further apart",
            of="4 units, train apart",
            to="64 units, train apart",
            ratio=True,
            above=2,
        ),
    ),
    figure=Dots(
        y="test loss at the end, nats",
        log=True,
        arms=tuple(f"{width} units, test" for width in WIDTHS),
    ),
    holds_when="In wide networks with a good start. It says nothing of minima that training does "
    "not find, and equal losses do not make equal networks: their mistakes differ.",
)
