"""The catalogue in the documents says what the tables say."""

from __future__ import annotations

import re

from scripts.catalogue import PAGE, page
from trainlab.cli.catalogue import FAMILIES, entries


def test_the_page_is_what_the_tables_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "it is stale: make catalogue"


def test_every_technique_has_its_details() -> None:
    text = page()
    for name in FAMILIES:
        for entry in entries(name):
            assert f"### {entry.name}\n" in text
            assert not entry.card.formula or f"```text\n{entry.card.formula}\n```" in text


def test_every_card_says_what_a_reader_must_know() -> None:
    """Of data sets and of networks of one's own, which no law defines, what there is to say."""
    asked = ("formula", "helps", "hurts", "values", "paper")
    for name in FAMILIES.keys() - {"source"}:
        for entry in entries(name):
            if (name, entry.name) != ("network", "python"):
                missing = [part for part in asked if not getattr(entry.card, part)]
                assert not missing, f"{name} {entry.name} has no {missing}"


def test_links_lead_to_a_place_of_the_page() -> None:
    text = page()
    places = re.findall(r'<a id="([^"]+)"></a>', text)
    assert len(places) == len(set(places))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) == set(places)


def test_nothing_of_this_process_is_in_it() -> None:
    """No addresses of objects, and nothing but ASCII."""
    assert " at 0x" not in page()
    assert page().isascii()
