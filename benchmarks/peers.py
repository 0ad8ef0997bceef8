"""The same training as a user of Lightning, skorch or Keras would write it.

Each function makes a program that trains on for so many epochs. What these libraries record by
default (logs, checkpoints, progress) is switched off, in their favour.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

__all__ = ["PEERS"]

Program = Callable[[], object]

LR = 0.002  # that of digits-mlp


def by_lightning(network: nn.Module, x: Tensor, y: Tensor, batch: int, epochs: int) -> Program:
    """Write a LightningModule, a Trainer and a DataLoader."""
    import lightning

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

    class Module(lightning.LightningModule):
        """The four methods of every tutorial."""

        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, x: Tensor) -> Tensor:
            return self.network(x)

        def training_step(self, batch: tuple[Tensor, Tensor], index: int) -> Tensor:
            return functional.cross_entropy(self(batch[0]), batch[1])

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parameters(), lr=LR)

    module = Module()
    loader = DataLoader(TensorDataset(x, y), batch_size=batch, shuffle=True)
    quiet = {
        "logger": False,
        "enable_checkpointing": False,
        "enable_progress_bar": False,
        "enable_model_summary": False,
    }

    def fit() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it asks for more loader processes and for logging
            lightning.Trainer(max_epochs=epochs, **quiet).fit(module, loader)

    return fit


def by_skorch(network: nn.Module, x: Tensor, y: Tensor, batch: int, epochs: int) -> Program:
    """Wrap the network as a scikit-learn classifier."""
    from skorch import NeuralNetClassifier

    classifier = NeuralNetClassifier(
        network,
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=LR,
        batch_size=batch,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
        device=str(x.device),
    ).initialize()
    return lambda: classifier.partial_fit(x, y, epochs=epochs)


def by_keras(network: nn.Module, x: Tensor, y: Tensor, batch: int, epochs: int) -> Program:
    """Write the network again in Keras's own layers, on its torch backend."""
    os.environ["KERAS_BACKEND"] = "torch"
    import keras

    widths = [layer.out_features for layer in network.modules() if isinstance(layer, nn.Linear)]
    hidden = [keras.layers.Dense(width, activation="relu") for width in widths[:-1]]
    model = keras.Sequential([keras.Input(x.shape[1:]), *hidden, keras.layers.Dense(widths[-1])])
    model.compile(
        optimizer=keras.optimizers.Adam(LR),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    inputs, targets = x.cpu().numpy(), y.cpu().numpy()
    return lambda: model.fit(inputs, targets, batch_size=batch, epochs=epochs, verbose=0)


PEERS = {"lightning": by_lightning, "skorch": by_skorch, "keras": by_keras}
