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


def test_links_lead_to_a_place_of_the_page() -> None:
    text = page()
    places = re.findall(r'<a id="([^"]+)"></a>', text)
    assert len(places) == len(set(places))
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) == set(places)


def test_nothing_of_this_process_is_in_it() -> None:
    """No addresses of objects, and nothing but ASCII."""
    assert " at 0x" not in page()
    assert page().isascii()
