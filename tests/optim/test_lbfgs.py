from __future__ import annotations

import copy
import io
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from trainlab.errors import InputError
from trainlab.nn.surgery import swap_norms
from trainlab.optim import LBFGS

X = torch.randn(40, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
Y = torch.randn(40, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2)).double()


def flat(module: nn.Module) -> Tensor:
    return torch.cat([p.detach().flatten() for p in module.parameters()])


def walk(module: nn.Module, optimizer: Any, steps: range, *, batches: bool = False) -> list[Tensor]:
    """Take steps; give after each the parameters, and the loss that it told."""
    told = []
    for k in steps:
        rows = slice(k * 5, k * 5 + 10) if batches else slice(None)

        def closure(rows: slice = rows) -> Tensor:
            optimizer.zero_grad()
            loss = (module(X[rows]) - Y[rows]).square().mean()
            loss.backward()
            return loss

        loss = optimizer.step(closure)
        told.append(torch.cat([flat(module), loss.detach().reshape(1)]))
    return told


CASES: dict[str, dict[str, Any]] = {
    "fixed lengths": {"lr": 0.1, "max_iter": 8},
    "one step": {"lr": 0.3, "max_iter": 1},
    "search": {"line_search_fn": "strong_wolfe", "max_iter": 4},
    "short history": {"line_search_fn": "strong_wolfe", "max_iter": 4, "history_size": 2},
    "first trial too long": {"line_search_fn": "strong_wolfe", "lr": 100.0, "max_iter": 3},
    "first trial too short": {"line_search_fn": "strong_wolfe", "lr": 1e-4, "max_iter": 3},
    "few evaluations": {"line_search_fn": "strong_wolfe", "lr": 30.0, "max_iter": 6, "max_eval": 5},
    "easily content": {"line_search_fn": "strong_wolfe", "tolerance_grad": 0.05, "max_iter": 5},
    "hardly moving": {"lr": 0.1, "tolerance_change": 0.01, "max_iter": 5},
}


@pytest.mark.parametrize("batches", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_it_is_torchs_step_by_step(case: str, batches: bool) -> None:
    mine, theirs = network(), network()
    ours = LBFGS(mine.parameters(), **CASES[case])
    other = torch.optim.LBFGS(theirs.parameters(), **CASES[case])
    steps = range(3)
    found, expected = (
        walk(mine, ours, steps, batches=batches),
        walk(theirs, other, steps, batches=batches),
    )
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)
    for name in ("func_evals", "n_iter"):
        assert ours.state_dict()["state"][0][name] == other.state_dict()["state"][0][name]


def test_its_defaults_and_arguments_are_torchs() -> None:
    module = network()
    ours, theirs = LBFGS(module.parameters()), torch.optim.LBFGS(module.parameters())
    assert ours.defaults == theirs.defaults


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
def test_saved_and_loaded_it_goes_on_bit_for_bit(search: str | None) -> None:
    straight, first, second = network(), network(), network()
    options = {"lr": 0.5, "max_iter": 3, "line_search_fn": search}
    walk(straight, LBFGS(straight.parameters(), **options), range(4))
    optimizer = LBFGS(first.parameters(), **options)
    walk(first, optimizer, range(2))
    file = io.BytesIO()
    torch.save([first.state_dict(), optimizer.state_dict()], file)
    file.seek(0)
    weights, state = torch.load(file, weights_only=True)
    second.load_state_dict(weights)
    loaded = LBFGS(second.parameters())
    loaded.load_state_dict(state)
    walk(second, loaded, range(2, 4))
    assert torch.equal(flat(second), flat(straight))


def test_it_goes_on_from_torchs_state_and_torch_from_its() -> None:
    options = {"lr": 0.5, "max_iter": 3, "line_search_fn": "strong_wolfe"}
    straight = network()
    walk(straight, torch.optim.LBFGS(straight.parameters(), **options), range(4))
    for first, second in ((LBFGS, torch.optim.LBFGS), (torch.optim.LBFGS, LBFGS)):
        module = network()
        begun = first(module.parameters(), **options)
        walk(module, begun, range(2))
        going_on = second(module.parameters(), **options)
        going_on.load_state_dict(begun.state_dict())
        walk(module, going_on, range(2, 4))
        torch.testing.assert_close(flat(module), flat(straight), rtol=1e-12, atol=1e-12)


def test_a_copy_goes_on_bit_for_bit() -> None:
    straight, module = network(), network()
    walk(straight, LBFGS(straight.parameters(), max_iter=3), range(4))
    optimizer = LBFGS(module.parameters(), max_iter=3)
    walk(module, optimizer, range(2))
    module, optimizer = copy.deepcopy((module, optimizer))
    walk(module, optimizer, range(2, 4))
    assert torch.equal(flat(module), flat(straight))


def test_a_parameter_without_a_gradient_stays() -> None:
    module, idle = network(), nn.Parameter(torch.ones(3, dtype=torch.float64))
    walk(module, LBFGS([*module.parameters(), idle], line_search_fn="strong_wolfe"), range(2))
    assert torch.equal(idle.detach(), torch.ones(3, dtype=torch.float64))


def test_a_scheduler_of_torchs_moves_its_rate() -> None:
    module = network()
    optimizer = LBFGS(module.parameters(), lr=0.1, max_iter=1)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.0)
    walk(module, optimizer, range(1))
    before = flat(module)
    scheduler.step()
    walk(module, optimizer, range(1))
    assert torch.equal(flat(module), before)


def test_what_it_cannot_do_is_refused() -> None:
    p = [nn.Parameter(torch.zeros(2))]
    with pytest.raises(InputError, match="no parameter groups"):
        LBFGS([{"params": p}, {"params": [nn.Parameter(torch.zeros(1))]}])
    with pytest.raises(InputError, match="line search"):
        LBFGS(p, line_search_fn="armijo")
    with pytest.raises(InputError, match="lr is -1"):
        LBFGS(p, lr=-1)
    with pytest.raises(InputError, match="real parameters"):
        LBFGS([nn.Parameter(torch.zeros(2, dtype=torch.complex64))])


def test_after_a_swap_it_begins_anew() -> None:
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    optimizer, x = LBFGS(network.parameters(), max_iter=3), torch.randn(9, 3)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = (network(x) - x.sum(dim=1, keepdim=True)).square().mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    swap_norms(network, "rms", optimizer=optimizer)
    before = optimizer.step(closure)
    assert closure() < before
