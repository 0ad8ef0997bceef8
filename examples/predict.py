"""Train once, keep the run, and predict raw rows of a new file on another day."""

from __future__ import annotations

from pathlib import Path

from sklearn.datasets import load_diabetes

import trainlab


def write_tables() -> tuple[Path, Path]:
    """Write 400 patients to learn from, and 42 whose progression is not told."""
    table = load_diabetes(as_frame=True, scaled=False).frame
    known, new = Path("patients.csv"), Path("new-patients.csv")
    table[:400].to_csv(known, index=False)
    table[400:].drop(columns="target").to_csv(new, index=False)
    return known, new


def main() -> None:
    """Train, then open the run by its name alone: all that predicting needs is in its folder."""
    known, new = write_tables()
    kept = trainlab.train(
        {
            "data": {
                "source": {"name": "table", "path": str(known), "target": "target"},
                "preprocess": ["standardize"],
            },
            "network": {"name": "mlp", "widths": [32], "activation": "gelu"},
            "optimizer": {"rule": "adam", "lr": 0.005, "weight_decay": 0.1},
            "regularize": {"dropout": 0.2, "early_stopping": 5},
            "train": {"length": "60ep", "batch_size": 32},
            "seeds": 5,
        }
    ).id

    run = trainlab.load_run(kept)
    error = run.score("test/rmse")
    print(f"test rmse {error.mean:.1f} +- {error.half:.1f} over {error.n} seeds")

    table = trainlab.predict(run, new)
    print("target: the mean of five networks; target sd: how far they differ from each other")
    print(table.head().to_string(float_format="%.1f"))


if __name__ == "__main__":
    main()
