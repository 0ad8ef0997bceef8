"""The optimizers inside PyTorch Lightning, unmodified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from tests.peers.training import (
    BATCH,
    CLIP,
    EPOCHS,
    MAKES,
    STEPS,
    by_hand,
    examples,
    network,
    same_bits,
)
from trainlab import optim

lightning = pytest.importorskip(
    "lightning.pytorch", reason="the extra `peers` is not installed: pip install 'trainlab[peers]'"
)
pytestmark = pytest.mark.filterwarnings("ignore")  # Lightning's own, of loaders and loggers

GAMMA = 0.9


def lit(name: str) -> Any:
    class Lit(lightning.LightningModule):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = network()

        def training_step(self, batch: tuple[Tensor, Tensor], at: int) -> Tensor:
            return nn.functional.cross_entropy(self.network(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            optimizer = MAKES[name](self.parameters())
            schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, GAMMA)
            return [optimizer], [{"scheduler": schedule, "interval": "step"}]

    return Lit()


def trained(module: Any, folder: Path, epochs: int, **resumed: Path) -> Any:
    trainer = lightning.Trainer(
        default_root_dir=folder,
        max_epochs=epochs,
        accelerator="cpu",
        gradient_clip_val=CLIP,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, DataLoader(TensorDataset(*examples()), BATCH), **resumed)
    return trainer


@pytest.mark.parametrize("name", MAKES)
def test_it_trains_as_a_plain_loop_does(name: str, tmp_path: Path) -> None:
    module = lit(name)
    trainer = trained(module, tmp_path, EPOCHS)
    assert same_bits(module.network, by_hand(MAKES[name], GAMMA))
    (optimizer,) = trainer.optimizers
    assert isinstance(optimizer, optim.Stepper)
    first = MAKES[name](network().parameters()).param_groups[0]["lr"]
    assert optimizer.param_groups[0]["lr"] == pytest.approx(first * GAMMA**STEPS)


@pytest.mark.parametrize("name", MAKES)
def test_a_checkpoint_continues_bit_for_bit(name: str, tmp_path: Path) -> None:
    first, second = lit(name), lit(name)
    file = tmp_path / "half.ckpt"
    trained(first, tmp_path, EPOCHS // 2).save_checkpoint(file)
    trained(second, tmp_path, EPOCHS, ckpt_path=file)
    assert same_bits(second.network, by_hand(MAKES[name], GAMMA))
