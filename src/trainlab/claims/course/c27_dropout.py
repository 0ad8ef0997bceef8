"""C27: dropout helps where a network overfits, and not where it does not."""

from trainlab.claims.probes.splits import SplitBySplit
from trainlab.claims.probes.unseen import Overfitting
from trainlab.claims.say import Claim, Dots, Expect, adam

__all__ = ["CLAIM"]

FEW = ["network.widths=[256,256]", "data.split.val=0.1", "data.split.test=0.85"]
"""90 examples for 85,000 weights."""
MANY = ["network.widths=[16]"]
"""1257 examples for 1,200 weights."""
DROPOUT = "regularize.dropout=0.5"
ARMS = {
    "few": FEW,
    "few + dropout": [*FEW, DROPOUT],
    "many": MANY,
    "many + dropout": [*MANY, DROPOUT],
}

CLAIM = Claim(
    statement="Dropout helps where a network overfits, and not where it does not.",
    source="Srivastava et al. 2014, Dropout, sections 6.1 and 7.4",
    data="real: digits; 90 of them and 2 x 256 units, or 1257 and 16 units",
    recipe={
        "data": {"source": "digits", "preprocess": ["channel_standardize"]},
        "network": {"name": "mlp"},
        **adam(lr=0.001, schedule="cosine"),
        "train": {"length": "600steps", "batch_size": 32, "evaluate_every": "600steps"},
    },
    pairs=10,
    measure=SplitBySplit(Overfitting(arms=ARMS)),
    quantity="test accuracy after 600 updates with dropout 0.5 less that without; gap: training "
    "less test accuracy; pairs share split, initial weights and batches",
    expects=(
        Expect("few: it overfits", "few, gap", above=5, unit="points"),
        Expect("few: dropout helps", "few + dropout", less="few", above=0.5, unit="points"),
        Expect("many: it hardly overfits", "many, gap", below=5, unit="points"),
        Expect("many: dropout does not", "many + dropout", less="many", below=0.5, unit="points"),
    ),
    figure=Dots(x="test accuracy, %", arms=tuple(ARMS)),
    holds_when="Where training accuracy is well above test accuracy and the network has units to "
    "spare. With very few examples little is left to average over: Srivastava et al. see no gain "
    "at 100 and 500 of MNIST, then one that grows with the examples and falls again.",
)
