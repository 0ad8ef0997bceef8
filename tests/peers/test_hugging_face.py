"""The optimizers inside Hugging Face's Trainer, unmodified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from tests.peers.training import BATCH, CLIP, MAKES, STEPS, by_hand, examples, network, same_bits
from trainlab import optim

MISSING = "the extra `peers` is not installed: pip install 'trainlab[peers]'"
transformers = pytest.importorskip("transformers", reason=MISSING)
pytest.importorskip("accelerate", reason=MISSING)
pytestmark = pytest.mark.filterwarnings("ignore")  # transformers' own

GAMMA = 0.9


class Model(nn.Module):
    """What the Trainer calls: keywords in, the loss first out."""

    def __init__(self) -> None:
        super().__init__()
        self.network = network()

    def forward(self, x: Tensor, labels: Tensor) -> dict[str, Tensor]:
        output = self.network(x)
        return {"loss": nn.functional.cross_entropy(output, labels), "logits": output}


class InOrder(transformers.Trainer):  # type: ignore[name-defined,misc]
    """Reads the examples in their order, as the plain loop does."""

    def _get_train_sampler(self, *_: Any) -> torch.utils.data.Sampler[int]:
        return torch.utils.data.SequentialSampler(self.train_dataset)


def trainer(model: Model, folder: Path, how: dict[str, Any]) -> Any:
    arguments = transformers.TrainingArguments(
        output_dir=str(folder),
        max_steps=STEPS,
        per_device_train_batch_size=BATCH,
        max_grad_norm=CLIP,
        save_steps=STEPS // 2,
        use_cpu=True,
        report_to=[],
        disable_tqdm=True,
        logging_strategy="no",
    )
    x, y = examples()
    data = [{"x": a, "labels": b} for a, b in zip(x, y, strict=True)]
    return InOrder(model, arguments, train_dataset=data, **how)


def made(name: str, model: Model) -> dict[str, Any]:
    optimizer = MAKES[name](model.parameters())
    return {"optimizers": (optimizer, torch.optim.lr_scheduler.ExponentialLR(optimizer, GAMMA))}


@pytest.mark.parametrize("name", MAKES)
def test_it_trains_as_a_plain_loop_does_and_a_checkpoint_continues(
    name: str, tmp_path: Path
) -> None:
    straight, resumed = Model(), Model()
    expected = by_hand(MAKES[name], GAMMA)
    trainer(straight, tmp_path, made(name, straight)).train()
    assert same_bits(straight.network, expected)
    half = tmp_path / f"checkpoint-{STEPS // 2}"
    again = trainer(resumed, tmp_path / "again", made(name, resumed))
    again.train(resume_from_checkpoint=str(half))
    assert again.state.global_step == STEPS
    assert same_bits(resumed.network, expected)


def test_a_class_and_its_arguments_are_enough(tmp_path: Path) -> None:
    """Hugging Face then makes the groups, and its own schedule."""
    model = Model()
    how = {"optimizer_cls_and_kwargs": (optim.AdamW, {"lr": 0.01, "betas": (0.9, 0.99)})}
    training = trainer(model, tmp_path, how)
    training.train()
    assert isinstance(training.optimizer.optimizer, optim.AdamW)
    assert not same_bits(model.network, network())
