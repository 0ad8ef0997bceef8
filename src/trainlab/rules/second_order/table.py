"""The table of rules that ask for more than one gradient a step."""

from __future__ import annotations

from trainlab.rules.second_order.descent import CONDITIONS
from trainlab.rules.second_order.landscape import SearchRule
from trainlab.rules.second_order.lbfgs import LBFGS
from trainlab.rules.second_order.newton_cg import NewtonCG
from trainlab.tables import Card, Table

__all__ = ["SECOND_ORDER"]

SECOND_ORDER: Table[SearchRule] = Table(
    "rule",
    {
        "lbfgs": LBFGS(
            hyper={"lr": 1.0, "history": 10.0, "iterations": 1.0, **CONDITIONS},
            card=Card(
                does="a Newton-like step from the curvature that the last few steps met, and a"
                " line search for its length",
                formula="d = -H g, H from pairs s = theta' - theta, y = g' - g; theta + t d with"
                " f(t) <= f(0) + armijo t f'(0), |f'(t)| <= curvature |f'(0)|",
                helps="small or convex problems, physics, regression, full batches: tens of steps"
                " where others take thousands, and no rate to tune",
                hurts="small batches, dropout: it believes their noise; each step costs two or more"
                " evaluations and the memory of 2 history rows",
                values="lr 1 (the first length tried), schedule constant, history 5 to 20, the"
                " whole split as batch; iterations 20 to stay on one batch",
                paper="Liu & Nocedal 1989; Nocedal & Wright 2006, algorithms 7.4, 7.5, 3.5, 3.6",
                dialect="pairs are kept where y.s > eps y.y (SciPy's; torch: y.s > 1e-10), and are"
                " of one batch; one iteration a step (torch: max_iter = 20)",
                torch="LBFGS(line_search_fn='strong_wolfe')",
            ),
        ),
        "newton_cg": NewtonCG(
            hyper={"lr": 1.0, "damping": 0.0, "forcing": 0.5, "products": 50.0, **CONDITIONS},
            card=Card(
                does="solves for the Newton step by conjugate gradients, with products of the"
                " Hessian alone, and searches along it",
                formula="(H + damping I) d = -g until |rest| < min(forcing, sqrt|g|) |g|, or until"
                " d.H d <= 0; theta + t d as for lbfgs",
                helps="badly conditioned smooth losses with large batches; saddles, which it leaves"
                " along negative curvature",
                hurts="small batches; a product costs two or three gradients; operations without"
                " a second derivative (relu's is 0: it sees a flat piece)",
                values="lr 1, damping 0 to 1e-2, forcing 0.5, products 10 to 100",
                paper="Dembo & Steihaug 1983; Nocedal & Wright 2006, algorithm 7.1; Martens 2010",
                dialect="exact products by differentiating twice; strong Wolfe where algorithm 7.1"
                " leaves the choice",
                torch="none; SciPy: minimize(method='Newton-CG')",
            ),
        ),
    },
)
