from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tests.nn import rows
from trainlab.nn import recurrent
from trainlab.nn.dropout import Dropout, number
from trainlab.nn.recurrent import Cell, ImageRows, LastStep, MeanOverTime, Recurrent

ORACLES = {
    "rnn": (recurrent.RNN, lambda **kw: nn.RNN(5, 7, **kw)),
    "relu": (recurrent.RNN_RELU, lambda **kw: nn.RNN(5, 7, nonlinearity="relu", **kw)),
    "lstm": (recurrent.LSTM, lambda **kw: nn.LSTM(5, 7, **kw)),
    "gru": (recurrent.GRU, lambda **kw: nn.GRU(5, 7, **kw)),
}
CELLS = [recurrent.RNN, recurrent.RNN_RELU, recurrent.LSTM, recurrent.GRU]


def sequences(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("name", ORACLES)
def test_torchs_weights_give_torchs_outputs_and_gradients(name: str, layers: int) -> None:
    cell, oracle = ORACLES[name]
    theirs = oracle(num_layers=layers, batch_first=True).double()
    ours = Recurrent(cell, 5, 7, layers).double()
    ours.load_state_dict(theirs.state_dict())
    x, y = sequences(3, 6, 5).requires_grad_(), sequences(3, 6, 5).requires_grad_()
    out, (expected, _) = ours(x), theirs(y)
    torch.testing.assert_close(out, expected, rtol=1e-12, atol=1e-12)
    out.sin().sum().backward()
    expected.sin().sum().backward()
    torch.testing.assert_close(x.grad, y.grad, rtol=1e-10, atol=1e-12)
    grads = {name: weight.grad for name, weight in theirs.named_parameters()}
    for name, weight in ours.named_parameters():
        torch.testing.assert_close(weight.grad, grads[name], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_a_member_is_itself_alone(cell: Cell) -> None:
    def build() -> nn.Module:
        layer = Recurrent(cell, 5, 7, layers=2, dropout=0.3)
        for name, weight in layer.named_parameters():
            torch.nn.init.normal_(weight, 0.0, 0.3) if "weight" in name else None
        number(layer)
        return layer

    networks, x = rows.members(build), sequences(3, 4, 6, 5)
    rows.assert_same(rows.together(networks, x), rows.alone(networks, x))


def test_only_the_forget_gate_starts_open() -> None:
    layer = Recurrent(recurrent.LSTM, 2, 3, layers=2, forget_bias=2.0)
    for level in range(2):
        total = layer.get_parameter(f"bias_ih_l{level}") + layer.get_parameter(f"bias_hh_l{level}")
        assert total.tolist() == [0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0]
    assert not Recurrent(recurrent.GRU, 2, 3).get_parameter("bias_ih_l0").any()


def test_dropout_acts_between_layers_only() -> None:
    assert (
        sum(isinstance(m, Dropout) for m in Recurrent(recurrent.GRU, 2, 3, 3, 0.2).modules()) == 2
    )
    assert not any(isinstance(m, Dropout) for m in Recurrent(recurrent.GRU, 2, 3, 1, 0.2).modules())


def test_sequences_are_read_at_the_end_or_on_average() -> None:
    x = sequences(2, 4, 3)
    assert torch.equal(LastStep()(x), x[:, 3])
    torch.testing.assert_close(MeanOverTime()(x), x.sum(dim=1) / 4)


def test_an_image_is_read_row_by_row() -> None:
    image = torch.arange(2 * 3 * 4.0).reshape(1, 2, 3, 4)
    assert ImageRows()(image)[0, 1].tolist() == [4, 5, 6, 7, 16, 17, 18, 19]
