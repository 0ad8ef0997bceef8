"""C08: ReLUs that a large rate pushes out of reach of every example."""

from trainlab.claims.probes.dead import DeadUnits
from trainlab.claims.say import DIGITS, Claim, Expect, Lines, sgd, vary

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="Too large a learning rate kills ReLUs for good; leaky ReLUs and ELUs do not die.",
    source="Maas, Hannun & Ng 2013, section 2; Clevert, Unterthiner & Hochreiter 2016",
    data="real: digits",
    recipe={
        **DIGITS,
        **sgd(lr=0.1),
        "network": {"name": "mlp", "widths": [64, 64], "init": "he_normal"},
        "train": {"length": "300steps", "evaluate_every": "50steps"},
    },
    measure=DeadUnits(
        arms=vary("network.activation", {"ReLU": "relu", "leaky ReLU": "leaky_relu", "ELU": "elu"}),
        rates=(0.01, 0.03, 0.1, 0.3, 1.0),
        slope=0.001,
    ),
    quantity="hidden units whose slope is at most 0.001 on every training example, after 300 "
    "updates at rates from 0.01 to 1; pairs share initial weights and batches",
    expects=(
        Expect("more die at rate 1", "ReLU at 1", less="ReLU at 0.01", above=10, unit="points"),
        Expect("dead half way and alive at the end", "ReLU, revived", below=5, unit="%"),
        Expect("leaky ReLUs at rate 1: none dies", "leaky ReLU at 1", below=1, unit="%"),
        Expect("ELUs at rate 1: none dies", "ELU at 1", below=1, unit="%"),
    ),
    figure=Lines(x="learning rate", y="dead hidden units, %", log_x=True),
    holds_when="Where the rate is so large that one step throws the biases and weights past all "
    "examples. Looked at after the rule was fixed, so only a hint: at rate 2 a third to a half of "
    "the ReLUs die, but there the network fails as a whole, and leaky ReLUs and ELUs diverge. A "
    "unit of the first layer never returns, since its inputs stay; one above may, when the layers "
    "below it move.",
)
