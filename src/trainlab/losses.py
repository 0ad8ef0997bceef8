"""Losses per example: the engine averages them over a batch, for each member by itself.

    output    [..., C] logits, or [..., k] predictions
    target    [...] int64 classes or [..., C] probabilities; [..., k], or [...] where k = 1
    result    [...]

The leading axes are the examples' (and the members', and time's), so all of this works on [B, C],
on [P, B, C], on [B, T, C] and under vmap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor
from torch.nn import functional

from trainlab.averages import Value
from trainlab.tables import Card, Table

__all__ = ["LOSSES", "Loss", "LossRow", "MeanLoss"]

MeanLoss = Callable[[Tensor, Tensor], Tensor]
"""What a network is trained on: output, target of one batch -> a number."""


class Loss(Protocol):
    """A loss; `label_smoothing` is a number or a tensor that broadcasts to the result."""

    def __call__(self, output: Tensor, target: Tensor, *, label_smoothing: Value = 0.0) -> Tensor:
        """Give the loss of each example."""


@dataclass(frozen=True, kw_only=True)
class LossRow:
    """A loss of the table."""

    function: Loss
    targets: str
    """What it is for: "classes", "values" or "yes or no"."""
    smooths: bool = False
    """Whether label smoothing has a meaning; the others ignore it."""
    fused: Callable[..., Tensor] | None = None
    """torch's one kernel for the mean over [B, C] and classes [B], where torch has one."""
    card: Card

    def __call__(self, output: Tensor, target: Tensor, *, label_smoothing: Value = 0.0) -> Tensor:
        """Give the loss of each example, [...]."""
        return self.function(output, target, label_smoothing=label_smoothing)

    def mean(self, output: Tensor, target: Tensor, *, label_smoothing: Value = 0.0) -> Tensor:
        """Give the mean over the examples of one member's batch, []."""
        flat = output.dim() == 2 and target.dim() == 1 and not isinstance(label_smoothing, Tensor)
        if self.fused is not None and flat:
            return self.fused(output, target, label_smoothing=label_smoothing)
        return self(output, target, label_smoothing=label_smoothing).mean()


def cross_entropy(output: Tensor, target: Tensor, *, label_smoothing: Value = 0.0) -> Tensor:
    """Give -sum q log softmax(output), q = (1 - smoothing) target + smoothing / C."""
    log_p = _log_softmax(output)
    if target.is_floating_point():
        told = -(target * log_p).sum(dim=-1)
    else:
        told = -log_p.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    if not isinstance(label_smoothing, Tensor) and label_smoothing == 0.0:
        return told
    return (1 - label_smoothing) * told - label_smoothing * log_p.mean(dim=-1)


def _log_softmax(x: Tensor) -> Tensor:
    """Give x - log sum exp x; for few classes three times as fast on a CPU as torch's kernel."""
    x = x - x.detach().amax(dim=-1, keepdim=True)
    return x - x.exp().sum(dim=-1, keepdim=True).log()


def binary_cross_entropy(output: Tensor, target: Tensor, *, label_smoothing: Value = 0.0) -> Tensor:
    """Give -q log sigmoid(output) - (1 - q) log sigmoid(-output), averaged over k questions."""
    q = _beside(output, target)
    q = _spread(label_smoothing) * (0.5 - q) + q
    loss = output - q * output + functional.softplus(-output)
    return loss.mean(dim=-1)


def mse(output: Tensor, target: Tensor, *, label_smoothing: Value = 0.0) -> Tensor:
    """Give the mean of (output - target)^2 over the k values."""
    return (output - _beside(output, target)).square().mean(dim=-1)


def l1(output: Tensor, target: Tensor, *, label_smoothing: Value = 0.0) -> Tensor:
    """Give the mean of |output - target| over the k values."""
    return (output - _beside(output, target)).abs().mean(dim=-1)


def huber(output: Tensor, target: Tensor, *, label_smoothing: Value = 0.0) -> Tensor:
    """Give the mean over the k values of d^2 / 2 where d = |output - target| < 1, else d - 1/2."""
    d = (output - _beside(output, target)).abs()
    near = d.clamp(max=1.0)
    return (near * (d - 0.5 * near)).mean(dim=-1)


def _beside(output: Tensor, target: Tensor) -> Tensor:
    """Give the target the output's axes: [B] beside [B, 1] would broadcast to [B, B] unseen."""
    target = target.unsqueeze(-1) if target.dim() == output.dim() - 1 else target
    return target.to(output.dtype)


def _spread(smoothing: Value) -> Value:
    """Give a smoothing that broadcasts to the result [...] one axis more, for [..., k]."""
    return smoothing.unsqueeze(-1) if isinstance(smoothing, Tensor) else smoothing


LOSSES: Table[LossRow] = Table(
    "loss",
    {
        "cross_entropy": LossRow(
            function=cross_entropy,
            fused=functional.cross_entropy,
            targets="classes",
            smooths=True,
            card=Card(
                does="how surprised the softmax of the logits is by the class",
                formula="-log softmax(output)[class]",
                helps="one class out of C; at the start about log C",
                hurts="wrong labels: its cost has no bound (smooth the labels)",
                values="label smoothing 0 to 0.1",
                paper="Bridle 1990; smoothing: Szegedy et al. 2016, section 7",
                torch="cross_entropy",
            ),
        ),
        "binary_cross_entropy": LossRow(
            function=binary_cross_entropy,
            targets="yes or no",
            smooths=True,
            card=Card(
                does="how surprised the sigmoid of each logit is by its answer",
                formula="softplus(output) - q output",
                helps="two classes with one output, or k independent questions",
                hurts="rare answers: most of the loss is about the common one",
                values="label smoothing 0 to 0.1",
                paper="Cox 1958; smoothing towards 1/2: Mueller et al. 2019",
                torch="BCEWithLogitsLoss, binary_cross_entropy_with_logits",
            ),
        ),
        "mse": LossRow(
            function=mse,
            targets="values",
            card=Card(
                does="the mean squared error",
                formula="mean (output - target)^2",
                helps="regression with Gaussian noise; predicts the mean",
                hurts="outliers: their gradient grows without bound",
                values="targets scaled to unit variance: at the start about 1",
                paper="Legendre 1805",
                torch="mse_loss",
            ),
        ),
        "l1": LossRow(
            function=l1,
            targets="values",
            card=Card(
                does="the mean absolute error",
                formula="mean |output - target|",
                helps="outliers; predicts the median",
                hurts="near the optimum: the gradient does not fade, so the rate must",
                values="nothing to choose",
                paper="Laplace 1774",
                torch="l1_loss",
            ),
        ),
        "huber": LossRow(
            function=huber,
            targets="values",
            card=Card(
                does="squared near the target, absolute far from it",
                formula="d^2 / 2 if d = |output - target| < 1 else d - 1/2",
                helps="outliers, with a gradient that fades near the optimum",
                hurts="targets whose scale is not about 1: the corner is at d = 1",
                values="targets scaled to unit variance",
                paper="Huber 1964",
                torch="huber_loss(delta=1), smooth_l1_loss(beta=1)",
            ),
        ),
    },
)
