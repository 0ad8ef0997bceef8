"""The report: one HTML file that tells what a run came to, and needs nothing but a browser."""

from __future__ import annotations

from trainlab.report.page import render, write

__all__ = ["render", "write"]
