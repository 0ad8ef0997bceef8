"""Which update rule is better, each at its own best rate: a comparison in a dozen lines.

Each rule gets four trials of its rate on seeds that judge nothing; then both are trained on six
fresh seeds, in pairs that share weights and batches, and judged on the test split.
"""

from __future__ import annotations

import trainlab

RECIPE = {
    "data": {"source": "digits", "preprocess": ["standardize"]},
    "network": {"name": "mlp", "widths": [16]},
    "train": {"length": "3ep"},
}


def main() -> None:
    """Compare, say what it came to, and where the page is."""
    design = trainlab.Design(seeds=6, tune=("optimizer.lr",), trials=4)
    recipe = trainlab.Recipe.of(RECIPE)
    kept = trainlab.compare(recipe, vary={"optimizer.rule": ["sgd", "adam"]}, design=design)

    found = kept.comparison
    for tuned in found.tuned:
        print(f"{tuned.arm}: {tuned.values}, best of {len(tuned.tried)} trials")
    for row in found.judgement.ranking:
        print(f"{row.arm}: {row.mean:.1f} {found.judgement.unit}, n = {row.pairs}")
    print(found.sentence)
    print(f"the page: {trainlab.write_report(kept)}")


if __name__ == "__main__":
    main()
