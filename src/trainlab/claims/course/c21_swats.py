"""C21: SWATS is as fast as Adam and as good as SGD."""

from dataclasses import replace

from trainlab.claims.probes.switching import Switched
from trainlab.claims.say import ADAM_OR_SGD, LAST, TUNED, Claim, Compare, Expect, Lines, vary

__all__ = ["CLAIM"]

COMPARED = Compare(
    arms=vary("optimizer.rule", {"Adam": "adam", "SWATS": "swats", "SGD + momentum": "momentum"}),
    always=[LAST],
    design=replace(TUNED, metric="accuracy"),
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
    quantity="updates until 90 % of validation is right, and test accuracy at the end of the same "
    "runs, each arm at the rate that ends best",
    expects=(
        Expect("as fast as Adam", "SWATS, steps", over="Adam, steps", below=1.25),
        Expect("as good as SGD", "SWATS", less="SGD + momentum", above=-0.5, unit="points"),
        Expect("it does switch, in most runs", "runs that became SGD", above=50, unit="%"),
    ),
    figure=Lines(x="updates", y="validation accuracy", low=0.85),
    holds_when="Where there is something to get (see C20) and the switch comes neither at once nor "
    "never. Its criterion is absolute, 1e-9: in a run of some hundred updates at a usual rate it "
    "is not met, and SWATS is Adam to the end; at a very small rate it is met in the second step.",
)
