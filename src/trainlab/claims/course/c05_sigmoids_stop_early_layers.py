"""C05: what a sigmoid does to the gradient on its way back."""

from trainlab.claims.probes.depth import ThroughDepth
from trainlab.claims.probes.ways import Moved
from trainlab.claims.say import DIGITS, Claim, Expect, Lines, Together, sgd

__all__ = ["CLAIM"]

ARMS = {
    "sigmoid": ["network.activation=sigmoid"],
    "tanh": ["network.activation=tanh"],
    "ReLU, He": ["network.activation=relu", "network.init=he_normal"],
}

CLAIM = Claim(
    statement="Sigmoids hand back at most a quarter of the gradient, so the early layers of a deep "
    "network hardly learn.",
    source="Bengio, Simard & Frasconi 1994; Glorot & Bengio 2010, section 3.1",
    data="real: digits",
    recipe={
        **DIGITS,
        **sgd(lr=0.1),
        "network": {"name": "mlp", "widths": [64] * 6, "init": "xavier_normal"},
        "train": {"length": "100steps", "evaluate_every": "100steps"},
    },
    measure=Together(ThroughDepth(arms=ARMS, back=True), Moved(arms=ARMS, layer="linear1")),
    quantity="factor on the gradient from one hidden layer to the one before; how far the first "
    "layer's weights move in 100 updates, as a share of their length",
    expects=(
        Expect("sigmoid: a quarter a layer", "sigmoid, a layer", factor=True, below=0.25),
        Expect("tanh: more than a half", "tanh, a layer", factor=True, above=0.5),
        Expect(
            "layer 1 moves a hundredth as far", "sigmoid, moved", over="tanh, moved", below=0.01
        ),
    ),
    figure=Lines(x="hidden layer", y="root mean square of the gradient", log=True),
    holds_when="In deep networks without normalisation or residual branches. Rules that scale "
    "each weight's step by itself (RMSprop, Adam) move the first layer all the same.",
)
