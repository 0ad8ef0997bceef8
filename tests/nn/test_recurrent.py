from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tests.nn import rows
from trainlab.nn import recurrent
from trainlab.nn.dropout import Dropout, RandomLayer, RecurrentDropout, VariationalDropout, by_key
from trainlab.nn.recurrent import Cell, Drops, ImageRows, LastStep, MeanOverTime, Recurrent

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
@pytest.mark.parametrize("drop", [Drops(), Drops(0.3, 0.3, 0.3), Drops(0.3, 0.3, 0.3, False)])
def test_a_member_is_itself_alone(cell: Cell, drop: Drops) -> None:
    def build() -> nn.Module:
        layer = Recurrent(cell, 5, 7, layers=2, drop=drop)
        for name, weight in layer.named_parameters():
            torch.nn.init.normal_(weight, 0.0, 0.3) if "weight" in name else None
        by_key(layer)
        return layer

    networks, x = rows.members(build), sequences(3, 4, 6, 5)
    rows.assert_same(rows.together(networks, x), rows.alone(networks, x))


def test_only_the_forget_gate_starts_open() -> None:
    layer = Recurrent(recurrent.LSTM, 2, 3, layers=2, forget_bias=2.0)
    for level in range(2):
        total = layer.get_parameter(f"bias_ih_l{level}") + layer.get_parameter(f"bias_hh_l{level}")
        assert total.tolist() == [0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0]
    assert not Recurrent(recurrent.GRU, 2, 3).get_parameter("bias_ih_l0").any()


def test_a_rate_of_zero_adds_no_layer() -> None:
    def layers(count: int, drop: Drops) -> list[type[nn.Module]]:
        modules = Recurrent(recurrent.GRU, 2, 3, count, drop).modules()
        return [type(module) for module in modules if isinstance(module, RandomLayer)]

    assert layers(3, Drops()) == []
    assert layers(3, Drops(between=0.2)) == [Dropout] * 2
    assert layers(1, Drops(between=0.2)) == []
    assert layers(2, Drops(inputs=0.2, states=0.2)) == [
        *[VariationalDropout] * 2,
        *[RecurrentDropout] * 2,
    ]


def written_out(layer: Recurrent, x: Tensor, masks: tuple[Tensor, Tensor]) -> Tensor:
    """Transcribe Gal & Ghahramani 2016 for an LSTM, step by step, by torch's own cell."""
    cell = nn.LSTMCell(5, 7).double()
    names = {name: f"{name}_l0" for name, _ in cell.named_parameters()}
    cell.load_state_dict({name: layer.get_parameter(own) for name, own in names.items()})
    h, c = x.new_zeros(3, 7), x.new_zeros(3, 7)
    outputs = []
    for step in range(x.shape[1]):
        h, c = cell(x[:, step] * masks[0], (h * masks[1], c))
        outputs.append(h)
    return torch.stack(outputs, dim=1)


def test_variational_dropout_is_one_mask_over_time_on_the_inputs_and_on_the_state() -> None:
    layer = Recurrent(recurrent.LSTM, 5, 7, drop=Drops(inputs=0.4, states=0.4)).double()
    for weight in layer.parameters():
        nn.init.normal_(weight, 0.0, 0.5, generator=torch.Generator().manual_seed(0))
    by_key(layer)
    x, ones = sequences(3, 6, 5), torch.ones(3, 1, 7, dtype=torch.float64)
    input_drop, state_drop = (d for d in layer.modules() if isinstance(d, VariationalDropout))
    masks = input_drop(ones[..., :5])[:, 0], state_drop(ones)[:, 0]
    assert masks[0].unique().numel() == masks[1].unique().numel() == 2
    torch.testing.assert_close(layer(x), written_out(layer, x, masks))
    kept = torch.ones_like(masks[0]), torch.ones_like(masks[1])
    torch.testing.assert_close(layer.eval()(x), written_out(layer, x, kept))


def test_sequences_are_read_at_the_end_or_on_average() -> None:
    x = sequences(2, 4, 3)
    assert torch.equal(LastStep()(x), x[:, 3])
    torch.testing.assert_close(MeanOverTime()(x), x.sum(dim=1) / 4)


def test_an_image_is_read_row_by_row() -> None:
    image = torch.arange(2 * 3 * 4.0).reshape(1, 2, 3, 4)
    assert ImageRows()(image)[0, 1].tolist() == [4, 5, 6, 7, 16, 17, 18, 19]
