"""C15: a batch k times as large learns as much per example at k times the rate."""

from trainlab.claims.probes.batch_scaling import BatchScaling
from trainlab.claims.say import DIGITS, Claim, Expect, Lines, sgd

__all__ = ["CLAIM"]

MARGIN = 1.1

CLAIM = Claim(
    statement="A batch k times as large learns as much from each example at k times the rate.",
    source="Krizhevsky 2014, section 5; Goyal et al. 2017, section 2.1",
    data="real: digits",
    recipe={**DIGITS, **sgd(lr=0.02), "network": {"name": "mlp", "widths": [64, 64]}},
    measure=BatchScaling(
        base=16,
        updates=1600,
        looks=20,
        arms={
            "64, linear": (64, "linear"),
            "256, linear": (256, "linear"),
            "256, root": (256, "sqrt"),
            "256, unchanged": (256, ""),
        },
    ),
    quantity="validation loss over that of batch 16 after as many examples, a geometric mean along "
    "20 passes",
    expects=(
        Expect("64: the same curve", "64, linear", factor=True, above=1 / MARGIN, below=MARGIN),
        Expect("256: the same curve", "256, linear", factor=True, above=1 / MARGIN, below=MARGIN),
        Expect("256 at a root rate: slower", "256, root", factor=True, above=MARGIN),
        Expect("256 at the same rate: slower", "256, unchanged", factor=True, above=MARGIN),
    ),
    figure=Lines(x="examples seen", y="validation loss, nats", log=True),
    holds_when="While a step is small enough that k of them go about where one k times as long "
    "goes: for plain SGD at moderate rates. At the largest stable rate, with momentum at the very "
    "start, and under Adam (whose steps have the rate's own size) it does not.",
)
