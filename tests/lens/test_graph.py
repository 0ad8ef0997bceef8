from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from trainlab import seeds
from trainlab.lens.graph import Graph, graph_of
from trainlab.losses import LOSSES
from trainlab.nn.activations import ACTIVATIONS
from trainlab.nn.networks import NETWORKS


def graphed(module: nn.Module, *shape: int) -> Graph:
    x = seeds.normal(seeds.keys([0], "noise"), shape)
    return graph_of(module, x, torch.tensor([1]), LOSSES["cross_entropy"].mean)


def test_a_perceptron_operation_by_operation() -> None:
    network = NETWORKS["mlp"].build((6,), 3, widths=[5, 4], activation="relu")
    found = graphed(network, 6)
    names = [operation.name for operation in found.operations]
    assert names == ["linear", "relu", "linear", "relu", "linear", "cross_entropy"]
    assert [operation.module for operation in found.operations][:2] == ["linear1", "activation1"]
    relu = found.operations[1]
    (edge,) = relu.edges
    assert edge.source == 1
    slope = (found.operations[0].value > 0).double()
    torch.testing.assert_close(edge.local, slope)
    torch.testing.assert_close(edge.flow, slope * relu.upstream)
    assert relu.role == "max routes"


def test_gradients_are_those_of_autograd() -> None:
    network = NETWORKS["mlp"].build((6,), 3, widths=[5], activation="tanh").double()
    found = graphed(network, 6)
    x = seeds.normal(seeds.keys([0], "noise"), (6,)).double()
    functional.cross_entropy(network(x), torch.tensor([1])).backward()
    for name, weight in network.named_parameters():
        torch.testing.assert_close(found.sources[name].gradient, weight.grad)
    assert found.operations[-1].upstream.item() == 1.0


class Diamond(nn.Module):
    """z = 2 h + h * h, of which h is used three times; with an operation in place."""

    def __init__(self) -> None:
        super().__init__()
        self.begin = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        h = self.begin(x).relu_()
        z = h * h
        z += 2 * h
        return z


def test_a_copy_sums_what_its_uses_send_back() -> None:
    found = graphed(Diamond(), 4)
    h = next(operation for operation in found.operations if operation.name == "relu")
    edges = [e for operation in found.operations for e in operation.edges if e.source == h.number]
    assert h.uses == len(edges) == 3
    torch.testing.assert_close(sum(edge.flow for edge in edges), h.upstream)
    add = next(operation for operation in found.operations if operation.name == "add")
    assert add.role == "add distributes"
    assert all(torch.equal(edge.flow, add.upstream) for edge in add.edges)
    multiply = next(operation for operation in found.operations if operation.name == "mul")
    torch.testing.assert_close(multiply.edges[0].local, h.value)
    assert found.error < 1e-5


CASES = {
    "mlp": ((6,), {"widths": [5], "norm": "batch"}),
    "cnn": ((1, 8, 8), {"channels": [3], "widths": [4], "norm": "batch"}),
    "resnet": ((1, 8, 8), {"widths": [3, 4], "blocks": 1}),
    "gru": ((4, 2), {"hidden": 3}),
    "lstm": ((4, 2), {"hidden": 3}),
}


@pytest.mark.parametrize("name", CASES)
def test_the_numerical_check_agrees_on_every_operation(name: str) -> None:
    shape, options = CASES[name]
    network = NETWORKS[name].build(shape, 3, **options)
    found = graphed(network, *shape)
    assert sum(operation.kink for operation in found.operations) <= 1, "a tie of a max"
    assert found.error < 1e-4, [(o.name, o.analytic, o.numerical) for o in found.operations]
    assert set(found.sources) == {"input", *dict(network.named_parameters())}
    for operation in found.operations:
        back = [e.flow for o in found.operations for e in o.edges if e.source == operation.number]
        if back:
            torch.testing.assert_close(sum(back), operation.upstream)


def test_a_wrong_backward_shows_in_the_check() -> None:
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx: object, x: Tensor) -> Tensor:
            return 3 * x

        @staticmethod
        def backward(ctx: object, grad: Tensor) -> Tensor:  # type: ignore[override]
            return grad

    class Tripled(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            found: Tensor = Wrong.apply(x)
            return found

    found = graphed(nn.Sequential(nn.Linear(4, 4), Tripled(), nn.Linear(4, 3)), 4)
    assert found.operations[0].numerical == pytest.approx(
        3 * found.operations[0].analytic, rel=1e-4
    )


def test_of_a_loop_the_first_and_the_last_step_are_checked() -> None:
    found = graphed(NETWORKS["rnn"].build((50, 2), 3, hidden=3), 50, 2)
    names = [each.name for each in found.operations if each.numerical == each.numerical]
    assert names.count("tanh") == 2
    assert len(names) < 20


def test_of_a_long_graph_some_operations_are_checked() -> None:
    layers = [layer for _ in range(60) for layer in (nn.Linear(2, 2), nn.Tanh())]
    found = graphed(nn.Sequential(*layers, nn.Linear(2, 3)), 2)
    checked = [each for each in found.operations if each.numerical == each.numerical]
    assert len(checked) == (len(found.operations) + 1) // 2
    assert found.error < 1e-3


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"identity"}))
def test_every_activation_has_a_role(activation: str) -> None:
    network = NETWORKS["mlp"].build((6,), 3, widths=[5], activation=activation)
    assert all(operation.role for operation in graphed(network, 6).operations)


def test_attention_has_a_role() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, batch_first=True)
    found = graphed(nn.Sequential(layer, nn.Flatten(), nn.Linear(24, 3)), 3, 8)
    roles = {operation.name: operation.role for operation in found.operations}
    assert all(roles.values()), roles
    assert "softmax" in roles["multi_head_attention_forward"]
