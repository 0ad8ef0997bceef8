"""A page of drawings: the report's style sheet, a title, what it shows; asks no other host."""

from __future__ import annotations

from importlib.resources import files

from markupsafe import Markup

from trainlab.report.figures import Figure, embed, plotly_script

__all__ = ["drawing", "plot", "sheet"]

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
    shared = _file("style.css")
    return PAGE.format(title=title, lead=lead, body=body, style=Markup(shared + style))


def plot(figure: Figure) -> Markup:
    """Give the place of a Plotly figure on a page; `drawing()` follows the last one."""
    place = Markup(
        '<div class="plot" style="min-height: {}px"></div>'
        '<script type="application/json">{}</script>'
    )
    return place.format(figure["layout"]["height"], Markup(embed(figure)))


def drawing() -> Markup:
    """Give what draws the figures of a page: Plotly, and their colours."""
    scripts = (plotly_script(), _file("draw.js"))
    return Markup("").join(Markup("<script>{}</script>").format(Markup(each)) for each in scripts)


def _file(name: str) -> str:
    return (files("trainlab.report") / name).read_text("utf-8")
