"""torch's semantics of an optimizer, held by every class of the package."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim import lr_scheduler

from trainlab import optim
from trainlab.nn.surgery import swap_norms
from trainlab.optim import Stepper
from trainlab.rules import RULES

Make = Callable[[Any], Stepper]

EVERY: dict[str, Make] = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "SGD momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.1),
    "Adagrad": lambda p: optim.Adagrad(p, lr_decay=0.1, initial_accumulator_value=0.1),
    "Adadelta": optim.Adadelta,
    "RMSprop": lambda p: optim.RMSprop(p, momentum=0.9, centered=True),
    "Adam": lambda p: optim.Adam(p, amsgrad=True),
    "AdamW": optim.AdamW,
    "Adamax": optim.Adamax,
    "NAdam": optim.NAdam,
    "RAdam": optim.RAdam,
    "Lion": optim.Lion,
    "SWATS": lambda p: optim.SWATS(p, settle=10.0),
    "Ruled": lambda p: optim.Ruled(p, "nesterov * rms"),
    "Ruled muon": lambda p: optim.Ruled(p, "muon"),
}


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3)
    )


def loss_of(module: nn.Module, t: int) -> Tensor:
    x = torch.randn(8, 1, 6, 6, generator=torch.Generator().manual_seed(t))
    return (module(x) - x.mean()).square().mean()


def train(module: nn.Module, optimizer: torch.optim.Optimizer, steps: range) -> None:
    for t in steps:
        optimizer.zero_grad()
        loss_of(module, t).backward()
        optimizer.step()


def same_bits(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def saved(state: Any) -> Any:
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


every = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)


@every
def test_a_resumed_optimizer_continues_bit_for_bit(make: Make) -> None:
    straight = network()
    train(straight, make(straight.parameters()), range(9))
    first, second = network(), network()
    before = make(first.parameters())
    train(first, before, range(4))
    weights, state = saved(first.state_dict()), saved(before.state_dict())
    train(first, before, range(4, 6))  # what is saved is not what goes on
    second.load_state_dict(weights)
    after = make(second.parameters())
    after.load_state_dict(state)
    train(second, after, range(4, 9))
    assert same_bits(straight, second)


@every
def test_a_copy_and_a_pickle_continue_by_themselves(make: Make) -> None:
    module = network()
    optimizer = make(module.parameters())
    train(module, optimizer, range(2))
    copied, other = copy.deepcopy((module, optimizer))
    unpickled, third = pickle.loads(pickle.dumps((module, optimizer)))
    train(module, optimizer, range(2, 5))
    train(copied, other, range(2, 5))
    train(unpickled, third, range(2, 5))
    assert same_bits(module, copied)
    assert same_bits(module, unpickled)


@every
def test_gradients_are_left_in_place(make: Make) -> None:
    """Probes and clipping read them after the step, and accumulation adds to them."""
    module = network()
    optimizer = make([{"params": module.parameters(), "weight_decay": 0.1, "maximize": True}])
    loss_of(module, 0).backward()
    kept = {p: (p.grad, p.grad.clone()) for p in module.parameters()}
    optimizer.step()
    assert all(p.grad is g and torch.equal(g, value) for p, (g, value) in kept.items())


@every
def test_decay_has_effect(make: Make) -> None:
    def moved(decay: float) -> Tensor:
        module = network()
        optimizer = make([{"params": module.parameters(), "weight_decay": decay}])
        train(module, optimizer, range(3))
        return module[0].weight.detach()

    assert not torch.equal(moved(0.0), moved(0.5))


@pytest.mark.parametrize("name", ["AdamW", "Lion", "Ruled"])
def test_decoupled_decay_is_multiplied_by_lr(name: str) -> None:
    p = nn.Parameter(torch.full((3,), 2.0))
    optimizer = (
        getattr(optim, name)([p], lr=0.1, weight_decay=0.5)
        if name != "Ruled"
        else (optim.Ruled([p], "adam", {"lr": 0.1}, weight_decay=0.5))
    )
    p.grad = torch.zeros(3)
    optimizer.step()
    torch.testing.assert_close(p.detach(), torch.full((3,), 2.0 * (1 - 0.1 * 0.5)))


@every
def test_a_closure_is_called_with_gradients_and_its_loss_given_back(make: Make) -> None:
    one, other = network(), network()
    mine, twin = make(one.parameters()), make(other.parameters())

    def closure() -> Tensor:
        mine.zero_grad()
        loss = loss_of(one, 0)
        loss.backward()
        return loss

    loss = mine.step(closure)
    train(other, twin, range(1))
    assert loss.item() == loss_of(network(), 0).item()
    assert same_bits(one, other)


@every
def test_a_schedule_of_torch_moves_the_rate(make: Make) -> None:
    module = network()
    optimizer = make(module.parameters())
    lr = optimizer.param_groups[0]["lr"]
    schedule = lr_scheduler.LambdaLR(optimizer, lambda t: float(t < 2))
    for t in range(4):
        before = module[0].weight.detach().clone()
        train(module, optimizer, range(t, t + 1))
        schedule.step()
        assert (optimizer.param_groups[0]["lr"] == lr) == (t < 1)
        if not isinstance(optimizer, optim.SWATS):
            assert torch.equal(before, module[0].weight) == (t >= 2)


@pytest.mark.parametrize("make", [optim.Adam, lambda p: optim.SGD(p, momentum=0.9)])
def test_one_cycle_moves_the_momentum_too(make: Make) -> None:
    module = network()
    optimizer = make(module.parameters())
    schedule = lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=9)
    train(module, optimizer, range(1))
    schedule.step()
    group = optimizer.param_groups[0]
    assert group["betas"][0] < 0.95 if "betas" in group else group["momentum"] < 0.95
    train(module, optimizer, range(1, 3))


def test_a_rate_may_be_a_tensor() -> None:
    numbers, tensors = network(), network()
    train(numbers, optim.AdamW(numbers.parameters(), lr=0.25), range(3))
    train(tensors, optim.AdamW(tensors.parameters(), lr=torch.tensor(0.25)), range(3))
    assert same_bits(numbers, tensors)


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_a_rate_that_changes_in_place_or_by_name_is_read(name: str) -> None:
    p = nn.Parameter(torch.zeros(3))
    rate = torch.tensor(1.0)
    optimizer = getattr(optim, name)([p], lr=rate)
    p.grad = torch.ones(3)
    moved = []
    for change in (
        lambda: None,
        lambda: rate.fill_(0.5),
        lambda: optimizer.param_groups[0].update(lr=2.0),
    ):
        change()
        before = p.detach().clone()
        optimizer.step()
        moved.append((before - p.detach())[0].item())
    assert moved == pytest.approx([1.0, 0.5, 2.0])


def test_betas_that_change_in_place_are_read() -> None:
    """A group from JSON has lists."""
    lists, tuples = nn.Parameter(torch.zeros(3)), nn.Parameter(torch.zeros(3))
    betas = [0.9, 0.99]
    one, other = optim.Adam([lists], betas=betas), optim.Adam([tuples], betas=(0.9, 0.99))
    for t in range(4):
        lists.grad, tuples.grad = torch.full((3,), 1.0 + t), torch.full((3,), 1.0 + t)
        betas[0] = 0.9 - 0.1 * t
        other.param_groups[0]["betas"] = (0.9 - 0.1 * t, 0.99)
        one.step()
        other.step()
    assert torch.equal(lists, tuples)


def test_a_scaled_gradient_is_unscaled_and_an_overflow_skipped() -> None:
    scaled, plain = network(), network()
    mine, twin = optim.Adam(scaled.parameters()), optim.Adam(plain.parameters())
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    for t in range(3):
        mine.zero_grad()
        scaler.scale(loss_of(scaled, t)).backward()
        if t == 1:
            scaled[0].weight.grad[0] = torch.inf
        scaler.step(mine)
        scaler.update()
        if t != 1:
            train(plain, twin, range(t, t + 1))
        else:
            loss_of(plain, t)  # batch norm counts its batches
    assert same_bits(scaled, plain)


@every
def test_a_group_may_come_later(make: Make) -> None:
    module = network()
    head, rest = list(module[4].parameters()), list(module[0].parameters())
    optimizer = make(rest)
    train(module, optimizer, range(2))
    before = head[0].detach().clone()
    optimizer.add_param_group({"params": head, "lr": 0.3})
    train(module, optimizer, range(2, 4))
    assert not torch.equal(before, head[0])
    if optimizer.state:  # plain SGD counts nothing, as torch's
        assert int(optimizer.state[head[0]]["step"]) == 2
        assert int(optimizer.state[rest[0]]["step"]) == 4


def test_frozen_parameters_stay_and_thawed_ones_go_on() -> None:
    module = network()
    optimizer = optim.Adam(module.parameters())
    weight = module[0].weight
    train(module, optimizer, range(2))
    weight.requires_grad_(False)
    before = weight.detach().clone()
    train(module, optimizer, range(2, 4))
    assert torch.equal(before, weight)
    weight.requires_grad_(True)
    train(module, optimizer, range(4, 5))
    assert int(optimizer.state[weight]["step"]) == 3


def test_parameters_may_be_moved_and_changed_between_steps() -> None:
    """load_state_dict, an average of weights or a pruner write into them; .double() replaces."""
    mine, twin = network(), network()
    ours, theirs = optim.Adam(mine.parameters()), torch.optim.Adam(twin.parameters())
    for module, optimizer in ((mine, ours), (twin, theirs)):
        train(module, optimizer, range(2))
        with torch.no_grad():
            module[0].weight.mul_(0.5)
        module[4].weight.data = torch.ones_like(module[4].weight)
        train(module, optimizer, range(2, 4))
    for place in (0, 4):
        a, b = mine[place].weight, twin[place].weight
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)
    mine.double()
    for p in mine.parameters():
        p.grad = torch.ones_like(p)
    before = mine[0].weight.detach().clone()
    ours.step()
    assert mine[0].weight.dtype == ours.state[mine[0].weight]["exp_avg"].dtype == torch.float64
    assert not torch.equal(before, mine[0].weight)


def test_a_state_that_is_replaced_is_read() -> None:
    p = nn.Parameter(torch.zeros(3))
    optimizer = optim.SGD([p], lr=1.0, momentum=0.5)
    p.grad = torch.ones(3)
    optimizer.step()
    optimizer.state[p]["momentum_buffer"].fill_(4.0)
    optimizer.step()
    assert p.tolist() == [-4.0] * 3  # -1, then -(0.5 * 4 + 1)
    optimizer.state[p]["momentum_buffer"] = torch.zeros(3)
    optimizer.step()
    assert p.tolist() == [-5.0] * 3
    optimizer.state.pop(p)
    optimizer.step()
    assert p.tolist() == [-6.0] * 3


def test_swapped_layers_are_stepped_and_the_old_forgotten() -> None:
    module = network()
    optimizer = optim.AdamW(module.parameters(), lr=0.01)
    train(module, optimizer, range(2))
    old = list(module[1].parameters())
    swap_norms(module, "group", optimizer=optimizer)
    before = module[1].weight.detach().clone()
    train(module, optimizer, range(2, 3))
    assert not {id(p) for p in old} & {id(p) for p in optimizer.state}
    assert (module[1].weight - before).abs().max().item() == pytest.approx(0.01, rel=0.1)
    assert int(optimizer.state[module[1].weight]["step"]) == 1
    assert int(optimizer.state[module[0].weight]["step"]) == 3


@pytest.mark.parametrize("name", ["SGD", "Adam", "SWATS", "Muon"])
def test_a_step_stands_in_a_compiled_training(name: str) -> None:
    """torch has no compiled form of its fused kernels: the step is taken beside the graph."""

    def trained(compiled: bool) -> list[Tensor]:
        weight = nn.Parameter(torch.linspace(-1, 1, 12).reshape(3, 4))
        options = {"momentum": 0.9} if name == "SGD" else {}
        optimizer = getattr(optim, name)([weight], lr=0.1, **options)

        def step() -> None:
            weight.grad = weight.detach().sin()
            optimizer.step()

        whole = torch.compile(step, backend="aot_eager") if compiled else step
        for _ in range(3):
            whole()
        return [weight.detach(), *optimizer.state[weight].values()]

    assert all(map(torch.equal, trained(True), trained(False)))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_halves_are_stepped_and_resumed_as_torchs(dtype: torch.dtype) -> None:
    """0.999 is 1 in bfloat16: what counts steps must not be of the parameters' type."""
    mine, twin = (nn.Parameter(torch.ones(50, dtype=dtype)) for _ in range(2))
    ours, theirs = optim.Adam([mine], lr=0.1, eps=1e-4), torch.optim.Adam([twin], lr=0.1, eps=1e-4)
    for t in range(20):
        g = torch.randn(50, generator=torch.Generator().manual_seed(t)).to(dtype)
        mine.grad, twin.grad = g.clone(), g.clone()
        theirs.step()
        ours.step()
        if t == 10:
            state = saved(ours.state_dict())
            ours = optim.Adam([mine], lr=0.1, eps=1e-4)
            ours.load_state_dict(state)
            assert ours.state[mine]["lack2"].dtype == torch.float32
    torch.testing.assert_close(mine, twin, rtol=0.02, atol=0.05)


@every
def test_a_state_may_be_loaded_for_parameters_of_another_type(make: Make) -> None:
    """As torch's: what was saved in single precision goes on in double."""
    single, double = network(), network().double()
    before, after = make(single.parameters()), make(double.parameters())
    train(single, before, range(3))
    double.load_state_dict(single.state_dict())
    after.load_state_dict(saved(before.state_dict()))
    for p, q in zip(single.parameters(), double.parameters(), strict=True):
        p.grad = torch.full_like(p, 0.5)
        q.grad = torch.full_like(q, 0.5)
    before.step()
    after.step()
    for p, q in zip(single.parameters(), double.parameters(), strict=True):
        torch.testing.assert_close(p.double(), q, rtol=1e-5, atol=1e-6)
    slots = {name: s for name, s in after.state[q].items() if s.is_floating_point()}
    assert all(slot.dtype == torch.float64 for slot in slots.values())
    assert not slots or int(after.state[q]["step"]) == 4


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_an_optimizer_by_its_name(name: str) -> None:
    module = network()
    before = copy.deepcopy(module)
    train(module, optim.Ruled(module.parameters(), name), range(3))
    assert not same_bits(before, module)
    assert all(p.isfinite().all() for p in module.parameters())
