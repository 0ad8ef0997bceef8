"""What a network's start takes from data and from files, after a law has filled its weights.

A function of (recipe, seed, data, file): a resumed run that has no checkpoint yet starts again to
the same bits, and one that has does not come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from trainlab import seeds
from trainlab.data import Task
from trainlab.nn.init import adapt, needs_data, prior_bias, set_final_bias
from trainlab.nn.pretrained import load_matching, read_weights
from trainlab.recipe import Recipe

__all__ = ["Starting"]

SEEN = 256
"""Training examples, at most, that an initialiser looks at."""


@dataclass
class Starting:
    """Brings each member's new network to its start; `notes` tells what was loaded."""

    members: Sequence[Recipe]
    own: bool = False
    """Whether the network was handed over in Python, so that the recipe's `init` is not its."""
    notes: list[str] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Whether no member wants anything."""
        return not any(self._wants(member) for member in self.members)

    def _wants(self, member: Recipe) -> bool:
        if member.network is None:
            return False
        options = member.network.arguments()
        adapts = not self.own and options.get("init") is not None and needs_data(options["init"])
        return adapts or options["final_bias"] == "prior" or options["weights"] is not None

    def __call__(self, task: Task, row: int, network: nn.Module) -> None:
        """Adapt the weights to data, then set the final bias, then load what is to be loaded."""
        chosen = self.members[row].network
        if chosen is None:
            return
        options = chosen.arguments()
        init = None if self.own else options.get("init")
        if init is not None and needs_data(init):
            adapt(network, init, self._examples(task, row))
        if options["final_bias"] == "prior":
            classes = task.outputs if task.kind == "classification" else None
            set_final_bias(network, prior_bias(self._labels(task, row), classes))
        if options["weights"] is not None:
            match = load_matching(network, read_weights(options["weights"], row))
            told = f"weights of {options['weights']}: {match}"
            if told not in self.notes:
                self.notes.append(told)

    def _examples(self, task: Task, row: int) -> Tensor:
        """Give training examples of the member's own fold, drawn by its seed."""
        rows = task.train[self._fold(row)]
        key = seeds.keys([self.members[row].seed], "init")[0]
        picked = seeds.permutation(key, rows.shape[1])[:SEEN].to(rows.device)
        return task.gather(rows[:, picked], self._fold(row).to(rows.device))[0][0]

    def _labels(self, task: Task, row: int) -> Tensor:
        fold = self._fold(row)
        return task.gather_labels(task.train[fold], fold.to(task.y.device))[0]

    def _fold(self, row: int) -> Tensor:
        return torch.tensor([self.members[row].data.split.fold or 0])
