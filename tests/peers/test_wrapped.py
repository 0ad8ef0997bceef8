"""SAM and Lookahead inside PyTorch Lightning, unmodified."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader, TensorDataset

from tests.peers.training import BATCH, EPOCHS, examples, network, same_bits
from trainlab import optim

lightning = pytest.importorskip(
    "lightning.pytorch", reason="the extra `peers` is not installed: pip install 'trainlab[peers]'"
)
pytestmark = pytest.mark.filterwarnings("ignore")  # Lightning's own

MAKES: dict[str, Callable[[Iterable[nn.Parameter]], Optimizer]] = {
    "SAM": lambda params: optim.SAM(optim.SGD(params, lr=0.1, momentum=0.9), rho=0.1),
    "Lookahead": lambda params: optim.Lookahead(optim.Adam(params, lr=0.01), k=3),
}


def by_hand(make: Callable[[Iterable[nn.Parameter]], Optimizer]) -> nn.Module:
    """Train in a plain loop of torch."""
    module = network()
    optimizer = make(module.parameters())
    x, y = examples()
    for part, told in list(zip(x.split(BATCH), y.split(BATCH), strict=True)) * EPOCHS:

        def closure(part: Tensor = part, told: Tensor = told) -> float:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(module(part), told)
            loss.backward()  # type: ignore[no-untyped-call]
            return loss.item()

        optimizer.step(closure)
    return module


@pytest.mark.parametrize("name", MAKES)
def test_in_lightning_it_trains_as_a_plain_loop_does(name: str, tmp_path: Path) -> None:
    class Lit(lightning.LightningModule):  # type: ignore[name-defined,misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = network()

        def training_step(self, batch: tuple[Tensor, Tensor], at: int) -> Tensor:
            return nn.functional.cross_entropy(self.network(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            return MAKES[name](self.parameters())

    module = Lit()
    trainer = lightning.Trainer(
        default_root_dir=tmp_path,
        max_epochs=EPOCHS,
        accelerator="cpu",
        enable_checkpointing=False,
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, DataLoader(TensorDataset(*examples()), BATCH))
    assert same_bits(module.network, by_hand(MAKES[name]))
