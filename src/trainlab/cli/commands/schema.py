"""trainlab schema: the JSON Schema of a recipe."""

from __future__ import annotations

import json

from trainlab.cli.terminal import Answer, Terminal

__all__ = ["run"]


def run(terminal: Terminal) -> Answer:
    """Print the JSON Schema of a recipe: editors complete and check recipes with it.

    Save it beside your recipes and name it on a recipe's first line:

    # yaml-language-server: $schema=recipe.schema.json
    """
    from trainlab.recipe import schema

    document = schema()
    return Answer(
        document=document,
        shown=[json.dumps(document, indent=2)],
        closing=["save it: trainlab schema > recipe.schema.json"],
    )
