"""Residual blocks: a branch beside a shortcut, and what depth does to a branch."""

from __future__ import annotations

from torch import Tensor, nn

from trainlab.nn.dropout import StochasticDepth

__all__ = ["Residual", "branches"]


class Residual(nn.Module):
    """y = end(shortcut(x) + drop(branch(x))) (He et al. 2016).

    `zero_start` asks the initialiser to begin with branch(x) = 0, so that the block begins as its
    shortcut: the branch's last gain is zero, or its last weight where no norm follows.
    """

    def __init__(
        self,
        branch: nn.Module,
        shortcut: nn.Module | None = None,
        end: nn.Module | None = None,
        drop: StochasticDepth | None = None,
        zero_start: bool = False,
    ) -> None:
        super().__init__()
        self.branch = branch
        self.shortcut = shortcut
        self.drop = drop
        self.end = end
        self.zero_start = zero_start

    def forward(self, x: Tensor) -> Tensor:
        """Apply to whatever the branch takes; branch and shortcut give the same shape."""
        change: Tensor = self.branch(x)
        if self.drop is not None:
            change = self.drop(change)
        y: Tensor = change + (x if self.shortcut is None else self.shortcut(x))
        if self.end is not None:
            y = self.end(y)
        return y


def branches(module: nn.Module) -> list[nn.Module]:
    """List the residual branches of a network, in order."""
    return [block.branch for block in module.modules() if isinstance(block, Residual)]
