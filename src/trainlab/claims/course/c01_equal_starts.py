"""C01: what starts equal stays equal."""

from trainlab.claims.probes.symmetry import DifferentUnits
from trainlab.claims.say import DIGITS, Claim, Expect, Lines, sgd

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="Zeros or a constant as initial weights never break the symmetry of hidden units.",
    source="Goodfellow, Bengio & Courville 2016, Deep Learning, section 8.4",
    data="real: digits; the mechanism does not depend on them",
    recipe={
        **DIGITS,
        **sgd(lr=0.1),
        "network": {"name": "mlp", "widths": [16, 16], "activation": "tanh"},
        "train": {"length": "100steps", "evaluate_every": "10steps", "precision": "fp64"},
    },
    measure=DifferentUnits(
        arms={
            "zeros": ["network.init=zeros"],
            "constant 0.1": ["network.init={name: constant, value: 0.1}"],
            "He normal": ["network.init=he_normal"],
        },
    ),
    quantity="different hidden units of 16 in the first layer after 100 updates",
    expects=(
        Expect("zeros: all 16 are still one", "zeros", above=1, below=1, unit="units"),
        Expect("a constant: all are one", "constant 0.1", above=1, below=1, unit="units"),
        Expect("drawn at random: all differ", "He normal", above=16, below=16, unit="units"),
    ),
    figure=Lines(x="updates", y="different hidden units"),
    holds_when="Always: equal units get equal gradients. Dropout, or a different start of a single "
    "weight, breaks it; so does rounding in the end, where a sum is added up in another order.",
)
