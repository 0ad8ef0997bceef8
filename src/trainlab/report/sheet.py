"""A page of one drawing: the report's style sheet, a title, what it shows; asks no other host."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

__all__ = ["sheet"]

PAGE = Markup("""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style>
<main><h1>{title}</h1><p class="quiet">{lead}</p>
{body}
</main></html>
""")


def sheet(title: str, lead: str, body: Markup, style: str) -> str:
    """Give a page whose body is drawn already; `style` is what the drawing adds to the sheet."""
    shared = (files("trainlab.report") / "style.css").read_text("utf-8")
    return PAGE.format(title=title, lead=lead, body=body, style=Markup(shared + style))
