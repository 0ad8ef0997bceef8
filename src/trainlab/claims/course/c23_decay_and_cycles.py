"""C23: what a falling rate brings at the end, and what cycles bring on the way."""

from trainlab.claims.say import DIGITS, LAST, Claim, Compare, Design, Expect, Lines, vary

__all__ = ["CLAIM"]

SCHEDULES = {
    "constant": "constant",
    "cosine": "cosine",
    "step": "{name: step, every: 5ep, gamma: 0.1}",
    "cyclical": "{name: cyclical, rise: 2ep}",
    "SGDR": "{name: restarts, first: 2ep, multiply: 2}",
}

CLAIM = Claim(
    statement="A rate that falls ends lower than a constant one; cycles and warm restarts (SGDR) "
    "reach a target sooner.",
    source="Robbins & Monro 1951; Smith 2017; Loshchilov & Hutter 2017, section 4",
    data="real: digits",
    recipe={
        **DIGITS,
        "network": {"name": "mlp", "widths": [64, 32], "activation": "relu"},
        "optimizer": {"rule": "momentum", "lr": 0.03},
        "train": {"length": "16ep", "batch_size": 32, "evaluate_every": "10steps"},
    },
    any_recipe=True,
    measure=Compare(
        arms=vary("schedule", SCHEDULES),
        always=[LAST],
        design=Design(metric="accuracy", tune=("optimizer.lr",), trials=6),
        curve="val/accuracy",
        reach=0.95,
    ),
    quantity="test accuracy of the last weights, and updates until 95 % of validation is right; "
    "each arm at its own tuned peak rate",
    expects=(
        Expect("cosine ends above", "cosine", less="constant", above=0, unit="points"),
        Expect("steps end above", "step", less="constant", above=0, unit="points"),
        Expect("cycles are faster", "cyclical, steps", over="constant, steps", below=1),
        Expect("SGDR is faster", "SGDR, steps", over="constant, steps", below=1),
    ),
    figure=Lines(x="updates", y="validation accuracy", low=0.9),
    holds_when="Where gradient noise keeps a constant rate from settling: small batches, long "
    "runs, noisy labels. Cycles help where the rate has not been tuned; a tuned constant rate is "
    "already as large on the way as their peaks.",
)
