from __future__ import annotations

from trainlab import shapes


def test_the_legend_in_the_docstring_is_the_legend() -> None:
    lines = (shapes.__doc__ or "").splitlines()
    drawn = [line.split()[0] for line in lines if line.startswith("    ")]
    assert drawn == list(shapes.LEGEND)
