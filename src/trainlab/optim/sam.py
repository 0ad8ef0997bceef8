"""Sharpness-aware minimisation around any optimizer, as a step that calls its closure twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.optim import Optimizer

from trainlab.errors import InputError
from trainlab.optim.wrapped import Closure, Wrapped

__all__ = ["SAM"]

Buffers = dict[tuple[nn.Module, str], Tensor]


class SAM(Wrapped):
    """The base's step with the gradient at the worst place near: SAM(SGD(...), rho=0.05).

    g = grad L(p + rho g1 / |g1|), g1 = grad L(p), the norm over all parameters. Foret et al. 2021,
    algorithm 1. `step(closure)` calls the closure twice: buffers such as running statistics move by
    the first call only, and both draw the same from torch's generator.

    The buffers are those of `module`; without it, of whatever runs in the closure, which hooks find
    out: give it where the network is compiled, since hooks break its graph.
    """

    def __init__(
        self, base: Optimizer, rho: float = 0.05, *, module: nn.Module | None = None
    ) -> None:
        if not rho >= 0:
            raise InputError(f"rho is {rho}", allowed=["0 or more"], next_step="change it")
        self.rho, self.module = rho, module
        super().__init__(base)

    @property
    def own(self) -> dict[str, Any]:
        """The radius."""
        return {"rho": self.rho}

    def take(self, own: Mapping[str, Any]) -> None:
        """Take over the radius."""
        self.rho = own["rho"]

    @torch.no_grad()
    def step(self, closure: Closure | None = None) -> Any:
        """Take one step; the closure clears gradients, computes the loss and its gradients.

        Gives the loss before the step, at the parameters themselves.
        """
        if closure is None:
            raise InputError(
                "SAM takes two gradients a step, so it must be able to compute them",
                next_step="step(closure), where the closure clears the gradients, computes the "
                "loss, calls backward and gives the loss",
            )
        again = torch.enable_grad()(closure)
        with _draws_kept(self._parameters()), _buffers_seen(self.module) as start:
            loss = again()
        moved = {(layer, name): _held(layer, name).clone() for layer, name in start}
        _put(start)
        home = self._climb()
        self.zero_grad()
        try:
            again()
        finally:
            _put(moved)
            for p, value in home.items():
                p.copy_(value)
        self.base.step()
        return loss

    def _climb(self) -> dict[Tensor, Tensor]:
        """Move the parameters to the worst place; give what they were."""
        uphill = [
            (p, p.grad.neg() if group.get("maximize") else p.grad)
            for group in self.param_groups
            for p in group["params"]
            if p.grad is not None
        ]
        home = {p: p.clone() for p, _ in uphill}
        length = torch.nn.utils.get_total_norm([g for _, g in uphill]) + 1e-12
        for p, g in uphill:
            p.add_(g * (self.rho / length).to(g.device))
        return home

    def _parameters(self) -> list[Tensor]:
        return [p for group in self.param_groups for p in group["params"]]


def _draws_kept(parameters: list[Tensor]) -> AbstractContextManager[None]:
    """Let torch's generators be afterwards what they were."""
    devices = {p.device for p in parameters if p.device.type != "cpu"}
    kind = next(iter(devices)).type if devices else "cuda"
    return torch.random.fork_rng([device.index or 0 for device in devices], device_type=kind)


@contextmanager
def _buffers_seen(module: nn.Module | None) -> Iterator[Buffers]:
    """Note a module's buffers; without one, those of all that runs, as they were before it did."""
    if module is not None:
        yield _buffers(module.modules())
        return
    seen: Buffers = {}
    known: set[nn.Module] = set()

    def note(layer: nn.Module, inputs: Any) -> None:
        new = [] if layer in known else [part for part in layer.modules() if part not in known]
        known.update(new)
        seen.update(_buffers(new))

    unseen = torch.compiler.disable(note)  # type: ignore[no-untyped-call]
    hook = register_module_forward_pre_hook(unseen)
    try:
        yield seen
    finally:
        hook.remove()


def _buffers(layers: Iterable[nn.Module]) -> Buffers:
    held = ((layer, name, buffer) for layer in layers for name, buffer in layer._buffers.items())
    return {(layer, name): buffer.clone() for layer, name, buffer in held if buffer is not None}


def _held(layer: nn.Module, name: str) -> Tensor:
    held: Tensor = getattr(layer, name)
    return held


def _put(buffers: Buffers) -> None:
    for (layer, name), value in buffers.items():
        _held(layer, name).copy_(value)
