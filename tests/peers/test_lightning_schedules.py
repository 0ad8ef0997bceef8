"""A schedule in the dictionary of configure_optimizers, inside PyTorch Lightning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim import SGD

from trainlab import schedules
from trainlab.schedules import Scheduler

lightning = pytest.importorskip(
    "lightning.pytorch", reason="the extra `peers` is not installed: pip install 'trainlab[peers]'"
)
pytestmark = pytest.mark.filterwarnings("ignore")  # Lightning's own, of loaders and loggers


def test_a_schedule_is_driven_by_the_step(tmp_path: Path) -> None:
    seen = []

    class Module(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(2, 1)

        def training_step(self, batch: Any, index: int) -> Any:
            seen.append(self.optimizers().param_groups[0]["lr"])
            return self.layer(batch[0]).square().mean()

        def configure_optimizers(self) -> Any:
            optimizer = SGD(self.parameters(), lr=0.5)
            scheduler = Scheduler(optimizer, schedules.cosine(warmup="1ep"), total=6, per_epoch=3)
            return {
                "optimizer": optimizer,
                "lr_scheduler": {"scheduler": scheduler, "interval": "step"},
            }

    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.ones(6, 2)), 2)
    trainer = lightning.Trainer(
        max_epochs=2,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tmp_path,
    )
    trainer.fit(Module(), data)
    clock = schedules.Clock(total=6, per_epoch=3)
    expected = 0.5 * schedules.cosine(warmup="1ep").draw(clock)
    torch.testing.assert_close(seen, expected.tolist())
