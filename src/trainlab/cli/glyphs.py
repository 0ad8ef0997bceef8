"""The few signs beyond ASCII that displays use, and what stands in for them where they cannot be.

The source stays ASCII: every sign is written by its code point and named once.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ASCII", "UNICODE", "Glyphs", "glyphs_for"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Glyphs:
    """One sign for each meaning."""

    plus_minus: str
    dot: str
    """Between two facts on one line."""
    arrow: str
    alive: str
    early: str
    done: str
    lost: str
    axis: str
    corner: str
    rule: str
    tick: str
    braille: bool


UNICODE = Glyphs(
    plus_minus="\u00b1",
    dot="\u00b7",
    arrow="\u2192",
    alive="\u25cf",
    early="\u25d0",
    done="\u25cf",
    lost="\u00d7",
    axis="\u2502",
    corner="\u2514",
    rule="\u2500",
    tick="\u2524",
    braille=True,
)
ASCII = Glyphs(
    plus_minus="+-",
    dot="|",
    arrow="->",
    alive="o",
    early="e",
    done="o",
    lost="x",
    axis="|",
    corner="+",
    rule="-",
    tick="|",
    braille=False,
)


def glyphs_for(encoding: str) -> Glyphs:
    """Give the signs that a stream of this encoding can show."""
    try:
        "\u00b1\u25d0\u2500\u28ff".encode(encoding)
    except (LookupError, UnicodeEncodeError):
        return ASCII
    return UNICODE
