"""The table of what stands around a rule: each row is a number of a recipe's optimizer section.

Rows are in the order in which they act. A row that no member uses is never called.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import inf
from typing import Literal

import torch
from torch import Tensor

from trainlab.averages import Value
from trainlab.layout import Layout
from trainlab.rules.around import gradients, weights
from trainlab.tables import Card, Table

__all__ = ["AROUND", "OFF", "AroundRow", "Setting", "rows_in_use"]

Kind = Literal["limit", "strength", "switch"]
"""What a number is: a limit above 0, a strength from 0, or on and off."""

OFF: Mapping[Kind, float] = {"limit": inf, "strength": 0.0, "switch": 0.0}
"""What each kind is for a member that does without."""


@dataclass(frozen=True)
class Setting:
    """What a row may read besides the tensor that it changes."""

    theta: Tensor
    """[P, N]"""
    layout: Layout
    decayed: Tensor
    """1 where penalties on weights apply, [1, N]: matrices and filters, not norm gains, biases."""
    h: Mapping[str, Value]
    """Every number of the step, by name; `noise_key` int64 [P, 1] for rows that draw."""

    @property
    def key(self) -> Tensor:
        """What this step's noise is drawn from, int64 [P, 1]."""
        return torch.as_tensor(self.h["noise_key"])


@dataclass(frozen=True, kw_only=True)
class AroundRow:
    """A row of the table."""

    law: Callable[[Tensor, Setting], Tensor]
    """Changes the gradient [P, N] and gives it; or the weights, in place."""
    on: Literal["gradient", "weights before", "weights after"] = "gradient"
    """What it changes: the gradient, or the weights before or after the rule's step."""
    field: str
    """The number of the optimizer section that it reads."""
    kind: Kind
    use: str
    """How a recipe says it."""
    card: Card

    @property
    def off(self) -> float:
        """The number with which it is the identity."""
        return OFF[self.kind]


def rows_in_use(fields: Collection[str], decay: str) -> tuple[AroundRow, ...]:
    """Give the rows that read these fields; of the two kinds of decay the one of that name."""
    decays = ("coupled", "decoupled")
    named = [row for name, row in AROUND.items() if name not in decays or name == decay]
    return tuple(row for row in named if row.field in fields)


AROUND: Table[AroundRow] = Table(
    "around",
    {
        "centralize": AroundRow(
            law=lambda g, s: gradients.centralize(g, s.layout, s.h["centralize"]),
            field="centralize",
            kind="switch",
            use="optimizer={centralize: true}",
            card=Card(
                does="takes its mean from the gradient of each unit",
                formula="g_i - mean(g_i), i a row of a matrix or a filter",
                helps="convolutional networks with SGD: smoother, and a mild regulariser",
                hurts="layers whose inputs are not centred and whose mean weight matters",
                values="true or false",
                paper="Yong et al. 2020 (Gradient Centralization), equation 1",
                dialect="on the loss's own gradient, before penalties and clipping; every weight "
                "of two or more axes",
            ),
        ),
        "l1": AroundRow(
            law=lambda g, s: weights.penalize_l1(g, s.theta, s.decayed * s.h["l1"]),
            field="l1",
            kind="strength",
            use="optimizer={l1: 0.0001}",
            card=Card(
                does="pulls each weight to zero by the same amount, however small it is",
                formula="g + l1 sign(theta)",
                helps="many useless inputs: their weights fall to about zero",
                hurts="adaptive rules, which rescale it; weights end near 0, not at 0",
                values="1e-6 .. 1e-3",
                paper="Tibshirani 1996 (lasso)",
                dialect="a subgradient, in the gradient; norm gains and biases are exempt",
            ),
        ),
        "coupled": AroundRow(
            law=lambda g, s: weights.decay_coupled(g, s.theta, s.decayed * s.h["weight_decay"]),
            field="weight_decay",
            kind="strength",
            use="optimizer={decay: coupled, weight_decay: 0.0005}",
            card=Card(
                does="adds the gradient of an L2 penalty",
                formula="g + weight_decay theta",
                helps="SGD and momentum, where it is what papers mean by weight decay",
                hurts="adaptive rules: weights with large gradients decay less",
                values="1e-5 .. 5e-4",
                paper="Hoerl & Kennard 1970 (ridge); Krogh & Hertz 1992",
                dialect="norm gains and biases are exempt",
                torch="weight_decay of SGD, Adam, RMSprop",
            ),
        ),
        "agc": AroundRow(
            law=lambda g, s: gradients.clip_adaptively(g, s.theta, s.layout, s.h["agc"]),
            field="agc",
            kind="limit",
            use="optimizer={agc: 0.01}",
            card=Card(
                does="clips the gradient of each unit relative to the norm of its weights",
                formula="g_i min(1, agc max(|w_i|, 0.001) / |g_i|)",
                helps="deep networks without batch norm, large rates and batches",
                hurts="units that start at zero: they can only creep away",
                values="0.01 for large batches, to 0.08 or more for small ones",
                paper="Brock et al. 2021 (NFNets), equation 3",
                dialect="every layer; the paper spares the last linear one",
            ),
        ),
        "clip_layer": AroundRow(
            law=lambda g, s: gradients.clip_by_layer(g, s.layout, s.h["clip_layer"]),
            field="clip_layer",
            kind="limit",
            use="optimizer={clip_layer: 1.0}",
            card=Card(
                does="shortens the gradient of each weight tensor that is too long",
                formula="g_l min(1, clip_layer / (|g_l| + 1e-6))",
                helps="where one layer explodes and the others should still learn",
                hurts="the direction of the whole gradient: it changes between layers",
                values="0.1 .. 1, near the usual norm of one layer",
                paper="Pascanu, Mikolov & Bengio 2013, algorithm 1, by layer",
                torch="clip_grad_norm_ of each parameter by itself",
            ),
        ),
        "clip_norm": AroundRow(
            law=lambda g, s: gradients.clip_by_norm(g, s.h["clip_norm"]),
            field="clip_norm",
            kind="limit",
            use="optimizer={clip_norm: 1.0}",
            card=Card(
                does="shortens a member's whole gradient where it is too long",
                formula="g min(1, clip_norm / (|g| + 1e-6))",
                helps="recurrent networks, whose gradients explode; keeps the direction",
                hurts="a limit below the usual norm: every step is then as long as the limit",
                values="0.25 .. 5, just above the usual gradient/norm",
                paper="Pascanu, Mikolov & Bengio 2013, algorithm 1",
                torch="clip_grad_norm_",
            ),
        ),
        "clip_value": AroundRow(
            law=lambda g, s: gradients.clip_by_value(g, s.h["clip_value"]),
            field="clip_value",
            kind="limit",
            use="optimizer={clip_value: 0.5}",
            card=Card(
                does="clips each coordinate of the gradient",
                formula="max(-clip_value, min(clip_value, g))",
                helps="single coordinates that spike",
                hurts="the direction: it turns towards the small coordinates",
                values="0.01 .. 1",
                paper="Mikolov 2012, PhD thesis, section 3.2",
                torch="clip_grad_value_",
            ),
        ),
        "gradient_noise": AroundRow(
            law=lambda g, s: gradients.add_noise(g, s.key, s.h["gradient_noise"], s.h["t"]),
            field="gradient_noise",
            kind="strength",
            use="optimizer={gradient_noise: 0.01}",
            card=Card(
                does="adds normal noise that fades to the gradient",
                formula="g + N(0, gradient_noise / t^0.55), t = 1, 2, ...",
                helps="very deep networks, poor initialisation, saddles",
                hurts="well-behaved problems with small batches: there is noise enough",
                values="0.01, 0.3 or 1",
                paper="Neelakantan et al. 2015, equation 1",
                dialect="after clipping, so that clipping does not shorten it",
            ),
        ),
        "decoupled": AroundRow(
            law=lambda theta, s: weights.decay_decoupled(
                theta, s.decayed, s.h["lr"] * s.h["weight_decay"]
            ),
            on="weights before",
            field="weight_decay",
            kind="strength",
            use="optimizer={decay: decoupled, weight_decay: 0.01}",
            card=Card(
                does="shrinks the weights beside the rule",
                formula="theta (1 - lr weight_decay)",
                helps="adaptive rules: all weights decay alike; the default",
                hurts="numbers from papers on SGD with an L2 term: here lr multiplies them too",
                values="0.01 .. 0.1 with Adam's rates",
                paper="Loshchilov & Hutter 2019, algorithm 2",
                dialect="times lr, before the step; norm gains and biases are exempt",
                torch="weight_decay of AdamW",
            ),
        ),
        "max_norm": AroundRow(
            law=lambda theta, s: weights.limit_norm(theta, s.layout, s.decayed, s.h["max_norm"]),
            on="weights after",
            field="max_norm",
            kind="limit",
            use="optimizer={max_norm: 3.0}",
            card=Card(
                does="keeps the weights into each unit within a ball",
                formula="w_i max_norm / |w_i| where |w_i| > max_norm, after each step",
                helps="dropout with large rates: weights cannot blow up",
                hurts="limits below the norms at the start, which shrink the signal",
                values="3 .. 4",
                paper="Srebro & Shraibman 2005; Srivastava et al. 2014, section 5.1",
                dialect="norm gains and biases are exempt",
                torch="renorm(p=2, dim=0, maxnorm)",
            ),
        ),
    },
)
