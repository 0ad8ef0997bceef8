"""C17: momentum damps the oscillation in a narrow valley, Nesterov's more."""

from trainlab.claims.probes.valleys import NarrowValley
from trainlab.claims.say import Claim, Expect, Lines

__all__ = ["CLAIM"]

AS_FAST = 1 - 0.9
"""The rate, over SGD's, that goes as fast along the valley: one less the momentum."""
ARMS = {"SGD": ("sgd", 1.0), "momentum": ("momentum", AS_FAST), "Nesterov": ("nesterov", AS_FAST)}

CLAIM = Claim(
    statement="Momentum damps the oscillation in a narrow valley, Nesterov's more.",
    source="Qian 1999; Sutskever, Martens, Dahl & Hinton 2013, section 2",
    data="constructed: straight valleys of condition numbers 32 to 320",
    recipe={},
    pairs=16,
    measure=NarrowValley(arms=ARMS, bounce=tuple(1.05 + 0.05 * place for place in range(19))),
    quantity="path across the valley over the first distance from its floor (1: no oscillation), "
    "a mean over rates at which SGD bounces; with momentum at 1 - momentum times SGD's rate, so "
    "that all go equally fast along the valley; pairs share valley and start",
    expects=(
        Expect("momentum damps", "momentum", over="SGD", below=1),
        Expect("Nesterov's damps", "Nesterov", over="SGD", below=1),
        Expect("and more", "Nesterov", over="momentum", below=1),
        Expect("as fast", "momentum, updates", over="SGD, updates", above=0.8, below=1.25),
    ),
    figure=Lines(x="SGD's rate x steepness", y="path across / first distance", log=True),
    holds_when="At equal progress heavy ball damps only where SGD is near the largest rate that "
    "the walls allow (2 / steepness): there SGD bounces for long. Below, heavy ball swings wider "
    "than SGD bounces, since it rolls on; Nesterov's look ahead brakes it. What momentum buys is "
    "speed along the valley.",
)
