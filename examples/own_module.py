"""Your own network and your own tensors: four seeds at once, and how far they agree."""

from __future__ import annotations

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

import trainlab


class Gated(nn.Module):
    """An ordinary module: nothing in it knows of trainlab."""

    def __init__(self) -> None:
        super().__init__()
        self.value = nn.Linear(64, 48)
        self.gate = nn.Linear(64, 48)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(48, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Let one view of x gate another: [B, 64] -> logits [B, 10]."""
        return self.head(self.drop(self.value(x) * self.gate(x).sigmoid()))


def main() -> None:
    """Train, ask for the score and its interval, take the weights home."""
    pixels, digits = load_digits(return_X_y=True)
    x, y = torch.tensor(pixels / 16, dtype=torch.float32), torch.tensor(digits)

    run = trainlab.train(
        {
            "optimizer": {"rule": "adam", "lr": 0.005, "weight_decay": 0.01},
            "train": {"length": "20ep"},
            "seeds": 4,
        },
        model=Gated,  # the class, so that each seed draws weights of its own
        data=(x, y),
    )
    accuracy = run.score("test/accuracy")
    print(f"test accuracy {accuracy.mean:.3f} +- {accuracy.half:.3f} over {accuracy.n} seeds")
    curve = run.metrics().groupby("epoch")["val/loss"].mean().dropna()
    print(curve.iloc[[0, 4, 9, 19]].round(3).to_string())

    network = Gated()
    network.load_state_dict(run.state_dict(member=0))
    print("the first seed reads", network.eval()(x[:8]).argmax(dim=1).tolist())
    print("and they were       ", y[:8].tolist())


if __name__ == "__main__":
    main()
