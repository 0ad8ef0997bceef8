"""Rules that ask for the loss in other places before they move: L-BFGS and Newton-CG, by rows."""

from __future__ import annotations

from trainlab.rules.second_order.guard import guarded
from trainlab.rules.second_order.landscape import Landscape, Place, Product, Searched, SearchRule
from trainlab.rules.second_order.table import SECOND_ORDER

__all__ = ["SECOND_ORDER", "Landscape", "Place", "Product", "SearchRule", "Searched", "guarded"]
