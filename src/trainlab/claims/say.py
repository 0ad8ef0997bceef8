"""What claims are said in, from one place: `from trainlab.claims.say import Claim, Expect, Lines`.

Probes are not among it: a claim names the room of the mechanism that it looks at.
"""

from __future__ import annotations

from trainlab.claims.claim import Claim, Dots, Expect, Lines
from trainlab.claims.compared import TUNED, Compare, reaching
from trainlab.claims.recipes import ADAM_OR_SGD, DIGITS, LAST, adam, sgd, vary
from trainlab.claims.together import Together
from trainlab.comparison.design import Design

__all__ = [
    "ADAM_OR_SGD",
    "DIGITS",
    "LAST",
    "TUNED",
    "Claim",
    "Compare",
    "Design",
    "Dots",
    "Expect",
    "Lines",
    "Together",
    "adam",
    "reaching",
    "sgd",
    "vary",
]
