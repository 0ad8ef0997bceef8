"""C20: Adam is fast, SGD with momentum generalises."""

from trainlab.claims.say import (
    ADAM_OR_SGD,
    LAST,
    TUNED,
    Claim,
    Compare,
    Expect,
    Lines,
    Together,
    reaching,
)

__all__ = ["CLAIM"]

ADAM, SGD = ["optimizer.rule=adam", LAST], ["optimizer.rule=momentum", LAST]
GOOD = Compare(arms={"Adam": ADAM, "SGD + momentum": SGD}, design=TUNED, curve="val/accuracy")
FAST = Compare(arms={"Adam, updates": ADAM, "SGD + momentum, updates": SGD}, design=reaching(0.9))

CLAIM = Claim(
    statement="Adam is fast, SGD with momentum generalises better.",
    source="Wilson, Roelofs, Stern, Srebro & Recht 2017; against it Choi et al. 2019",
    data="real: digits",
    recipe=ADAM_OR_SGD,
    pairs=16,
    any_recipe=True,
    measure=Together(GOOD, FAST),
    quantity="updates until 90 % of validation is right, and test accuracy of the last weights; "
    "for each, every arm is tuned anew with as many trials",
    expects=(
        Expect("Adam is faster", "Adam, updates", over="SGD + momentum, updates", below=1),
        Expect("SGD + momentum ends better", "SGD + momentum", less="Adam", above=0, unit="points"),
    ),
    figure=Lines(x="updates", y="validation accuracy", low=0.85),
    holds_when="Where the scales of gradients differ between layers or over time (transformers, "
    "recurrent nets) Adam is faster; where training goes on long after the training loss is 0 "
    "(image classifiers) SGD has been found better. Tuned alike on a small network, each can do "
    "what the other does.",
)
