"""Stop a run in the middle, go on with it, and get the bits of a run that never stopped."""

from __future__ import annotations

from itertools import count

import torch

import trainlab

RECIPE = {
    "data": {"source": "wine", "preprocess": ["standardize"]},
    "network": {"name": "mlp", "widths": [32], "norm": "batch"},
    "optimizer": {"rule": "nadam", "weight_decay": 0.01},
    "regularize": {"dropout": 0.2, "input_noise": 0.1},
    "train": {"length": "30ep", "batch_size": 16},
    "seeds": 3,
}


def main() -> None:
    """Interrupt after a hundred steps, as Ctrl-C would; resume; compare with the straight run."""
    steps = count(1)
    try:
        trainlab.train(RECIPE, stop=lambda: next(steps) == 100)
    except trainlab.Interrupted as stopped:
        print(stopped)

    resumed = trainlab.resume("latest")
    straight = trainlab.train(RECIPE)

    for member in range(3):
        ours, theirs = resumed.state_dict(member), straight.state_dict(member)
        same = all(torch.equal(ours[name], theirs[name]) for name in theirs)
        print(f"member {member}: {'the same bits' if same else 'not the same'}")


if __name__ == "__main__":
    main()
