"""The table of what stands around a rule: each row is a number of a recipe's optimizer section.

Rows are in the order in which they act. A row that no member uses is never called.
"""

from __future__ import annotations

from collections.abc import Collection

from trainlab.rules.around import gradients, places, slow, weights
from trainlab.rules.around.row import AroundRow
from trainlab.tables import Card, Table

__all__ = ["AROUND", "DRAWING", "rows_in_use"]


def rows_in_use(fields: Collection[str], decay: str) -> tuple[AroundRow, ...]:
    """Give the rows that read these fields; of the two kinds of decay the one of that name."""
    decays = ("coupled", "decoupled")
    named = [row for name, row in AROUND.items() if name not in decays or name == decay]
    return tuple(row for row in named if row.field in fields)


AROUND: Table[AroundRow] = Table(
    "around",
    {
        "weight_noise": AroundRow(
            law=lambda theta, s: places.add_noise(theta, s.key, s.h["weight_noise"]),
            on="place",
            field="weight_noise",
            kind="strength",
            draws=True,
            use="optimizer={weight_noise: 0.01}",
            card=Card(
                does="takes the gradient at weights with normal noise added",
                formula="g = grad L(theta + n), n ~ N(0, weight_noise^2); theta keeps no noise",
                helps="recurrent networks and few examples: weights that need less precision",
                hurts="deep networks at a deviation near that of their weights",
                values="0.005 .. 0.075, well below the deviation of the weights",
                paper="An 1996; Graves 2013",
                dialect="every weight, gains and biases too; one draw a step, which all batches "
                "of an accumulated step share",
            ),
        ),
        "sam": AroundRow(
            law=lambda theta, s: places.climb(theta, s.slope, s.h["sam"]),
            on="second place",
            field="sam",
            kind="strength",
            use="optimizer={sam: 0.05}",
            card=Card(
                does="takes the gradient at the worst place near theta: flat minima",
                formula="g = grad L(theta + sam g1 / |g1|), g1 = grad L(theta)",
                helps="generalisation of long trainings, noisy labels; with SGD and momentum",
                hurts="time: two gradients a step; radii that leave the valley",
                values="0.05; 0.01 .. 0.2, larger for larger weights",
                paper="Foret et al. 2021 (SAM), algorithm 1",
                dialect="running statistics move in the first pass only, and both passes drop the "
                "same activations; each batch of an accumulated step climbs by its own gradient, "
                "the paper's m-sharpness",
            ),
        ),
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
            draws=True,
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
        "lookahead": AroundRow(
            law=lambda theta, s: slow.look_ahead(
                theta, s.kept["slow"], s.h["t"], s.h["lookahead_every"], s.h["lookahead"]
            ),
            on="weights after",
            field="lookahead",
            kind="share",
            counts={"lookahead_every": 5},
            keeps="slow",
            use="optimizer={lookahead: 0.5, lookahead_every: 5}",
            card=Card(
                does="goes back part of the way every few steps, to slow weights that follow",
                formula="every lookahead_every steps: slow += lookahead (theta - slow), "
                "theta = slow",
                helps="noisy gradients and high rates: less variance at no cost in tuning",
                hurts="short trainings: it advances by a share of the way",
                values="0.5 or 0.8 of the way, every 5 or 10 steps",
                paper="Zhang et al. 2019 (Lookahead), algorithm 1",
                dialect="the rule's own state stays as it is; the weights that are evaluated are "
                "the fast ones, which are the slow ones at each multiple of lookahead_every",
            ),
        ),
    },
)

DRAWING = frozenset(row.field for row in AROUND.values() if row.draws)
"""The numbers of rows that read the step's key."""
