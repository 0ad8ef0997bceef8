from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from trainlab.losses import LOSSES

B, C, P = 6, 4, 3


def draw(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def classes(*shape: int) -> Tensor:
    return torch.randint(C, shape, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_cross_entropy_is_torchs(smoothing: float) -> None:
    output, target = draw(B, C), classes(B)
    expected = functional.cross_entropy(output, target, label_smoothing=smoothing, reduction="none")
    torch.testing.assert_close(
        LOSSES["cross_entropy"](output, target, label_smoothing=smoothing), expected
    )
    soft = functional.cross_entropy(
        output, output.softmax(-1), label_smoothing=smoothing, reduction="none"
    )
    mine = LOSSES["cross_entropy"](output, output.softmax(-1), label_smoothing=smoothing)
    torch.testing.assert_close(mine, soft)


@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("mse", functional.mse_loss),
        ("l1", functional.l1_loss),
        ("huber", functional.huber_loss),
        ("binary_cross_entropy", functional.binary_cross_entropy_with_logits),
    ],
)
@pytest.mark.parametrize("k", [1, 3])
def test_the_others_are_torchs(name: str, oracle: object, k: int) -> None:
    output = 3 * draw(B, k)
    target = (draw(B, k).flip(0) > 0).double()
    mine = LOSSES[name](output, target)
    torch.testing.assert_close(mine, oracle(output, target, reduction="none").mean(-1))
    assert mine.shape == (B,)


@pytest.mark.parametrize("name", ["mse", "l1", "huber", "binary_cross_entropy"])
def test_a_target_without_its_last_axis_does_not_broadcast(name: str) -> None:
    output, target = draw(B, 1), draw(B).flip(0).sigmoid()
    flat = LOSSES[name](output, target)
    assert torch.equal(flat, LOSSES[name](output, target.unsqueeze(-1)))


@pytest.mark.parametrize("name", LOSSES)
def test_members_by_leading_axis_by_vmap_and_alone_agree(name: str) -> None:
    output = draw(P, B, C)
    target = classes(P, B) if LOSSES[name].targets == "classes" else draw(P, B, C).sigmoid()
    smoothing = torch.tensor([0.0, 0.1, 0.3], dtype=torch.float64)

    def loss(output: Tensor, target: Tensor, smoothing: Tensor) -> Tensor:
        return LOSSES[name](output, target, label_smoothing=smoothing)

    alone = [loss(*one) for one in zip(output, target, smoothing, strict=True)]
    torch.testing.assert_close(loss(output, target, smoothing.unsqueeze(1)), torch.stack(alone))
    torch.testing.assert_close(torch.func.vmap(loss)(output, target, smoothing), torch.stack(alone))


def test_binary_smoothing_pulls_the_answer_towards_a_half() -> None:
    output, target = draw(B, 1), torch.ones(B, 1).double()
    smooth = LOSSES["binary_cross_entropy"](output, target, label_smoothing=0.2)
    expected = functional.binary_cross_entropy_with_logits(output, 0.9 * target, reduction="none")
    torch.testing.assert_close(smooth, expected[:, 0])


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_finite_far_from_the_target(name: str) -> None:
    output = torch.tensor([[1e4, -1e4]], requires_grad=True)
    target = torch.tensor([1]) if name == "cross_entropy" else torch.tensor([[0.0, 1.0]])
    loss = LOSSES[name](output, target).sum()
    loss.backward()
    assert loss.isfinite()
    assert output.grad.isfinite().all()


def test_every_row_says_what_it_is() -> None:
    for row in LOSSES.values():
        assert row.card.does and row.card.formula and row.card.helps and row.card.torch
