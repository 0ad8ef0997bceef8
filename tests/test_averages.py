from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trainlab.averages import debias, ema, power, row_dot, row_norm, segment_norm


@pytest.fixture
def _two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@given(st.floats(0, 1), st.floats(-10, 10), st.floats(-10, 10))
def test_ema_is_its_formula(beta: float, mean: float, x: float) -> None:
    given_mean, given_x = (torch.tensor([[v]], dtype=torch.float64) for v in (mean, x))
    expected = beta * mean + (1 - beta) * x
    assert ema(given_mean, given_x, beta).item() == pytest.approx(expected, abs=1e-13)


@given(st.floats(0, 0.9999), st.integers(1, 40))
def test_a_debiased_average_of_a_constant_is_the_constant(beta: float, steps: int) -> None:
    mean, lack, x = torch.zeros(1, 1).double(), 1.0, torch.full((1, 1), 3.0).double()
    for _ in range(steps):
        mean, lack = ema(mean, x, beta), lack * beta
    assert debias(mean, lack).item() == pytest.approx(3.0, rel=1e-9)


@pytest.mark.usefixtures("_two_threads")
@pytest.mark.parametrize("n", [1, 13, 100_003])
def test_a_rows_reduction_does_not_depend_on_its_neighbours(n: int) -> None:
    a, b = torch.randn(2, 5, n, generator=torch.Generator().manual_seed(0))
    for reduce in (lambda s: row_dot(a[s], b[s]), lambda s: row_norm(a[s])):
        alone = [reduce(slice(row, row + 1)) for row in range(5)]
        assert torch.equal(reduce(slice(None)), torch.cat(alone))


def test_row_reductions_are_their_dense_forms() -> None:
    a, b = torch.randn(2, 3, 40_000, generator=torch.Generator().manual_seed(0)).double()
    torch.testing.assert_close(row_dot(a, b), (a @ b.T).diagonal().unsqueeze(1))
    torch.testing.assert_close(row_norm(a), row_dot(a, a).sqrt())


def test_a_segments_norm_stands_at_each_of_its_places() -> None:
    x = torch.tensor([[3.0, 4.0, 5.0], [0.0, 1.0, -2.0]])
    expected = torch.tensor([[5.0, 5.0, 5.0], [1.0, 1.0, 2.0]])
    assert torch.equal(segment_norm(x, (2, 1)), expected)


def test_power_does_not_depend_on_the_rows_beside_it() -> None:
    base, t = torch.linspace(0.1, 0.999, 37).unsqueeze(1), torch.arange(1.0, 38.0).unsqueeze(1)
    alone = [power(base[i : i + 1], t[i : i + 1]) for i in range(37)]
    assert torch.equal(power(base, t), torch.cat(alone))
    assert torch.equal(power(0.96, t)[2:3], power(0.96, t[2:3]))


def test_a_compiled_power_is_the_same_and_is_not_seen_into() -> None:
    t = torch.arange(1.0, 38.0).unsqueeze(1)
    seen: list[str] = []

    def backend(graph: torch.fx.GraphModule, _: object) -> object:
        seen.extend(str(node.target) for node in graph.graph.nodes)
        return graph.forward

    traced = torch.compile(power, fullgraph=True, backend=backend)
    assert torch.equal(traced(0.96, t), power(0.96, t))
    assert torch.equal(traced(t / 50, t), power(t / 50, t))
    assert any("trainlab.power" in name for name in seen)
    assert not [name for name in seen if name.endswith("pow")]
