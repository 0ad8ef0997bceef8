"""The list of probes, in their package's own words, has them all."""

from __future__ import annotations

import re
from pathlib import Path

from trainlab.claims import probes


def test_every_module_has_its_place_in_the_list() -> None:
    files = {file.stem for file in Path(str(probes.__file__)).parent.glob("[a-z]*.py")}
    listed = str(probes.__doc__).partition("made of:")[2]
    assert files <= set(re.findall(r"\w+", listed))
