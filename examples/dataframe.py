"""A pandas table with words in it: labels, a category, and gaps."""

from __future__ import annotations

import pandas
from sklearn.datasets import load_iris

import trainlab


def flowers() -> pandas.DataFrame:
    """Give 150 irises as people write them down: words for the species, gaps where rain fell."""
    iris = load_iris(as_frame=True)
    table = iris.data.rename(columns=lambda name: name.removesuffix(" (cm)"))
    table["bed"] = ["sunny" if row % 3 else "shady" for row in range(len(table))]
    table["species"] = [iris.target_names[label] for label in iris.target]
    table.loc[::17, "sepal width"] = None
    return table


def main() -> None:
    """Train on the table, then ask about two flowers that it does not hold."""
    run = trainlab.train(
        {
            "data": {"preprocess": ["impute", "one_hot", "standardize"]},
            "network": {"name": "mlp", "widths": [16]},
            "optimizer": {"rule": "adam", "lr": 0.02},
            "train": {"length": "40ep", "batch_size": 16},
            "seeds": 4,
        },
        data=(flowers(), "species"),
    )
    accuracy = run.score("test/accuracy")
    print(f"test accuracy {accuracy.mean:.3f} +- {accuracy.half:.3f} over {accuracy.n} seeds")

    found = pandas.DataFrame(
        {
            "sepal length": [5.0, 6.4],
            "sepal width": [None, 3.1],
            "petal length": [1.5, 5.6],
            "petal width": [0.2, 2.2],
            "bed": ["shady", "sunny"],
        }
    )
    print(trainlab.predict(run, found).round(3).to_string())


if __name__ == "__main__":
    main()
