"""C02: how widely weights must be drawn for a deep tanh network."""

from trainlab.claims.probes.depth import ThroughDepth
from trainlab.claims.say import DIGITS, Claim, Expect, Lines

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="In deep tanh networks a small spread of the weights kills the activations, a large "
    "one saturates them, and Xavier's keeps them.",
    source="Glorot & Bengio 2010, sections 3 and 4.2.1",
    data="real: 256 digits; the mechanism does not depend on them",
    recipe=DIGITS | {"network": {"name": "mlp", "widths": [100] * 10, "activation": "tanh"}},
    measure=ThroughDepth(
        arms={
            "N(0, 0.01)": ["network.init={name: normal, std: 0.01}"],
            "N(0, 1)": ["network.init={name: normal, std: 1.0}"],
            "Xavier": ["network.init=xavier_normal"],
        },
    ),
    quantity="root mean square of the activations of ten hidden layers, before the first step",
    expects=(
        Expect(
            "N(0, 0.01): nearly all is lost", "N(0, 0.01), last / first", factor=True, below=0.01
        ),
        Expect("N(0, 1): at 0.9 of the most there can be", "N(0, 1), last", above=0.9),
        Expect("Xavier: kept within a tenth", "Xavier, a layer", factor=True, above=0.9, below=1.1),
    ),
    figure=Lines(x="hidden layer", y="root mean square of the activations", log=True),
    holds_when="At the start, without normalisation. Xavier keeps the variance where tanh is "
    "linear; a real tanh takes a little in each layer, and more than ten layers lose more.",
)
