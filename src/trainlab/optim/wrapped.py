"""An optimizer around another one, whose parameter groups and state it shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch.optim import Optimizer

__all__ = ["Closure", "Wrapped"]

Closure = Callable[[], Any]
"""Clears the gradients, computes the loss and its gradients, and gives the loss."""


class Wrapped(Optimizer):
    """What optimizers around another one share.

    Schedulers, clipping and `zero_grad` see the base's own groups, whichever of the two they are
    given. A state_dict is the base's, with the wrapper's own under its name.
    """

    def __init__(self, base: Optimizer) -> None:
        self.base = base
        super().__init__(base.param_groups, base.defaults)
        self._share()

    @property
    def own(self) -> dict[str, Any]:
        """What the wrapper itself adds to a state_dict."""
        return {}

    def take(self, own: Mapping[str, Any]) -> None:
        """Take over what `own` of another wrapper gave."""

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group to the base."""
        if self.param_groups is self.base.param_groups:
            self.base.add_param_group(param_group)
        else:
            super().add_param_group(param_group)  # torch's constructor, with the base's groups

    def state_dict(self) -> dict[str, Any]:
        """Give the base's state_dict, with the wrapper's own under its name."""
        return {**self.base.state_dict(), type(self).__name__.lower(): self.own}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what another optimizer of this class around such a base gave."""
        rest = dict(state_dict)
        own = rest.pop(type(self).__name__.lower())
        self.base.load_state_dict(rest)
        self._share()
        self.take(own)

    def __getstate__(self) -> dict[str, Any]:
        plain = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return {**super().__getstate__(), **plain}  # torch's alone would be without the base

    def _share(self) -> None:
        self.param_groups, self.state = self.base.param_groups, self.base.state
