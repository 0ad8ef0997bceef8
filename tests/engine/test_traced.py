from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from tests.laws.trainings import recipe_of, same_bits, task_of
from trainlab.engine.assemble import assemble
from trainlab.engine.build import builder
from trainlab.engine.loop import train
from trainlab.engine.record import Finished
from trainlab.engine.traced import Replayed
from trainlab.recipe import expand, plan


def test_a_replay_calls_the_same_kernels() -> None:
    calls = []

    def function(x: Tensor, buffers: dict[str, Tensor], scale: float) -> Tensor:
        calls.append(1)
        buffers["count"].add_(1)
        return (x @ x.T).relu().sum(0) * scale

    replayed = Replayed(function)
    x, buffers = torch.randn(5, 5), {"count": torch.tensor(0)}
    first = replayed(x, buffers, 2.0)
    recorded = len(calls)
    assert torch.equal(first, (x @ x.T).relu().sum(0) * 2.0)
    assert torch.equal(replayed(x + 1, buffers, 2.0), ((x + 1) @ (x + 1).T).relu().sum(0) * 2.0)
    assert len(calls) == recorded
    assert int(buffers["count"]) == 2
    replayed(x, buffers, 3.0)
    assert len(calls) > recorded


def test_what_gives_other_bits_each_time_is_not_recorded() -> None:
    state = [0.0]

    def impure(x: Tensor) -> Tensor:
        state[0] += 1
        return x * state[0]

    replayed = Replayed(impure)
    x = torch.ones(2)
    assert not torch.equal(replayed(x), replayed(x))


def test_what_is_not_recorded_can_still_differentiate() -> None:
    """A gradient that is nan has other bits than itself: it is computed by the function."""

    def gradient(x: Tensor) -> Tensor:
        x = x.detach().requires_grad_()
        return torch.autograd.grad((x * torch.nan).sum(), x)[0]

    replayed = Replayed(gradient)
    for _ in range(2):
        assert replayed(torch.ones(2)).isnan().all()


def test_a_large_batch_of_one_member_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    task = task_of((6,))
    (program,) = plan(expand(recipe_of(network={"name": "mlp", "widths": [8]})))
    build = builder(program.recipe.network, task.feature_shape, task.outputs, {})
    monkeypatch.setattr("trainlab.engine.forward.UNRECORDED", 1)
    for most, kept in ((1, []), (1 << 18, [1])):
        monkeypatch.setattr("trainlab.engine.forward.RECORDED", most)
        training = assemble(program, task, build, recordings={})
        for expected in ([], kept):
            training.advance()
            found = [len(each) for each in training.population.recordings.values() if each]
            assert found == expected


@pytest.mark.parametrize(("seeds", "way"), [(1, "rows"), (3, "vmap")])
def test_a_recorded_training_has_the_bits_of_the_original(
    seeds: int, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlab.engine.forward.UNRECORDED", 2)
    task = task_of((6,))
    network = {"name": "mlp", "widths": [8], "norm": "batch"}
    recipe = recipe_of(seeds=seeds, network=network, regularize={"dropout": 0.2})
    (program,) = plan(expand(recipe))
    build = builder(program.recipe.network, task.feature_shape, task.outputs, {"dropout": 0.2})
    results = []
    for pure in (True, False):
        training = assemble(program, task, build, recordings={} if pure else None)
        assert training.placement.batching == way
        last = list(train(training))[-1]
        assert isinstance(last, Finished)
        results.append(last)
    assert same_bits(results[0].weights, results[1].weights)


def test_modules_of_the_user_are_not_recorded() -> None:
    from trainlab.engine.forward import Batched
    from trainlab.engine.population import populate
    from trainlab.losses import LOSSES

    population = populate(lambda seed: nn.Linear(3, 2), range(2), torch.device("cpu"))
    assert not isinstance(Batched(population, LOSSES["mse"]).differentiate, Replayed)


def test_threads_record_side_by_side() -> None:
    from concurrent.futures import ThreadPoolExecutor

    def trained(seed: int) -> Tensor:
        network = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
        held = {name: p.detach() for name, p in network.named_parameters()}

        def loss(weights: dict[str, Tensor], x: Tensor) -> Tensor:
            free = {name: w.detach().requires_grad_() for name, w in weights.items()}
            out = torch.func.functional_call(network, free, (x,)).square().sum()
            return torch.cat([g.flatten() for g in torch.autograd.grad(out, list(free.values()))])

        replayed = Replayed(loss)
        same = [
            torch.equal(replayed(held, x), loss(held, x))
            for x in (torch.ones(rows, 4) * seed for rows in range(1, 12))
        ]
        return torch.tensor(same)

    with ThreadPoolExecutor(4) as pool:
        assert all(bool(found.all()) for found in pool.map(trained, range(8)))


def test_a_number_read_from_a_tensor_is_not_recorded() -> None:
    calls = []

    def reads(x: Tensor) -> Tensor:
        calls.append(1)
        return x * x.sum().item()

    replayed = Replayed(reads)
    assert float(replayed(torch.tensor([2.0]))) == 4.0
    assert float(replayed(torch.tensor([3.0]))) == 9.0
