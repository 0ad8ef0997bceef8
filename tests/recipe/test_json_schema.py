from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from trainlab.nn.networks import NETWORKS
from trainlab.recipe import schema
from trainlab.rules import EVERY_RULE


def walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node
    for child in children if isinstance(node, dict | list) else ():
        yield from walk(child)


def told(key: dict[str, Any], schema: dict[str, Any]) -> str:
    """Give a key's sentence, or that of the section it refers to."""
    section = schema["$defs"].get(key.get("$ref", "").removeprefix("#/$defs/"), {})
    return str(key.get("description", section.get("description", "")))


def test_it_is_json() -> None:
    assert json.loads(json.dumps(schema())) == schema()


def test_every_reference_leads_somewhere() -> None:
    found = schema()
    names = {node["$ref"].removeprefix("#/$defs/") for node in walk(found) if "$ref" in node}
    assert names <= set(found["$defs"])


def test_every_key_of_a_section_is_described() -> None:
    found = schema()
    sections = ["Data", "Split", "Optimizer", "Regularize", "EarlyStopping", "Train"]
    for section in [found, *(found["$defs"][name] for name in sections)]:
        untold = [key for key, of in section["properties"].items() if not told(of, found)]
        assert not untold
        assert section["additionalProperties"] is False


def test_names_are_listed_for_completion() -> None:
    found = schema()
    names = found["properties"]["network"]["anyOf"][0]
    assert names["enum"] == sorted(NETWORKS)
    (rule, _) = found["$defs"]["Optimizer"]["properties"]["rule"]["oneOf"]
    assert rule["enum"] == sorted(EVERY_RULE)
    assert len(rule["enumDescriptions"]) == len(EVERY_RULE)


def test_lengths_are_written_as_in_a_recipe() -> None:
    assert schema()["$defs"]["Train"]["properties"]["length"]["default"] == "30ep"


def test_what_is_accepted_in_short_is_in_the_schema() -> None:
    found = schema()["$defs"]
    assert found["Optimizer"]["properties"]["betas"]["maxItems"] == 2
    kinds = found["Regularize"]["properties"]["early_stopping"]["anyOf"]
    assert {"type": "integer"} in kinds
    assert {"type": "boolean"} in found["Train"]["properties"]["compile"]["anyOf"]
