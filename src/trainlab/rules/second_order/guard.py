"""What torch leaves out of a second derivative without a word.

torch guards a backward that may be differentiated only once by a node that raises. The guard stands
beside the way to the weights: `autograd.grad(g, weights)` passes it by and gives what is left of
the second derivative. So the guards are looked for.
"""

from __future__ import annotations

from torch import Tensor
from torch.autograd.graph import Node

__all__ = ["guarded"]

GUARD = "torch::autograd::Error"


def guarded(*gradients: Tensor) -> bool:
    """Whether gradients hold a function marked with @once_differentiable."""
    seen: set[Node | None] = {None}
    ahead = [g.grad_fn for g in gradients]
    while ahead:
        node = ahead.pop()
        if node in seen or node is None:
            continue
        if node.name() == GUARD:
            return True
        seen.add(node)
        ahead += [following for following, _ in node.next_functions]
    return False
