"""The optimizers inside skorch, unmodified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from torch import nn

from tests.peers.training import BATCH, CLIP, EPOCHS, MAKES, by_hand, examples, network, same_bits
from trainlab import optim

skorch = pytest.importorskip(
    "skorch", reason="the extra `peers` is not installed: pip install 'trainlab[peers]'"
)
callbacks = pytest.importorskip("skorch.callbacks")
pytestmark = pytest.mark.filterwarnings("ignore")  # skorch's own

GAMMA = 0.9


def net(name: str, epochs: int) -> Any:
    make: Any = MAKES[name]
    return skorch.NeuralNetClassifier(
        network,
        criterion=nn.CrossEntropyLoss,
        optimizer=make.func,
        batch_size=BATCH,
        max_epochs=epochs,
        train_split=None,
        verbose=0,
        callbacks=[
            ("clip", callbacks.GradientNormClipping(CLIP)),
            ("schedule", callbacks.LRScheduler("ExponentialLR", gamma=GAMMA, step_every="batch")),
        ],
        **{f"optimizer__{option}": value for option, value in make.keywords.items()},
    )


@pytest.mark.parametrize("name", MAKES)
def test_it_trains_as_a_plain_loop_does(name: str) -> None:
    x, y = examples()
    fitted = net(name, EPOCHS).fit(x, y)
    assert isinstance(fitted.optimizer_, optim.Stepper)
    assert same_bits(fitted.module_, by_hand(MAKES[name], GAMMA))


@pytest.mark.parametrize("name", MAKES)
def test_what_is_saved_continues_bit_for_bit(name: str, tmp_path: Path) -> None:
    x, y = examples()
    files = {f"f_{part}": tmp_path / f"{part}.pt" for part in ("params", "optimizer")}
    first = net(name, EPOCHS // 2).fit(x, y)
    first.save_params(**files)
    rate = first.optimizer_.param_groups[0]["lr"]
    second = net(name, EPOCHS // 2).initialize()
    second.load_params(**files)
    assert second.optimizer_.param_groups[0]["lr"] == rate
    second.partial_fit(x, y)
    assert same_bits(second.module_, by_hand(MAKES[name], GAMMA))
