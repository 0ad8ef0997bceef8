from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlab.errors import UnknownName
from trainlab.tables import Card, Table, fold


@dataclass(frozen=True)
class Spice:
    card: Card


TABLE = Table(
    "spice of life",
    {"black_pepper": Spice(Card(does="bites")), "salt": Spice(Card(does="preserves"))},
)


@pytest.mark.parametrize("given", ["black_pepper", "Black-Pepper", "BLACKPEPPER", "black pepper"])
def test_a_row_is_found_however_it_is_written(given: str) -> None:
    assert TABLE[given].card.does == "bites"
    assert TABLE.name(given) == "black_pepper"
    assert given in TABLE


def test_a_table_is_a_mapping_in_its_written_order() -> None:
    assert list(TABLE) == ["black_pepper", "salt"]
    assert len(TABLE) == 2
    assert dict(TABLE)["salt"] is TABLE["salt"]
    assert 7 not in TABLE


def test_an_unknown_name_gets_help() -> None:
    with pytest.raises(UnknownName) as caught:
        TABLE["sallt"]
    text = str(caught.value)
    assert text.startswith("there is no spice of life 'sallt'")
    assert "  allowed  black_pepper, salt" in text
    assert "  nearest  salt" in text
    assert "trainlab list spice-of-life" in text


def test_get_answers_an_unknown_name_as_a_mapping_does() -> None:
    assert "sallt" not in TABLE
    assert TABLE.get("Salt") is TABLE["salt"]


@given(st.text(alphabet="abcXYZ01-_ "))
def test_folding_is_settled_after_once(name: str) -> None:
    assert fold(fold(name)) == fold(name) == fold(name.upper())
    assert not set(fold(name)) & set("-_ ")
