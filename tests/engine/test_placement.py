from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from trainlab.engine.placement import Wanted, device_of, place
from trainlab.engine.population import Population, populate
from trainlab.errors import NetworkError, RecipeError
from trainlab.losses import LOSSES

CPU = torch.device("cpu")


loss = LOSSES["cross_entropy"]


class Fused(nn.Module):
    """torch's LSTM has no batching rule."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTM(4, 4, batch_first=True)
        self.head = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(self.cell(x)[0][:, -1])
        return out


def rows(make: type[nn.Module] | object, seeds: int = 2) -> Population:
    return populate(lambda seed: make(), range(seeds), CPU)  # type: ignore[operator]


def batch(*shape: int, seeds: int = 2) -> tuple[Tensor, Tensor]:
    return torch.randn(seeds, 5, *shape), torch.randint(0, 3, (seeds, 5))


def test_one_member_is_called_directly() -> None:
    found = place(rows(lambda: nn.Linear(4, 3), 1), batch(4, seeds=1), loss, Wanted())
    assert (found.batching, found.threads) == ("rows", 1)


def test_several_members_are_batched() -> None:
    assert place(rows(lambda: nn.Linear(4, 3)), batch(4), loss, Wanted()).batching == "vmap"


def test_what_cannot_be_batched_goes_row_by_row_with_the_reason() -> None:
    found = place(rows(Fused), batch(6, 4), loss, Wanted())
    assert found.batching == "rows"
    assert "lstm" in found.why


def test_trying_leaves_running_statistics_alone() -> None:
    population = rows(lambda: nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, 3)))
    place(population, batch(4), loss, Wanted())
    assert population.buffers["0.num_batches_tracked"].tolist() == [0, 0]
    assert float(population.buffers["0.running_mean"].abs().max()) == 0


def test_a_network_that_does_not_fit_the_data_is_named() -> None:
    with pytest.raises(NetworkError) as caught:
        place(rows(lambda: nn.Linear(7, 3)), batch(4), loss, Wanted())
    assert "Linear, input [5, 4], target [5]" in str(caught.value)
    with pytest.raises(NetworkError):
        place(rows(lambda: nn.Linear(4, 2)), batch(4), loss, Wanted())


def test_a_batch_that_does_not_fit_into_memory_is_no_fault_of_the_network() -> None:
    class Large(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    with pytest.raises(RuntimeError, match="allocate"):
        place(rows(lambda: Large(4, 3)), batch(4), loss, Wanted())


def test_the_line_of_a_network_that_fails_is_told() -> None:
    class Broken(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward({"x": x}["y"])

    with pytest.raises(NetworkError, match="KeyError: 'y'") as caught:
        place(rows(lambda: Broken(4, 3)), batch(4), loss, Wanted())
    assert "test_placement.py" in caught.value.where
    assert "in forward" in caught.value.where


def test_a_network_that_gives_no_tensor_is_told() -> None:
    class Pair(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x), x  # type: ignore[return-value]

    with pytest.raises(NetworkError, match="gives a tuple, not a tensor"):
        place(rows(lambda: Pair(4, 3)), batch(4), loss, Wanted())


def test_a_network_that_writes_into_its_input_is_refused() -> None:
    make = lambda: nn.Sequential(nn.ReLU(inplace=True), nn.Linear(4, 3))  # noqa: E731
    with pytest.raises(NetworkError, match="writes into its input"):
        place(rows(make), batch(4), loss, Wanted())


def test_an_operation_without_a_batching_rule_warns_of_nothing() -> None:
    class Clamped(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x).clamp_(-1, 1)

    assert place(rows(lambda: Clamped(4, 3)), batch(4), loss, Wanted()).batching == "vmap"


def test_devices() -> None:
    assert device_of("cpu").type == "cpu"
    if not torch.cuda.is_available():
        with pytest.raises(RecipeError, match="no device 'cuda'"):
            device_of("cuda")


def test_threads_are_put_back() -> None:
    before = torch.get_num_threads()
    found = place(rows(lambda: nn.Linear(4, 3)), batch(4), loss, Wanted(threads=before + 1))
    with found.threads_set():
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
