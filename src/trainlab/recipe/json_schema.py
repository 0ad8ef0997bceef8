"""The JSON Schema of a recipe, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from trainlab.recipe.fields import Span
from trainlab.recipe.schema import Recipe

__all__ = ["schema"]


class _Generator(GenerateJsonSchema):
    """Leaves out titles that only repeat the key, and writes lengths as a recipe does."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Say no: the key is the title."""
        return False

    def encode_default(self, dft: Any) -> Any:
        """Write a default as YAML would."""
        return str(dft) if isinstance(dft, Span) else GenerateJsonSchema.encode_default(self, dft)


def schema() -> dict[str, Any]:
    """Give the JSON Schema of a recipe: a sentence for every key, the names of every table."""
    found = Recipe.model_json_schema(schema_generator=_Generator)
    pair = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    found["$defs"]["Optimizer"]["properties"]["betas"] = {
        **pair,
        "description": "beta1 and beta2 at once, as torch writes them.",
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found}
