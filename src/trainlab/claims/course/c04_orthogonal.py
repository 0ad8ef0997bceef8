"""C04: orthogonal weights keep lengths through any number of linear layers."""

from trainlab.claims.probes.depth import ThroughDepth
from trainlab.claims.say import DIGITS, Claim, Expect, Lines

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="Orthogonal weights keep the norm of every signal through a deep linear network.",
    source="Saxe, McClelland & Ganguli 2014, section 3",
    data="real: 256 digits; mathematics says it of any",
    recipe=DIGITS | {"network": {"name": "mlp", "widths": [64] * 30, "activation": "identity"}},
    measure=ThroughDepth(
        arms={"orthogonal": ["network.init=orthogonal"], "Xavier": ["network.init=xavier_normal"]},
    ),
    quantity="root mean square of the thirtieth hidden layer over that of the first",
    expects=(
        Expect(
            "orthogonal: equal to rounding",
            "orthogonal, last / first",
            above=1 - 1e-5,
            below=1 + 1e-5,
        ),
        Expect("Xavier keeps it on the mean only", "Xavier, drift", above=0.05),
    ),
    figure=Lines(x="hidden layer", y="root mean square of the outputs", log=True),
    holds_when="In square linear layers exactly. A tanh or a ReLU takes its part in each layer; "
    "a gain that makes up for it keeps the mean, not each signal.",
)
