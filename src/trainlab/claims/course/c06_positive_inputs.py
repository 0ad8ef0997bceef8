"""C06: what is always positive pulls a unit's weights all up or all down."""

from trainlab.claims.probes.signs import OneSigned
from trainlab.claims.probes.ways import ZigZag
from trainlab.claims.say import DIGITS, Claim, Expect, Lines, Together, sgd, vary

__all__ = ["CLAIM"]

HIDDEN = vary("network.activation", {"sigmoid": "sigmoid", "tanh": "tanh"})
PIXELS = {
    "raw pixels": ["network=linear", "data.preprocess=[min_max]"],
    "centred pixels": ["network=linear", "data.preprocess=[min_max, mean_image]"],
}

CLAIM = Claim(
    statement="Where all inputs of a unit are positive its gradients share one sign, and learning "
    "zig-zags.",
    source="LeCun, Bottou, Orr & Mueller 1998, Efficient BackProp, sections 4.3 and 4.4",
    data="real: digits",
    recipe={
        **DIGITS,
        **sgd(lr=0.3),
        "network": {"name": "mlp", "widths": [64, 64], "init": "xavier_normal"},
        "train": {"length": "400steps", "batch_size": 16},
    },
    measure=Together(
        OneSigned(arms=HIDDEN, layer="linear2", sizes=(1, 2, 4, 8, 16, 32, 64)),
        ZigZag(arms=HIDDEN, layer="linear2", target=0.7),
        ZigZag(arms=PIXELS, layer="output", target=0.7),
    ),
    quantity="share of the gradients of a unit's 64 incoming weights, in the second layer, that "
    "have the sign of most (even odds give 55 %); path length over displacement of a layer's "
    "weights until a training loss of 0.7 nats; pairs share batches",
    expects=(
        Expect("sigmoid, one example: one sign", "sigmoid at 1", above=100, below=100, unit="%"),
        Expect("tanh, one example: mixed", "tanh at 1", below=75, unit="%"),
        Expect("64 examples: more", "sigmoid at 64", less="tanh at 64", above=5, unit="points"),
        Expect("sigmoid: a tenth longer way", "sigmoid, way", over="tanh, way", above=1.1),
        Expect("raw pixels: the same", "raw pixels, way", over="centred pixels, way", above=1.1),
    ),
    figure=Lines(x="examples in a batch", y="gradients of one sign, %", log_x=True),
    holds_when="Of a single example the one sign is exact, whatever the data. Signs mix "
    "only slowly as a batch grows: of 64 digits, five gradients in six still agree. Centring the "
    "inputs of each layer, by preprocessing, tanh or a norm, removes the cause.",
)
