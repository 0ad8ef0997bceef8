from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Said


def test_the_schema_is_a_document_with_and_without_json(say: Callable[..., Said]) -> None:
    plain, as_json = say("schema"), say("schema", "--json")
    assert plain.document == as_json.document
    assert {"data", "network", "optimizer", "train"} <= set(plain.document["properties"])
