"""L-BFGS, which asks for the loss as often as it likes, inside Lightning and skorch."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from tests.peers.training import BATCH, EPOCHS, examples, network, same_bits
from trainlab import optim

why = "the extra `peers` is not installed: pip install 'trainlab[peers]'"
pytestmark = pytest.mark.filterwarnings("ignore")  # their own

OPTIONS: dict[str, Any] = {"lr": 0.5, "max_iter": 3, "line_search_fn": "strong_wolfe"}
MAKE = partial(optim.LBFGS, **OPTIONS)


def by_hand() -> nn.Module:
    """Train in a plain loop of torch."""
    module = network()
    optimizer = MAKE(module.parameters())
    x, y = examples()
    for part, told in list(zip(x.split(BATCH), y.split(BATCH), strict=True)) * EPOCHS:

        def closure(part: Tensor = part, told: Tensor = told) -> Tensor:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(module(part), told)
            loss.backward()
            return loss

        optimizer.step(closure)
    return module


def test_in_lightning_it_trains_as_a_plain_loop_does(tmp_path: Path) -> None:
    lightning: Any = pytest.importorskip("lightning.pytorch", reason=why)

    class Lit(lightning.LightningModule):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = network()

        def training_step(self, batch: tuple[Tensor, Tensor], at: int) -> Tensor:
            return nn.functional.cross_entropy(self.network(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            return MAKE(self.parameters())

    module = Lit()
    quiet = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False}
    trainer = lightning.Trainer(
        default_root_dir=tmp_path,
        max_epochs=EPOCHS,
        accelerator="cpu",
        enable_checkpointing=False,
        **quiet,
    )
    trainer.fit(module, DataLoader(TensorDataset(*examples()), BATCH))
    assert same_bits(module.network, by_hand())


def test_in_skorch_it_trains_as_a_plain_loop_does() -> None:
    skorch: Any = pytest.importorskip("skorch", reason=why)
    net = skorch.NeuralNetClassifier(
        network,
        criterion=nn.CrossEntropyLoss,
        optimizer=optim.LBFGS,
        batch_size=BATCH,
        max_epochs=EPOCHS,
        train_split=None,
        verbose=0,
        **{f"optimizer__{option}": value for option, value in OPTIONS.items()},
    )
    assert same_bits(net.fit(*examples()).module_, by_hand())
