"""C26: when a penalty on the weights is the same as shrinking them."""

from trainlab.claims.probes.ends import WeightsApart
from trainlab.claims.say import DIGITS, Claim, Dots, Expect

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="An L2 penalty equals weight decay under SGD, and not under Adam.",
    source="Loshchilov & Hutter 2019, propositions 1 and 2",
    data="real: digits; mathematics says the first half of any",
    recipe={
        **DIGITS,
        "network": {"name": "mlp", "widths": [32], "activation": "tanh"},
        "optimizer": {"lr": 0.01, "weight_decay": 0.1},
        "train": {"length": "200steps", "evaluate_every": "200steps", "precision": "fp64"},
    },
    measure=WeightsApart(
        arms={"SGD": ["optimizer.rule=sgd"], "Adam": ["optimizer.rule=adam"]},
        ways=("optimizer.decay=coupled", "optimizer.decay=decoupled"),
    ),
    quantity="distance of the weights after 200 updates, penalty against decay, as a share of "
    "their length; same initial weights and batches",
    expects=(
        Expect("SGD: the same to rounding", "SGD", below=1e-12),
        Expect("Adam: other weights", "Adam", above=0.01),
    ),
    figure=Dots(x="distance, share of the weights' length", log=True),
    holds_when="Plain SGD, where the decay is multiplied by the rate. Momentum averages the "
    "penalty along with the gradient, and Adam divides it by the gradient's size.",
)
