"""An update rule that has no name: any direction times any preconditioner.

    theta <- theta - lr * direction(g) * preconditioner(g)

`trainlab list direction` and `trainlab list preconditioner` show what there is.
"""

from __future__ import annotations

import torch
from torch import nn

import trainlab
from trainlab import optim


def in_a_recipe() -> None:
    """Train Nesterov's direction over Adam's denominator, and Adam, on the same three seeds."""
    nesterov = {"direction": "nesterov", "preconditioner": "rms_debiased"}
    for rule, lr in ((nesterov, 0.001), ("adam", 0.01)):  # rolling adds up to ten times its lr
        recipe = trainlab.Recipe(
            data={"source": "breast_cancer", "preprocess": ["standardize"]},
            network={"name": "mlp", "widths": [16]},
            optimizer={"rule": rule, "lr": lr},
            train={"length": "10ep"},
            seeds=3,
        )
        loss = trainlab.train(recipe).score("test/loss")
        print(f"{recipe.optimizer.spelling:24} test loss {loss.mean:.3f} +- {loss.half:.3f}")


def in_your_own_loop() -> None:
    """Use the same rule as an ordinary torch optimizer."""
    torch.manual_seed(0)
    x = torch.randn(256, 4)
    y = x @ torch.tensor([[1.0], [-2.0], [3.0], [0.5]])
    network = nn.Linear(4, 1)
    optimizer = optim.Ruled(network.parameters(), "nesterov * rms_debiased", {"lr": 0.01})
    for _ in range(300):
        optimizer.zero_grad()
        nn.functional.mse_loss(network(x), y).backward()
        optimizer.step()
    print("weights found", [round(w, 2) for w in network.weight.flatten().tolist()])


if __name__ == "__main__":
    in_a_recipe()
    in_your_own_loop()
