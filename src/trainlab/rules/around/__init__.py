"""What stands around a rule and never sees its direction: before it, beside it, after it."""

from __future__ import annotations

from trainlab.rules.around.table import AROUND, AroundRow, Setting, rows_in_use

__all__ = ["AROUND", "AroundRow", "Setting", "rows_in_use"]
