"""Test surfaces in the plane, and paths of update rules over them."""

from __future__ import annotations

from trainlab.surfaces.functions import Surface, rosenbrock, saddle, valley
from trainlab.surfaces.walk import walk

__all__ = ["Surface", "rosenbrock", "saddle", "valley", "walk"]
