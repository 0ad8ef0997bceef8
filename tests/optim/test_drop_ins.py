"""Each drop-in against torch's own class, on given gradients of a small network, in float64."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from trainlab import optim
from trainlab.errors import InputError

STEPS = 20
NAMES = ["SGD", "Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "Adamax", "NAdam", "RAdam"]
WAYS_OF_COMPUTING = {"foreach", "fused", "capturable", "differentiable"}


@pytest.fixture(autouse=True)
def _float64_scalars() -> Iterator[None]:
    """torch keeps NAdam's product of momenta in the default dtype."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 7), nn.LayerNorm(7), nn.Tanh(), nn.Linear(7, 3))


def put_gradients(parameters: list[nn.Parameter], t: int, skipping: bool = False) -> None:
    """Give every parameter the gradient of step t; skipping, some have none at some steps."""
    draw = torch.Generator().manual_seed(t)
    for place, p in enumerate(parameters):
        g = torch.randn(p.shape, generator=draw) * 10.0 ** (place - 3) + 0.1
        p.grad = None if skipping and (t + place) % 4 == 0 else g


def walk(optimizer: torch.optim.Optimizer, skipping: bool = False) -> list[list[Tensor]]:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    trajectory = []
    for t in range(STEPS):
        put_gradients(parameters, t, skipping)
        optimizer.step()
        trajectory.append([p.detach().clone() for p in parameters])
    return trajectory


def assert_same(ours: list[list[Tensor]], theirs: list[list[Tensor]]) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        for a, b in zip(mine, other, strict=True):
            torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-14)


OPTIONS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in NAMES),
    *((name, {"lr": 0.03, "weight_decay": 0.1}) for name in NAMES),
    *((name, {"lr": 0.03, "maximize": True}) for name in NAMES),
    ("SGD", {"lr": 0.03, "momentum": 0.8}),
    ("SGD", {"lr": 0.03, "momentum": 0.8, "dampening": 0.3}),
    ("SGD", {"lr": 0.03, "momentum": 0.8, "nesterov": True, "weight_decay": 0.1}),
    ("Adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.2, "eps": 1e-5}),
    ("Adadelta", {"rho": 0.7, "eps": 1e-4}),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-5}),
    ("RMSprop", {"momentum": 0.8, "alpha": 0.9}),
    ("RMSprop", {"centered": True, "alpha": 0.9, "eps": 1e-5}),
    ("RMSprop", {"centered": True, "momentum": 0.8, "alpha": 0.9, "eps": 1e-5}),
    ("Adam", {"betas": (0.7, 0.9), "eps": 1e-5, "amsgrad": True}),
    ("Adam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", {"betas": (0.7, 0.9), "amsgrad": True, "weight_decay": 0.1}),
    ("Adamax", {"betas": (0.7, 0.9), "eps": 1e-5}),
    ("NAdam", {"betas": (0.7, 0.9), "momentum_decay": 0.02}),
    ("NAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"betas": (0.7, 0.9), "eps": 1e-5}),
    ("RAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
]


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_a_drop_in_steps_as_torchs(name: str, options: dict[str, Any]) -> None:
    mine = getattr(optim, name)(network().parameters(), **options)
    other = getattr(torch.optim, name)(network().parameters(), **options)
    assert_same(walk(mine), walk(other))


@pytest.mark.parametrize("name", NAMES)
def test_a_parameter_without_a_gradient_is_skipped_as_torchs(name: str) -> None:
    mine, other = (
        getattr(source, name)(network().parameters(), lr=0.03) for source in (optim, torch.optim)
    )
    assert_same(walk(mine, skipping=True), walk(other, skipping=True))


@pytest.mark.parametrize("name", NAMES)
def test_groups_have_their_own_options(name: str) -> None:
    def grouped(source: Any) -> torch.optim.Optimizer:
        first, second = list(network().parameters())[:3], list(network().parameters())[3:]
        two = [{"params": first, "lr": 0.5, "weight_decay": 0.1}, {"params": second}]
        return getattr(source, name)(two, lr=0.01)

    assert_same(walk(grouped(optim)), walk(grouped(torch.optim)))


@pytest.mark.parametrize("name", [*NAMES, "Muon"])
def test_arguments_are_torchs_in_order_and_default(name: str) -> None:
    mine = inspect.signature(getattr(optim, name)).parameters
    other = inspect.signature(getattr(torch.optim, name)).parameters
    positional = [p for p in other.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    ours = [p for p in mine.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    names = [p.name for p in positional if p.name not in WAYS_OF_COMPUTING]
    assert [p.name for p in ours] == [n for n in names if n in [p.name for p in ours]]
    assert set(mine) == set(other) - WAYS_OF_COMPUTING
    assert {n: p.default for n, p in mine.items()} == {n: other[n].default for n in mine}


def further(optimizer: torch.optim.Optimizer, steps: range) -> list[Tensor]:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for t in steps:
        put_gradients(parameters, t)
        optimizer.step()
    return [p.detach().clone() for p in parameters]


@pytest.mark.parametrize(("name", "options"), [*OPTIONS, ("SGD", {"momentum": 0.9})])
@pytest.mark.parametrize("ours_first", [False, True])
def test_a_training_goes_on_in_torchs_class_and_comes_back(
    name: str, options: dict[str, Any], ours_first: bool
) -> None:
    """Through torch.save: nothing may be shared, and nothing but plain tensors be needed."""
    sources = [optim, torch.optim] if ours_first else [torch.optim, optim]
    before = getattr(sources[0], name)(network().parameters(), **options)
    weights = further(before, range(5))
    file = io.BytesIO()
    torch.save(before.state_dict(), file)
    file.seek(0)
    module = network()
    after = getattr(sources[1], name)(module.parameters(), **options)
    with torch.no_grad():
        for p, value in zip(module.parameters(), weights, strict=True):
            p.copy_(value)
    after.load_state_dict(torch.load(file, weights_only=True))
    assert_same([further(after, range(5, 10))], [further(before, range(5, 10))])


def test_the_state_of_another_rule_is_refused() -> None:
    before = torch.optim.SGD(network().parameters(), momentum=0.9)
    further(before, range(1))
    with pytest.raises(InputError, match="momentum_buffer") as caught:
        optim.Adam(network().parameters()).load_state_dict(before.state_dict())
    assert "exp_avg_sq" in str(caught.value)


@pytest.mark.parametrize("name", [*NAMES, "Lion", "SWATS"])
def test_parameters_without_a_single_weight_are_stepped_as_torchs(name: str) -> None:
    def weights() -> list[nn.Parameter]:
        return [nn.Parameter(torch.ones(shape)) for shape in [(0, 3), (), (2,)]]

    mine = getattr(optim, name)(weights(), lr=0.1)
    steps = further(mine, range(3))
    assert [p.shape for p in steps] == [(0, 3), (), (2,)]
    if hasattr(torch.optim, name):
        assert_same([steps], [further(getattr(torch.optim, name)(weights(), lr=0.1), range(3))])
    only = getattr(optim, name)([nn.Parameter(torch.ones(0))], lr=0.1)
    further(only, range(2))


@pytest.mark.parametrize("dampening", [0.0, 0.3])
def test_momentum_may_begin_later(dampening: float) -> None:
    """An option may ask for another rule: what the old one kept and the new one reads stays."""
    both = [
        source.SGD(network().parameters(), lr=0.1, momentum=0.0, dampening=dampening)
        for source in (optim, torch.optim)
    ]
    for t in range(6):
        for optimizer in both:
            group = optimizer.param_groups[0]
            group["momentum"] = [0.0, 0.9, 0.9, 0.0, 0.5, 0.9][t]
            put_gradients(group["params"], t)
            optimizer.step()
    mine, other = ([p.detach() for p in o.param_groups[0]["params"]] for o in both)
    assert_same([mine], [other])


MUON: list[dict[str, Any]] = [
    {},
    {"lr": 0.03, "weight_decay": 0.5, "momentum": 0.8, "nesterov": False},
    {"adjust_lr_fn": "match_rms_adamw", "ns_steps": 3, "ns_coefficients": (1.5, -0.5, 0.0)},
]


def in_full(grad: Tensor, ns_coefficients: Any, ns_steps: int, eps: float) -> Tensor:
    """Do as torch's _zeropower_via_newtonschulz, but in the type of the gradient."""
    (a, b, c), tall = ns_coefficients, grad.size(0) > grad.size(1)
    x = grad.T if tall else grad
    x = x / x.norm().clamp(min=eps)
    for _ in range(ns_steps):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if tall else x


@pytest.mark.parametrize("options", MUON)
def test_muon_steps_as_torchs(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def matrices() -> list[nn.Parameter]:
        return [p for p in network().parameters() if p.dim() == 2]

    mine = walk(optim.Muon(matrices(), **options))
    rough = walk(torch.optim.Muon(matrices(), **options))
    for a, b in zip(mine[-1], rough[-1], strict=True):
        torch.testing.assert_close(a, b, rtol=0.05, atol=0.05)
    monkeypatch.setattr("torch.optim._muon._zeropower_via_newtonschulz", in_full)
    assert_same(mine, walk(torch.optim.Muon(matrices(), **options)))


def test_muon_refuses_what_is_no_matrix() -> None:
    with pytest.raises(InputError, match="Ruled"):
        optim.Muon(network().parameters())
    with pytest.raises(InputError, match="match_rms_adamw"):
        optim.Muon([nn.Parameter(torch.zeros(2, 2))], adjust_lr_fn="other")


def test_what_torch_refuses_is_refused() -> None:
    parameters = list(network().parameters())
    with pytest.raises(InputError, match="lr is -1"):
        optim.Adam(parameters, lr=-1)
    with pytest.raises(InputError, match="betas has 1"):
        optim.Adam(parameters, betas=(0.9, 1.0))
    with pytest.raises(InputError, match="Nesterov"):
        optim.SGD(parameters, nesterov=True)
    with pytest.raises(ValueError, match="empty"):
        optim.Adam([])
