"""C22: second order wins on small, smooth, full-batch problems, and not otherwise."""

from trainlab.claims.probes.evaluations import Evaluations
from trainlab.claims.say import Claim, Compare, Design, Expect, Lines, Together, vary

__all__ = ["CLAIM"]

WHOLE = {"length": "100steps", "batch_size": 1000, "precision": "fp64", "evaluate_every": "1steps"}
WINE = Evaluations(
    level=1e-2,
    tuned=vary("optimizer.rule", {"Adam": "adam", "momentum": "momentum"}),
    rates=(0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0),
    untuned={
        "L-BFGS": ["optimizer.rule=lbfgs", "train.length=40steps"],
        "Newton-CG": ["optimizer.rule=newton_cg", "train.length=20steps"],
    },
)
IMAGES = ["data.source=digits", "network={name: mlp, widths: [64, 64]}", "train.precision=fp32"]
BATCHES = [*IMAGES, "train.batch_size=32", "train.evaluate_every=50steps"]
DIGITS = Compare(
    arms={
        "Adam, batches": [*BATCHES, "optimizer.rule=adam", "train.length=400steps"],
        "L-BFGS, batches": [*BATCHES, "optimizer.rule=lbfgs", "train.length=200steps"],
    },
    design=Design(tune=("optimizer.lr",), trials=6, rounds=2, halving=False),
)

CLAIM = Claim(
    statement="Second-order methods win on small, smooth, full-batch problems, and not otherwise.",
    source="Nocedal & Wright 2006, chapter 7; Bottou, Curtis & Nocedal 2018, section 6",
    data="real: wine, all examples at once, tanh; digits in batches of 32, relu",
    recipe={
        "data": {"source": "wine", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [16], "activation": "tanh"},
        "schedule": "constant",
        "train": WHOLE,
    },
    measure=Together(WINE, DIGITS),
    quantity="wine: evaluations (a gradient or a product with the Hessian) until the training loss "
    "is 0.01; first-order rules at the best of 7 rates, the others untuned. "
    "Digits: test accuracy after 400 gradients, tuned (L-BFGS: 200 updates of two or more)",
    expects=(
        Expect("L-BFGS beats Adam", "L-BFGS", over="Adam", below=1),
        Expect("L-BFGS beats momentum", "L-BFGS", over="momentum", below=1),
        Expect("Newton-CG beats Adam", "Newton-CG", over="Adam", below=1),
        Expect("Newton-CG beats momentum", "Newton-CG", over="momentum", below=1),
        Expect("not in batches", "L-BFGS, batches", less="Adam, batches", below=0.5, unit="points"),
    ),
    figure=Lines(x="evaluations", y="training loss, nats", log_x=True, log=True),
    holds_when="Where the loss is the same function at every step, smooth, and wanted to many "
    "digits: the lower the loss that is asked for, the larger the lead, as the figure shows. To a "
    "moderate loss on an easy problem a tuned first-order rule is sooner there: a line search has "
    "its price, and what tuning cost is not counted.",
)
