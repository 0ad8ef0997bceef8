from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.errors import NetworkError
from trainlab.nn.dropout import RandomLayer, by_key
from trainlab.nn.init import initialise
from trainlab.nn.variational import VariationalGRU, VariationalLSTM, VariationalRNN

PAIRS = [(VariationalLSTM, nn.LSTM), (VariationalGRU, nn.GRU), (VariationalRNN, nn.RNN)]
Ours = type[VariationalLSTM] | type[VariationalGRU] | type[VariationalRNN]


def draw(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize(("kind", "oracle"), PAIRS)
@pytest.mark.parametrize("batch_first", [False, True])
def test_in_evaluation_it_is_torchs_layer_and_goes_on_from_a_state(
    kind: Ours, oracle: type[nn.RNNBase], batch_first: bool
) -> None:
    ours = kind(5, 7, 2, batch_first=batch_first).eval()
    theirs = oracle(5, 7, 2, batch_first=batch_first)
    theirs.load_state_dict(ours.state_dict())
    for x, start in ((draw(4, 3, 5), None), (draw(4, 3, 5), draw(2, 4 if batch_first else 3, 7))):
        state = (start, 2 * start) if kind is VariationalLSTM and start is not None else start
        outputs, end = ours(x, state)
        expected, their_end = theirs(x, state)
        torch.testing.assert_close(outputs, expected)
        torch.testing.assert_close(end, their_end)


@pytest.mark.parametrize(("kind", "oracle"), PAIRS)
def test_while_training_it_drops_by_its_key(kind: Ours, oracle: type[nn.RNNBase]) -> None:
    layer, x = kind(5, 7), draw(4, 3, 5)
    by_key(layer)
    first, _ = layer(x)
    assert torch.equal(layer(x)[0], first)
    assert not torch.equal(layer.eval()(x)[0], first)
    for drop in layer.train().modules():
        if isinstance(drop, RandomLayer):
            drop.key.fill_(1)
    assert not torch.equal(layer(x)[0], first)


@pytest.mark.parametrize(("kind", "oracle"), PAIRS)
def test_it_starts_by_torchs_law_or_by_any_other(kind: Ours, oracle: type[nn.RNNBase]) -> None:
    layer = kind(5, 49)
    largest = max(weight.abs().max().item() for weight in layer.parameters())
    assert 0.13 < largest <= 1 / 7
    layer.reset_parameters(torch.Generator().manual_seed(3))
    again = kind(5, 49)
    again.reset_parameters(torch.Generator().manual_seed(3))
    torch.testing.assert_close(layer.state_dict(), again.state_dict(), rtol=0, atol=0)
    initialise(layer, "orthogonal", seeds.generator(0, "init"))
    block = layer.get_parameter("weight_hh_l0")[:49]
    torch.testing.assert_close(block @ block.T, torch.eye(49), atol=1e-5, rtol=0)


def test_what_it_cannot_run_is_refused_in_one_sentence() -> None:
    layer, x = VariationalLSTM(5, 7, 2), draw(4, 3, 5)
    packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([4, 2, 1]))
    with pytest.raises(NetworkError, match="PackedSequence"):
        layer(packed)
    for wrong in (draw(4, 5), draw(4, 3, 6), draw(0, 3, 5)):
        with pytest.raises(NetworkError, match=r"takes \[T, B, 5\]"):
            layer(wrong)
    for start in ((draw(1, 3, 7),) * 2, (draw(2, 4, 7),) * 2, draw(2, 3, 7)):
        with pytest.raises(NetworkError, match=r"starts from 2 of \[2, 3, 7\]"):
            layer(x, start)
