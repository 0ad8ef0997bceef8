"""C21: SWATS is as fast as Adam and as good as SGD."""

from __future__ import annotations

from dataclasses import replace

from trainlab.claims.claim import Claim, Expect, Lines
from trainlab.claims.compared import RATE_TUNED, Compare
from trainlab.claims.course.c20_adam_or_sgd import ADAM_OR_SGD
from trainlab.claims.probes.switching import Switched

__all__ = ["CLAIM"]

COMPARED = Compare(
    arms={
        "Adam": ["optimizer.rule=adam"],
        "SWATS": ["optimizer.rule=swats"],
        "SGD + momentum": ["optimizer.rule=momentum"],
    },
    design=replace(RATE_TUNED, metric="accuracy"),
    curve="val/accuracy",
    reach=0.9,
)

CLAIM = Claim(
    statement="SWATS, which begins as Adam and ends as SGD, is as fast as the one and as good as "
    "the other.",
    source="Keskar & Socher 2017, sections 3 and 4",
    data="real: digits",
    recipe=ADAM_OR_SGD,
    pairs=16,
    any_recipe=True,
    measure=Switched(compare=COMPARED, arm="SWATS", says="runs that became SGD"),
    quantity="updates until 90% of validation is right, and test accuracy at the end of the same "
    "runs, each arm at the rate that ends best; pairs share split, initial weights and batches",
    expects=(
        Expect("as fast as Adam", of="SWATS, steps", to="Adam, steps", ratio=True, below=1.25),
        Expect("as good as SGD", of="SWATS", to="SGD + momentum", above=-0.5, unit="points"),
        Expect("it does switch, in most runs", of="runs that became SGD", above=50, unit="%"),
    ),
    figure=Lines(x="updates", y="validation accuracy"),
    holds_when="Where there is something to get (see C20) and the switch comes neither at once nor "
    "never. Its criterion is absolute, 1e-9: in a run of some hundred updates at a usual rate it "
    "is not met, and SWATS is Adam to the end; at a very small rate it is met in the second step.",
)
