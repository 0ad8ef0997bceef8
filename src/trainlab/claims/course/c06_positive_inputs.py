"""C06: what is always positive pulls a unit's weights all up or all down."""

from __future__ import annotations

from trainlab.claims.claim import Claim, Expect, Lines
from trainlab.claims.probes.signs import OneSigned
from trainlab.claims.probes.ways import ZigZag
from trainlab.claims.recipes import DIGITS, sgd
from trainlab.claims.together import Together

__all__ = ["CLAIM"]

HIDDEN = {"sigmoid": ["network.activation=sigmoid"], "tanh": ["network.activation=tanh"]}
PIXELS = {
    "pixels 0 to 1": ["network=linear", "data.preprocess=[min_max]"],
    "pixels less their mean": ["network=linear", "data.preprocess=[min_max, mean_image]"],
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
        Expect("sigmoid, one example: one sign", of="sigmoid at 1", above=100, below=100, unit="%"),
        Expect("tanh, one example: mixed", of="tanh at 1", below=75, unit="%"),
        Expect(
            "64 examples: above tanh", of="sigmoid at 64", to="tanh at 64", above=5, unit="points"
        ),
        Expect(
            "sigmoid: a tenth longer way", of="sigmoid, way", to="tanh, way", ratio=True, above=1.1
        ),
        Expect(
            "positive pixels: a tenth longer way than centred ones",
            of="pixels 0 to 1, way",
            to="pixels less their mean, way",
            ratio=True,
            above=1.1,
        ),
    ),
    figure=Lines(x="examples in a batch", y="gradients of one sign, %", log_x=True),
    holds_when="Of a single example the one sign is exact, whatever the data. Signs mix "
    "only slowly as a batch grows: of 64 digits, five gradients in six still agree. Centring the "
    "inputs of each layer, by preprocessing, tanh or a norm, removes the cause.",
)
