"""C04: orthogonal weights keep lengths through any number of linear layers."""

from __future__ import annotations

import numpy as np

from trainlab.claims.claim import Ask, Claim, Expect, Found, Lines
from trainlab.claims.probes.populations import by_depth

__all__ = ["CLAIM"]

ARMS = {"orthogonal": ["network.init=orthogonal"], "Xavier": ["network.init=xavier_normal"]}


def measured(ask: Ask) -> Found:
    """Compare the last hidden layer's root mean square with the first's."""
    curves = by_depth(ask, ARMS)
    kept = {name: curve.y[:, -1] / curve.y[:, 0] for name, curve in curves.items()}
    drift = np.abs(kept["Xavier"] - 1)
    return Found(values={"orthogonal": kept["orthogonal"], "Xavier, drift": drift}, curves=curves)


CLAIM = Claim(
    statement="Orthogonal weights keep the norm of every signal through a deep linear network.",
    source="Saxe, McClelland & Ganguli 2014, section 3",
    data="real: 256 digits; mathematics says it of any",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [64] * 30, "activation": "identity"},
    },
    measure=measured,
    quantity="root mean square of the thirtieth hidden layer over that of the first",
    expects=(
        Expect("orthogonal: equal to rounding", of="orthogonal", above=1 - 1e-5, below=1 + 1e-5),
        Expect("Xavier keeps it on the mean only", of="Xavier, drift", above=0.05),
    ),
    figure=Lines(x="hidden layer", y="root mean square of the outputs", log=True),
    holds_when="In square linear layers exactly. A tanh or a ReLU takes its part in each layer; "
    "a gain that makes up for it keeps the mean, not each signal.",
)
