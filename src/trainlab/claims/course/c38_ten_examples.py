"""C38: a network that cannot overfit ten examples is broken."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from trainlab.claims.claim import Ask, Claim, Dots, Expect, Found
from trainlab.claims.probes.populations import follow, scored
from trainlab.comparison.statistics.interval import Array

__all__ = ["CLAIM", "Planted"]

UNITS = 64
FITTED = 0.05
"""Mean training loss, in nats, below which ten examples are learned by heart."""
OWN = "network={name: python, factory: '" + __name__ + ":Planted', options: {bug: '%s'}}"
HEALTHY = {
    "ReLU": "network={name: mlp, widths: [64, 64]}",
    "tanh": "network={name: mlp, widths: [64, 64], activation: tanh, init: xavier_normal}",
    "batch norm": "network={name: mlp, widths: [64, 64], norm: batch}",
    "CNN": "network={name: cnn, channels: [8, 16]}",
    "no bug": OWN % "",
}
BROKEN = {
    "rate 0": "optimizer.lr=0.0",
    "zeros": "network={name: mlp, widths: [64, 64], init: zeros}",
    "labels astray": OWN % "astray",
    "softmax twice": OWN % "softmax",
    "ReLU at end": OWN % "relu",
    "frozen": OWN % "frozen",
    "detached": OWN % "detached",
}


class Planted(nn.Module):
    """A perceptron with one bug: "" for none."""

    def __init__(self, feature_shape: tuple[int, ...], outputs: int, *, bug: str = "") -> None:
        super().__init__()
        inputs = int(np.prod(feature_shape))
        self.bug = bug
        self.hidden = nn.Sequential(
            nn.Flatten(), nn.Linear(inputs, UNITS), nn.ReLU(), nn.Linear(UNITS, UNITS), nn.ReLU()
        )
        self.head = nn.Linear(UNITS, outputs)
        if bug == "frozen":
            self.hidden.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """Give logits, [B, ...] -> [B, C], and do what the bug does."""
        if self.bug == "astray" and self.training:
            x = x.roll(1, 0)  # each example meets its neighbour's label, another one each step
        h = self.hidden(x)
        y: Tensor = self.head(h.detach() if self.bug == "detached" else h)
        if self.bug == "softmax":
            return y.softmax(dim=-1)
        return torch.relu(y) if self.bug == "relu" else y


def measured(ask: Ask) -> Found:
    """Train healthy networks and broken ones on ten digits, one of each class."""
    networks = {**HEALTHY, **BROKEN}
    losses = {name: _last_loss(ask, change) for name, change in networks.items()}
    failed = {name: 100.0 * ~(loss < FITTED) for name, loss in losses.items()}
    rates = {
        "false alarms": np.mean([failed[name] for name in HEALTHY], axis=0),
        "bugs found": np.mean([failed[name] for name in BROKEN], axis=0),
    }
    told = ", ".join(f"{name} {failed[name].mean():.0f} %" for name in networks)
    return Found(values={**losses, **rates}, notes=(f"could not overfit: {told}",))


def _last_loss(ask: Ask, change: str) -> Array:
    seen = follow(ask.changed(change), {"loss": scored("train")})["loss"].y[:, -1]
    return np.where(np.isfinite(seen), seen, np.inf)


CLAIM = Claim(
    statement="A network that cannot overfit ten examples is broken, and most that are broken "
    "cannot.",
    source="Karpathy 2019, A recipe for training neural networks; Goodfellow, Bengio & Courville "
    "2016, section 11.5",
    data="real: digits, one of each class; constructed: seven bugs",
    recipe={
        "data": {"source": "digits", "split": {"val": 0.1946, "test": 0.8}},
        "network": {"name": "mlp"},
        "optimizer": {"rule": "adam", "lr": 0.003},
        "schedule": "constant",
        "train": {"length": "300steps", "batch_size": 10, "evaluate_every": "300steps"},
    },
    measure=measured,
    quantity="share of 5 healthy networks and of 7 with a bug whose training loss stays above 0.05 "
    "nats for 300 updates; pairs share examples",
    expects=(
        Expect("healthy networks pass", of="false alarms", below=5, unit="%"),
        Expect("most bugs are found", of="bugs found", above=50, unit="%"),
    ),
    figure=Dots(y="training loss on ten examples, nats", log=True, arms=(*HEALTHY, *BROKEN)),
    holds_when="For bugs that keep gradient, labels or outputs from their work, and as long as the "
    "updates are few: layers that do not learn slip through at ten times as many, since the head "
    "fits ten examples alone. Bugs of evaluation, and of data that ten examples do not show, are "
    "never found so.",
)
