"""C19: without bias correction Adam's first steps have the wrong size."""

from trainlab.claims.probes.step_sizes import FirstSteps
from trainlab.claims.say import DIGITS, Claim, Expect, Lines, adam

__all__ = ["CLAIM"]

CORRECTED = "optimizer.rule={direction: averaged, preconditioner: rms_debiased}"
UNCORRECTED = "optimizer.rule={direction: smoothed, preconditioner: rms}"
BETA2 = "optimizer.beta2=0.999"

CLAIM = Claim(
    statement="Without bias correction Adam's first steps have the wrong size.",
    source="Kingma & Ba 2015, section 3 and section 6.4",
    data="real: digits",
    recipe={
        **DIGITS,
        "network": {"name": "mlp", "widths": [64]},
        **adam(lr=1e-3, schedule="constant"),
        "train": {"length": "50steps", "evaluate_every": "1steps", "precision": "fp64"},
    },
    measure=FirstSteps(
        arms={"corrected": [CORRECTED, BETA2], "uncorrected": [UNCORRECTED, BETA2]}, few=10
    ),
    quantity="root mean square of a weight's step over the rate, at the first step and over the "
    "first 10; beta1 0.9, beta2 0.999; pairs share initial weights and batches",
    expects=(
        Expect("corrected: the first is the rate", "corrected, first", above=0.9, below=1.1),
        Expect("uncorrected: the first is too long", "uncorrected, first", above=2),
        Expect("uncorrected: the first ten too", "uncorrected", over="corrected", above=2),
    ),
    figure=Lines(x="updates", y="step / rate", log_x=True, log=True),
    holds_when="With beta2 closer to 1 than beta1, as usual: the first step is then (1 - beta1) / "
    "sqrt(1 - beta2) of the rate, 3.2 with the usual values, and 1 with beta2 = 0.99.",
)
