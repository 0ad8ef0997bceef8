"""C29: what helps where examples are few."""

from trainlab.claims.probes.splits import SplitBySplit
from trainlab.claims.say import Claim, Compare, Dots, Expect, Together, adam

__all__ = ["CLAIM"]

DENSE = {
    "plain": [],
    "dropout": ["regularize.dropout=0.5"],
    "noise": ["regularize.input_noise=0.1"],
    "mixup": ["regularize.mix={name: mixup, alpha: 0.2}"],
    "augmented": ["data.augment=[{name: affine, degrees: 10, scale: 0.1, translate: 0.1}]"],
}
RESNET = ["network={name: resnet, widths: [4, 8], blocks: 2}", "optimizer.lr=0.01"]
DEEP = {"resnet": RESNET, "depth": [*RESNET, "regularize.stochastic_depth=0.5"]}
"""At these rates the plain networks fit all their examples: there is overfitting to help with."""
HELPED = dict.fromkeys(("dropout", "noise", "mixup", "augmented"), "plain") | {"depth": "resnet"}

CLAIM = Claim(
    statement="Where examples are few, dropout, noise, mixup, augmentation and stochastic depth "
    "all help.",
    source="Srivastava et al. 2014; Bishop 1995; Zhang et al. 2018, mixup; Simard et al. 2003; "
    "Huang et al. 2016, Deep networks with stochastic depth",
    data="real: digits, 90 to learn from and 1527 to judge by",
    recipe={
        "data": {"source": "digits", "split": {"val": 0.1, "test": 0.85}},
        "network": {"name": "mlp", "widths": [128, 128]},
        **adam(lr=0.003, schedule="cosine"),
        "train": {"length": "300steps", "batch_size": 32, "evaluate_every": "300steps"},
        "seed": 200,
    },
    pairs=6,
    measure=SplitBySplit(Together(Compare(arms=DENSE), Compare(arms=DEEP))),
    quantity="test accuracy after 300 updates, less that of the plain network",
    expects=tuple(
        Expect(f"{arm} helps", arm, less=plain, above=0.5, unit="points")
        for arm, plain in HELPED.items()
    ),
    figure=Dots(x="test accuracy, %", arms=(*DENSE, *DEEP)),
    holds_when="Where the plain network fits its examples and has units and updates to spare: in a "
    "training too short for that, or in a residual network of few narrow blocks, what drops parts "
    "costs more than it gives. Augmentation, where it says what the label does not depend on.",
)
