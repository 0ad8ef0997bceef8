"""What stands around a rule and never sees its direction: before it, beside it, after it."""

from __future__ import annotations

from trainlab.rules.around.row import AroundRow, Setting
from trainlab.rules.around.table import AROUND, DRAWING, rows_in_use

__all__ = ["AROUND", "DRAWING", "AroundRow", "Setting", "rows_in_use"]
