"""The built-in networks, as ordinary modules built from a shape and typed options."""

from __future__ import annotations

from trainlab.nn.networks.table import NETWORKS, NetworkRow

__all__ = ["NETWORKS", "NetworkRow"]
