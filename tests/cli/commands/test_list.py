from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Said
from trainlab.cli.catalogue import FAMILIES
from trainlab.schedules import SCHEDULES

Say = Callable[..., Said]


def test_all_families_with_their_names(say: Say) -> None:
    said = say("list", "--json")
    assert list(said.document) == list(FAMILIES)
    assert said.document["schedule"] == list(SCHEDULES)
    assert "cosine" in say("list").out


def test_one_family_with_what_each_does(say: Say) -> None:
    said = say("list", "schedules")
    assert said.code == 0
    lines = said.out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == list(SCHEDULES)
    assert SCHEDULES["cosine"].card.does in said.out


def test_a_family_that_is_not_there(say: Say) -> None:
    said = say("list", "shedule")
    assert (said.code, said.out) == (2, "")
    assert "nearest  schedule" in said.err
