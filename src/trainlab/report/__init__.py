"""The report: one HTML file that tells what was found, and needs nothing but a browser."""

from __future__ import annotations

from pathlib import Path

from trainlab.lab.comparing import Kept
from trainlab.report import compare_page
from trainlab.report.page import render
from trainlab.report.page import write as write_run
from trainlab.store.read import Run

__all__ = ["render", "write"]


def write(found: Run | Kept, path: Path | None = None) -> Path:
    """Write the report of a run or a comparison into its folder, or to `path`; give its place."""
    if isinstance(found, Kept):
        return compare_page.write(path or found.path, found.comparison)
    return write_run(found, path)
