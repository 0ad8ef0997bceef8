"""Drop-ins for torch.optim: its names, arguments and defaults, around the rules of the table.

Each says which options it has and which rule of the table they ask for, and no more. Left out are
torch's choices of implementation (foreach, fused, capturable, differentiable): there is one way.
"""

from __future__ import annotations

from functools import cache
from math import sqrt

from trainlab.errors import InputError
from trainlab.optim.stepper import Group, Parameters, Stepper
from trainlab.rules import RULES, Rule, muon, pair
from trainlab.rules.muon import JORDAN, as_adam

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Muon",
    "NAdam",
    "RAdam",
    "RMSprop",
]

Betas = tuple[float, float]

DAMPENED = pair("dampened", "unit")


class SGD(Stepper):
    """Stochastic gradient descent; with momentum, dampened or not, or Nesterov's. torch's SGD."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        if nesterov and (momentum <= 0 or dampening != 0):
            raise InputError("Nesterov's momentum needs momentum above 0 and no dampening")
        options = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give sgd, momentum, nesterov, or the pair of dampened and unit."""
        if group["momentum"] == 0:
            return RULES["sgd"]
        if group["dampening"] != 0:
            return DAMPENED
        return RULES["nesterov" if group["nesterov"] else "momentum"]


class Adagrad(Stepper):
    """A rate per coordinate that falls with all it has seen. torch's Adagrad."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "lr_decay": lr_decay,
            "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value,
            "eps": eps,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give adagrad."""
        return RULES["adagrad"]


class Adadelta(Stepper):
    """A rate that chooses itself. torch's Adadelta."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "rho": rho,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give adadelta."""
        return RULES["adadelta"]


class RMSprop(Stepper):
    """The gradient over its running RMS, or spread; with momentum. torch's RMSprop."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "alpha": alpha,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "centered": centered,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give one of the four writings of rmsprop."""
        centred = "_centred" if group["centered"] else ""
        return RULES[f"rmsprop{centred}" + ("_momentum" if group["momentum"] > 0 else "")]


class Adam(Stepper):
    """Averaged gradients over their running RMS; with amsgrad. torch's Adam."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        decoupled_weight_decay: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "decoupled_weight_decay": decoupled_weight_decay,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give adam or amsgrad."""
        return RULES["amsgrad" if group["amsgrad"] else "adam"]


class AdamW(Stepper):
    """Adam whose decay stands beside the rule, times lr. torch's AdamW."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "maximize": maximize,
            "decoupled_weight_decay": True,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give adam or amsgrad."""
        return RULES["amsgrad" if group["amsgrad"] else "adam"]


class Adamax(Stepper):
    """Adam with the largest recent gradient in place of the RMS. torch's Adamax."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give adamax."""
        return RULES["adamax"]


class Muon(Stepper):
    """Matrices along the orthogonal factor of their momentum. torch's Muon, in full precision.

    torch turns a matrix in bfloat16, this in the parameter's own type. Filters are taken as
    [out, rest]; parameters of fewer axes are refused: optim.Ruled(params, "muon") takes them all.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        weight_decay: float = 0.1,
        momentum: float = 0.95,
        nesterov: bool = True,
        ns_coefficients: tuple[float, float, float] = JORDAN,
        eps: float = 1e-7,
        ns_steps: int = 5,
        adjust_lr_fn: str | None = None,
    ) -> None:
        options = {
            "lr": lr,
            "weight_decay": weight_decay,
            "momentum": momentum,
            "nesterov": nesterov,
            "ns_coefficients": ns_coefficients,
            "eps": eps,
            "ns_steps": ns_steps,
            "adjust_lr_fn": adjust_lr_fn,
            "decoupled_weight_decay": True,
        }
        super().__init__(params, options)

    def add_param_group(self, param_group: Group) -> None:
        """Add a group, all of matrices; its rate is adjusted in a way of SCALES."""
        super().add_param_group(param_group)
        group = self.param_groups[-1]
        flat = [p.shape for p in group["params"] if p.dim() < 2]
        if flat or group["adjust_lr_fn"] not in SCALES:
            self.param_groups.pop()
        if flat:
            raise InputError(
                f"Muon turns matrices, and a parameter has the shape {tuple(flat[0])}",
                next_step='give it to another optimizer, or use optim.Ruled(params, "muon")',
            )
        if group["adjust_lr_fn"] not in SCALES:
            raise InputError(
                f"adjust_lr_fn is {group['adjust_lr_fn']!r}", allowed=[str(way) for way in SCALES]
            )

    def rule(self, group: Group) -> Rule:
        """Give muon with the group's own iteration, and nothing for what is no matrix."""
        names = ("nesterov", "ns_coefficients", "ns_steps", "eps", "adjust_lr_fn")
        return _muon(*(group[name] for name in names))


@cache
def _muon(
    nesterov: bool,
    coefficients: tuple[float, float, float],
    iterations: int,
    smallest: float,
    scale: str | None,
) -> Rule:
    return muon.Muon(
        rest=RULES["sgd"],
        hyper={"lr": 1e-3, "momentum": 0.95},
        card=RULES["muon"].card,
        scale=SCALES[scale],
        lookahead=nesterov,
        coefficients=coefficients,
        iterations=iterations,
        smallest=smallest,
    )


def _as_drawn(rows: int, columns: int) -> float:
    """Give Jordan's factor: a tall matrix steps further."""
    return sqrt(max(1, rows / columns))


SCALES = {None: _as_drawn, "original": _as_drawn, "match_rms_adamw": as_adam}
"""torch's names for the ways to adjust the rate to a matrix."""


class NAdam(Stepper):
    """Adam that looks one step ahead. torch's NAdam."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give nadam."""
        return RULES["nadam"]


class RAdam(Stepper):
    """Adam that begins as momentum until its variance can be trusted. torch's RAdam."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: Betas = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
    ) -> None:
        options = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "decoupled_weight_decay": decoupled_weight_decay,
            "maximize": maximize,
        }
        super().__init__(params, options)

    def rule(self, group: Group) -> Rule:
        """Give radam."""
        return RULES["radam"]
