"""C13: batch normalisation can undo itself."""

from __future__ import annotations

import torch
from torch import nn

from trainlab import seeds
from trainlab.claims.claim import Ask, Claim, Dots, Expect, Found
from trainlab.claims.probes.populations import begun

__all__ = ["CLAIM"]

SIZE = 64
UNDONE, BEGUN = "gamma = sigma, beta = mu", "gamma = 1, beta = 0"


def measured(ask: Ask) -> Found:
    """Normalise a batch of each seed, and compare what comes out with what went in."""
    task = begun(ask).task
    x, _ = task.part("train")
    found: dict[str, list[float]] = {UNDONE: [], BEGUN: []}
    for seed in range(ask.recipe.seed, ask.recipe.seed + ask.pairs):
        picked = seeds.permutation(seeds.keys([seed], "order")[0], x.shape[1])[:SIZE]
        batch = x[0, picked].flatten(1).double()
        norm = nn.BatchNorm1d(batch.shape[1], dtype=batch.dtype)
        for name in (BEGUN, UNDONE):
            found[name].append(float((norm(batch).detach() - batch).abs().max() / batch.std()))
            with torch.no_grad():
                norm.weight.copy_((batch.var(dim=0, correction=0) + norm.eps).sqrt())
                norm.bias.copy_(batch.mean(dim=0))
    return Found(values={name: torch.tensor(row).numpy() for name, row in found.items()})


CLAIM = Claim(
    statement="With gamma = sigma and beta = mu, batch normalisation is the identity: it can "
    "represent the network that it replaces.",
    source="Ioffe & Szegedy 2015, section 3",
    data="real: batches of 64 digits, not preprocessed; mathematics says it of any",
    recipe={"data": {"source": "digits"}},
    measure=measured,
    quantity="largest change of a feature by the layer, in standard deviations of the batch",
    expects=(
        Expect("the identity, to rounding", of=UNDONE, below=1e-6),
        Expect("as it begins it is not", of=BEGUN, above=0.1),
    ),
    figure=Dots(y="largest change, standard deviations", log=True),
    holds_when="In training mode, on the batch whose sigma and mu they are; sigma is the root of "
    "the biased variance plus epsilon. That it can does not mean that training finds it.",
)
