"""C03: the start that a ReLU network needs."""

from __future__ import annotations

from trainlab.claims.claim import Ask, Claim, Expect, Found, Lines
from trainlab.claims.probes.populations import by_depth

__all__ = ["CLAIM"]

ARMS = {"Xavier": ["network.init=xavier_normal"], "He": ["network.init=he_normal"]}


def measured(ask: Ask) -> Found:
    """Give the factor on the activations from one hidden layer to the next."""
    curves = by_depth(ask, ARMS)
    values = {
        name: (curve.y[:, -1] / curve.y[:, 0]) ** (1 / (len(curve.x) - 1))
        for name, curve in curves.items()
    }
    return Found(values=values, curves=curves)


CLAIM = Claim(
    statement="Xavier's start fails under ReLU: it loses half of the variance in each layer; He's "
    "repairs it.",
    source="He, Zhang, Ren & Sun 2015, section 2.2",
    data="real: 256 digits; the mechanism does not depend on them",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [100] * 10, "activation": "relu"},
    },
    measure=measured,
    quantity="factor on the root mean square of the activations from one hidden layer to the next, "
    "before the first step",
    expects=(
        Expect("Xavier loses a factor near 0.71", of="Xavier", ratio=True, above=0.64, below=0.78),
        Expect("He keeps it, within a tenth", of="He", ratio=True, above=0.9, below=1.1),
    ),
    figure=Lines(x="hidden layer", y="root mean square of the activations", log=True),
    holds_when="At the start, without normalisation: a batch norm or residual branches repair "
    "Xavier's start too. Narrow layers scatter more from seed to seed.",
)
