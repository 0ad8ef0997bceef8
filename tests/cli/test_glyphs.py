from __future__ import annotations

from dataclasses import asdict

import pytest

from trainlab.cli.glyphs import ASCII, UNICODE, glyphs_for


@pytest.mark.parametrize(
    ("encoding", "braille"),
    [("utf-8", True), ("ascii", False), ("latin-1", False), ("what", False)],
)
def test_a_stream_gets_only_signs_that_it_can_show(encoding: str, braille: bool) -> None:
    glyphs = glyphs_for(encoding)
    assert glyphs.braille is braille
    if not braille:
        assert all(str(sign).isascii() for sign in asdict(glyphs).values())


def test_the_ends_of_members_are_told_apart_without_colours() -> None:
    for glyphs in (ASCII, UNICODE):
        assert len({glyphs.alive, glyphs.early, glyphs.lost}) == 3
