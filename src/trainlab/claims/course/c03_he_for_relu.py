"""C03: the start that a ReLU network needs."""

from trainlab.claims.probes.depth import ThroughDepth
from trainlab.claims.say import DIGITS, Claim, Expect, Lines

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="Xavier's start fails under ReLU: it loses half of the variance in each layer; He's "
    "repairs it.",
    source="He, Zhang, Ren & Sun 2015, section 2.2",
    data="real: 256 digits; the mechanism does not depend on them",
    recipe=DIGITS | {"network": {"name": "mlp", "widths": [100] * 10, "activation": "relu"}},
    measure=ThroughDepth(
        arms={"Xavier": ["network.init=xavier_normal"], "He": ["network.init=he_normal"]},
    ),
    quantity="factor on the root mean square of the activations from one hidden layer to the next, "
    "before the first step",
    expects=(
        Expect("Xavier: factor near 0.71", "Xavier, a layer", factor=True, above=0.64, below=0.78),
        Expect("He: kept within a tenth", "He, a layer", factor=True, above=0.9, below=1.1),
    ),
    figure=Lines(x="hidden layer", y="root mean square of the activations", log=True),
    holds_when="At the start, without normalisation: a batch norm or residual branches repair "
    "Xavier's start too. Narrow layers scatter more from seed to seed.",
)
