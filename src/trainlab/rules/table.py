"""The table of update rules, and rules made of any two factors by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from trainlab.rules.algebra import Product, Rule
from trainlab.rules.directions import DIRECTIONS
from trainlab.rules.muon import Muon
from trainlab.rules.preconditioners import PRECONDITIONERS
from trainlab.rules.rolled import Rolled
from trainlab.rules.swats import Swats
from trainlab.tables import Card, Table

__all__ = ["RULES", "pair"]


def pair(
    direction: str,
    preconditioner: str,
    hyper: Mapping[str, float] | None = None,
    card: Card | None = None,
) -> Product:
    """Make the rule lr * direction * preconditioner; `hyper` overrides the factors' defaults.

    Raises UnknownName.
    """
    where, far = DIRECTIONS[direction], PRECONDITIONERS[preconditioner]
    return Product(
        direction=where,
        preconditioner=far,
        hyper={"lr": 1e-2, **where.reads, **far.reads, **(hyper or {})},
        card=card or _card(where.card, far.card),
    )


def _card(where: Card, far: Card) -> Card:
    return Card(
        does=f"{where.does}; {far.does}",
        formula=f"[{where.formula}] * [{far.formula}]",
        paper=f"{where.paper}; {far.paper}",
    )


ADAM = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}

RMSPROP = {"lr": 1e-2, "beta2": 0.99, "eps": 1e-8}

_ADAM_CARD = Card(
    does="averages gradients, and divides by their running RMS",
    formula="lr * m_hat / (sqrt(v_hat) + eps)",
    helps="works at once on most networks: steps of about lr along every coordinate",
    hurts="often generalises a little worse than tuned SGD with momentum",
    values="lr 1e-3 (3e-4 for large networks), beta1 0.9, beta2 0.999, eps 1e-8",
    paper="Kingma & Ba 2015, algorithm 1",
    dialect="torch's: eps outside the root; with decoupled decay it is AdamW; without its bias"
    " correction it is {direction: smoothed, preconditioner: rms}",
    torch="Adam, AdamW",
)

_ADAMW_CARD = replace(
    _ADAM_CARD,
    does="adam under the name it has with decoupled weight decay",
    formula="theta (1 - lr wd) - lr * m_hat / (sqrt(v_hat) + eps)",
    helps="wherever adam is used with weight decay: the decay is not divided by the RMS",
    values="as adam; optimizer.weight_decay 0.01 to 0.1, which is 0 unless said",
    paper="Loshchilov & Hutter 2019, algorithm 2",
    dialect="torch's, but for the default of weight_decay: 0 here, 0.01 in torch; the decay stands "
    "beside every rule here, so this row and adam are one law",
    torch="AdamW",
)

RULES: Table[Rule] = Table(
    "rule",
    {
        "sgd": pair(
            "steepest",
            "unit",
            {"lr": 1e-2},
            Card(
                does="goes straight down the gradient",
                formula="lr * g",
                helps="the baseline; small lr, smooth losses",
                hurts="narrow valleys (zig-zag), saddles (stalls), badly scaled inputs",
                values="lr 0.1 with batch norm, 0.01 without",
                paper="Robbins & Monro 1951",
                torch="SGD",
            ),
        ),
        "momentum": pair(
            "heavy_ball",
            "unit",
            {"lr": 1e-2},
            Card(
                does="SGD that keeps rolling",
                formula="m <- momentum m + g; lr * m",
                helps="narrow valleys, saddles; the standard for image networks",
                hurts="where it overshoots: the effective rate is lr / (1 - momentum)",
                values="lr 0.01 to 0.1, momentum 0.9",
                paper="Polyak 1964; Sutskever et al. 2013",
                dialect="torch's: the rate is outside m, no dampening. The three writings: with a"
                " constant lr, momentum_inside takes the same steps at the same lr, and"
                " momentum_ema at lr / (1 - momentum)",
                torch="SGD(momentum=0.9)",
            ),
        ),
        "momentum_inside": Rolled(
            inner=pair("steepest", "unit"),
            inside=True,
            hyper={"lr": 1e-2, "momentum": 0.9},
            card=Card(
                does="momentum whose velocity holds the rate",
                formula="v <- momentum v + lr g; go v",
                helps="schedules: a fall of the rate acts by and by, without a jolt",
                hurts="a rate that falls sharply goes on acting for 1 / (1 - momentum) steps",
                values="lr 0.01 to 0.1, momentum 0.9",
                paper="Polyak 1964; Sutskever et al. 2013, equation 1",
                dialect="the paper's, Caffe's and Keras's; as momentum while lr is constant",
                torch="SGD(momentum=0.9) while lr is constant",
            ),
        ),
        "momentum_ema": pair(
            "smoothed",
            "unit",
            {"lr": 1e-1},
            Card(
                does="momentum as an average: lr keeps its meaning at any momentum",
                formula="m <- beta1 m + (1 - beta1) g; lr * m",
                helps="tuning: beta1 can move and the length of the steps stays",
                hurts="the first 1 / (1 - beta1) steps are too short",
                values="lr as for plain SGD, beta1 0.9",
                paper="Kingma & Ba 2015, section 3, before the correction",
                dialect="as momentum with momentum = beta1 and lr (1 - beta1)",
                torch="SGD(momentum=beta1) with lr (1 - beta1)",
            ),
        ),
        "nesterov": pair(
            "nesterov",
            "unit",
            {"lr": 1e-2},
            Card(
                does="momentum that looks one step ahead (NAG)",
                formula="m <- momentum m + g; lr * (g + momentum m)",
                helps="oscillates less than momentum in narrow valleys",
                hurts="very noisy gradients",
                values="lr 0.01 to 0.1, momentum 0.9",
                paper="Nesterov 1983; Sutskever et al. 2013",
                dialect="torch's, which takes the gradient at theta",
                torch="SGD(momentum=0.9, nesterov=True)",
            ),
        ),
        "adagrad": pair(
            "steepest",
            "summed",
            {"lr": 1e-2},
            Card(
                does="a rate per coordinate that falls with all it has seen",
                formula="v <- v + g^2; lr * g / (sqrt(v) + eps)",
                helps="sparse features, convex losses",
                hurts="long trainings: it stalls",
                values="lr 1e-2, eps 1e-10",
                paper="Duchi, Hazan & Singer 2011",
                dialect="torch's: eps outside the root, the sum starts at 0",
                torch="Adagrad",
            ),
        ),
        "adadelta": pair(
            "steepest",
            "unit_matched",
            {"lr": 1.0},
            Card(
                does="chooses its own rate: the step has the units of theta",
                formula="lr * sqrt((d + eps) / (v + eps)) * g",
                helps="no rate to choose",
                hurts="starts slowly; rarely the best in the end",
                values="lr 1, beta2 0.9, eps 1e-6",
                paper="Zeiler 2012, algorithm 1",
                torch="Adadelta; beta2 is rho",
            ),
        ),
        "rmsprop": pair(
            "steepest",
            "rms",
            {"lr": 1e-2},
            Card(
                does="divides the gradient by its running RMS",
                formula="v <- beta2 v + (1 - beta2) g^2; lr * g / (sqrt(v) + eps)",
                helps="recurrent networks, non-stationary losses",
                hurts="the first steps are too long: warm up",
                values="lr 1e-3 to 1e-2, beta2 0.99, eps 1e-8",
                paper="Tieleman & Hinton 2012, lecture 6.5",
                dialect="torch's: eps outside the root",
                torch="RMSprop; beta2 is alpha",
            ),
        ),
        "rmsprop_momentum": Rolled(
            inner=pair("steepest", "rms"),
            hyper=RMSPROP | {"momentum": 0.9},
            card=Card(
                does="rmsprop whose steps keep rolling",
                formula="ball <- momentum ball + g / (sqrt(v) + eps); lr * ball",
                helps="recurrent networks, early EfficientNets: divided first, an outlier is short",
                hurts="the effective rate is lr / (1 - momentum)",
                values="lr 1e-3, beta2 0.9 to 0.99, momentum 0.9",
                paper="Graves 2013, equations 38 to 45, without centring",
                dialect="torch's: the rate outside the ball (TensorFlow: inside), the ball rolls"
                " after the division; rolling before it is the pair heavy_ball, rms",
                torch="RMSprop(momentum=0.9)",
            ),
        ),
        "rmsprop_centred": pair(
            "steepest",
            "rms_centred",
            {"lr": 1e-2},
            Card(
                does="divides the gradient by its running standard deviation",
                formula="lr * g / (sqrt(v - a^2) + eps)",
                helps="steady gradients: longer steps along them",
                hurts="where the spread nearly vanishes; raise eps",
                values="lr 1e-4 to 1e-3, beta2 0.95 to 0.99, eps 1e-4",
                paper="Graves 2013, equations 38 to 45",
                dialect="torch's: eps outside the root",
                torch="RMSprop(centered=True)",
            ),
        ),
        "rmsprop_centred_momentum": Rolled(
            inner=pair("steepest", "rms_centred"),
            hyper=RMSPROP | {"momentum": 0.9},
            card=Card(
                does="rmsprop_centred whose steps keep rolling",
                formula="ball <- momentum ball + g / (sqrt(v - a^2) + eps); lr * ball",
                helps="sequences: the rule of Graves's handwriting networks",
                hurts="where the spread nearly vanishes; raise eps",
                values="lr 1e-4, beta2 0.95, momentum 0.9, eps 1e-4",
                paper="Graves 2013, equations 38 to 45",
                dialect="torch's: eps outside the root, the rate outside the ball",
                torch="RMSprop(centered=True, momentum=0.9)",
            ),
        ),
        "adam": pair("averaged", "rms_debiased", ADAM, _ADAM_CARD),
        "adamw": pair("averaged", "rms_debiased", ADAM, _ADAMW_CARD),
        "adamax": pair(
            "averaged",
            "decayed_max",
            ADAM | {"lr": 2e-3},
            Card(
                does="Adam with the largest recent gradient in place of the RMS",
                formula="lr * m_hat / max(beta2 u, |g| + eps)",
                helps="sparse gradients, embeddings",
                hurts="outliers",
                values="lr 2e-3, beta1 0.9, beta2 0.999",
                paper="Kingma & Ba 2015, algorithm 2",
                dialect="torch's: eps inside the maximum",
                torch="Adamax",
            ),
        ),
        "nadam": pair(
            "averaged_nesterov",
            "rms_debiased",
            ADAM | {"lr": 2e-3},
            Card(
                does="Adam that looks one step ahead, with a warming momentum",
                formula="lr * nesterov(m) / (sqrt(v_hat) + eps)",
                helps="a little faster than Adam early on",
                hurts="very noisy gradients",
                values="lr 2e-3, beta1 0.9, beta2 0.999, psi 0.004",
                paper="Dozat 2016, algorithm 2",
                dialect="torch's: the momentum warms up even at psi = 0",
                torch="NAdam; psi is momentum_decay",
            ),
        ),
        "amsgrad": pair(
            "averaged",
            "rms_peak",
            ADAM,
            Card(
                does="Adam whose rate per coordinate never rises",
                formula="lr * m_hat / (sqrt(max v / (1 - beta2^t)) + eps)",
                helps="rare, large, informative gradients; converges where Adam need not",
                hurts="one outlier slows a coordinate for good",
                values="lr 1e-3, beta1 0.9, beta2 0.999",
                paper="Reddi, Kale & Kumar 2018, algorithm 2",
                dialect="torch's: the peak of the biased average, then corrected",
                torch="Adam(amsgrad=True)",
            ),
        ),
        "radam": pair(
            "averaged",
            "rms_rectified",
            ADAM,
            Card(
                does="Adam that begins as momentum until its variance can be trusted",
                formula="lr * m_hat * r(t) / sqrt(v_hat), or lr * m_hat while rho <= 5",
                helps="in place of a warm-up",
                hurts="small beta2: many unadapted steps at Adam's rate",
                values="lr 1e-3, beta1 0.9, beta2 0.999",
                paper="Liu et al. 2020, algorithm 2",
                dialect="torch's: eps is added to sqrt(v) before the correction",
                torch="RAdam",
            ),
        ),
        "lion": pair(
            "sign_of_average",
            "unit",
            {"lr": 1e-4},
            Card(
                does="a step of lr along every coordinate, signs from an average",
                formula="lr * sign(beta1 m + (1 - beta1) g); m <- beta2 m + (1 - beta2) g",
                helps="large batches, transformers; half of Adam's memory",
                hurts="small batches; weights never settle unless lr falls",
                values="lr 1e-4, beta1 0.9, beta2 0.99; decay 3 to 10 times AdamW's",
                paper="Chen et al. 2023, algorithm 2",
                dialect="the paper's; its decay is decoupled",
                torch="none",
            ),
        ),
        "muon": Muon(
            rest=pair("averaged", "rms_debiased", ADAM, _ADAM_CARD),
            hyper=ADAM | {"momentum": 0.95},
            card=Card(
                does="moves matrices along the orthogonal factor of their momentum; rest by Adam",
                formula="m <- momentum m + (1 - momentum) g; lr * 0.2 sqrt(max(out, in)) * U V^T"
                " of (1 - momentum) g + momentum m",
                helps="hidden matrices and filters: every direction moves alike, rare ones too",
                hurts="embeddings and output layers (leave them to Adam); wide layers cost time",
                values="lr 1e-3 as for Adam, momentum 0.95, decay 0.1 decoupled",
                paper="Jordan et al. 2024, kellerjordan.github.io/posts/muon",
                dialect="torch's with adjust_lr_fn='match_rms_adamw' (Liu et al. 2025), in the"
                " weights' own type (torch: bfloat16); filters are taken as [out, rest]; what does"
                " not decay is stepped by adam",
                torch="Muon, for matrices alone",
            ),
        ),
        "swats": Swats(
            adam=pair("averaged", "rms_debiased", ADAM, _ADAM_CARD),
            hyper=ADAM | {"settle": 1e-9},
            card=Card(
                does="begins with Adam, ends with SGD, each member at its own time",
                formula="rate = mean of p.p / p.g debiased; SGD once |rate - p.p/p.g| < settle",
                helps="Adam's fast start with SGD's generalisation, no rate to tune for SGD",
                hurts="the criterion is absolute: a small lr makes it switch at step 2",
                values="lr 1e-3, settle 1e-9",
                paper="Keskar & Socher 2017, algorithm 1",
                dialect="the paper's with torch's Adam; steps with p.g = 0 are skipped; after the"
                " switch the rate follows the schedule",
                torch="none",
            ),
        ),
    },
)
