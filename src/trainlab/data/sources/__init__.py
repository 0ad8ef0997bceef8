"""Sources of data, one file each; the table is in `catalogue`."""

from __future__ import annotations

from trainlab.data.sources.catalogue import SOURCES
from trainlab.data.sources.row import SourceRow

__all__ = ["SOURCES", "SourceRow"]
