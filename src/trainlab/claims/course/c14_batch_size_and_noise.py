"""C14: what the batch size does to a gradient: nothing to its mean, 1/B to its variance."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from trainlab import seeds
from trainlab.claims.claim import Ask, Claim, Curve, Expect, Found, Lines
from trainlab.claims.probes.populations import begun, gradient
from trainlab.engine.training import Training

__all__ = ["CLAIM"]

SIZES = (4, 16, 64)
DRAWS = 200


def measured(ask: Ask) -> Found:
    """Draw batches of several sizes with replacement, and compare with the whole gradient."""
    training = begun(ask.changed())
    p = training.population.p
    x, y = training.task.part("train")
    whole = gradient(training, x.expand(p, *x.shape[1:]), y.expand(p, *y.shape[1:])).double()
    keys = seeds.keys(range(ask.recipe.seed, ask.recipe.seed + p), "order")
    found = [_of_size(training, seeds.fold_in(keys, size), size, whole) for size in SIZES]
    shares, variances = zip(*found, strict=True)
    spread = torch.stack(variances, dim=1).numpy()
    slope = np.polyfit(np.log(SIZES), np.log(spread.T), 1)[0]
    means = {f"mean at B = {b}": s.numpy() for b, s in zip(SIZES, shares, strict=True)}
    curves = {"of the gradient": Curve(np.asarray(SIZES, float), spread)}
    return Found(values={"slope": slope, **means}, curves=curves)


def _of_size(training: Training, keys: Tensor, size: int, whole: Tensor) -> tuple[Tensor, Tensor]:
    """Give the mean's share along the whole gradient, 1 if it is unbiased, and the variance."""
    n = training.task.train.shape[1]
    folds = torch.zeros(training.population.p, dtype=torch.int64)
    total, squares = torch.zeros_like(whole), torch.zeros(len(whole), dtype=torch.float64)
    for draw in range(DRAWS):
        places = (seeds.uniform(seeds.fold_in(keys, draw), (size,)) * n).long().clamp(max=n - 1)
        rows = training.task.train[0][places]
        g = gradient(training, *training.task.gather(rows, folds)).double()
        total, squares = total + g, squares + g.square().sum(dim=1)
    mean = total / DRAWS
    variance = (squares - DRAWS * mean.square().sum(dim=1)) / (DRAWS - 1)
    return (mean * whole).sum(dim=1) / whole.square().sum(dim=1), variance


CLAIM = Claim(
    statement="The expected gradient does not depend on the batch size; its variance falls as 1/B.",
    source="Bottou, Curtis & Nocedal 2018, section 4.2; Goyal et al. 2017, section 2",
    data="real: digits, batches drawn with replacement",
    recipe={
        "data": {"source": "digits", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [32]},
    },
    measure=measured,
    quantity="200 batches of each size: the slope of log variance over log B, and the mean "
    "gradient's share along that of all examples",
    expects=(
        Expect("the slope is -1", of="slope", above=-1.05, below=-0.95),
        *(
            Expect(
                f"B = {size}: the mean is the whole", of=f"mean at B = {size}", above=0.9, below=1.1
            )
            for size in SIZES
        ),
    ),
    figure=Lines(x="batch size", y="variance of the gradient", log=True, log_x=True),
    holds_when="For losses that are means over examples: a batch norm makes the gradient depend on "
    "the batch itself. Drawn without replacement the variance falls a little faster.",
)
