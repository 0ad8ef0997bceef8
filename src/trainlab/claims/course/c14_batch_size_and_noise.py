"""C14: what the batch size does to a gradient: nothing to its mean, 1/B to its variance."""

from trainlab.claims.probes.gradient_noise import GradientNoise
from trainlab.claims.say import DIGITS, Claim, Expect, Lines

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="The expected gradient does not depend on the batch size; its variance falls as 1/B.",
    source="Bottou, Curtis & Nocedal 2018, section 4.2; Goyal et al. 2017, section 2",
    data="real: digits, batches drawn with replacement",
    recipe=DIGITS | {"network": {"name": "mlp", "widths": [32]}},
    measure=GradientNoise(sizes=(4, 16, 64), draws=200),
    quantity="200 batches of each size: the slope of log variance over log B, and the mean "
    "gradient's share along that of all examples",
    expects=(
        Expect("the slope is -1", "slope", above=-1.05, below=-0.95),
        Expect("B = 4: the mean is the whole", "mean at B = 4", above=0.9, below=1.1),
        Expect("B = 16: the mean is the whole", "mean at B = 16", above=0.9, below=1.1),
        Expect("B = 64: the mean is the whole", "mean at B = 64", above=0.9, below=1.1),
    ),
    figure=Lines(x="batch size", y="variance of the gradient", log=True, log_x=True),
    holds_when="For losses that are means over examples: a batch norm makes the gradient depend on "
    "the batch itself. Drawn without replacement the variance falls a little faster.",
)
