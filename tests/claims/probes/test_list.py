"""The list of probes, in their package's own words, has them all; and none trains by itself."""

from __future__ import annotations

import re
from pathlib import Path

from trainlab import claims
from trainlab.claims import probes


def test_every_module_has_its_place_in_the_list() -> None:
    files = {file.stem for file in Path(str(probes.__file__)).parent.glob("[a-z]*.py")}
    listed = str(probes.__doc__).partition("made of:")[2]
    assert files <= set(re.findall(r"\w+", listed))


def test_training_is_the_engines_and_asked_for_in_one_room() -> None:
    package = Path(str(claims.__file__)).parent
    trains = re.compile(r"engine\.loop|torch\.optim|\.backward\(")
    found = [file.stem for file in package.rglob("*.py") if trains.search(file.read_text())]
    assert found == ["populations"]
