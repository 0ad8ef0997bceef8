"""What the members said of the test split, with what was true: the report is drawn from it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from trainlab.store import atomic

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Predictions", "read", "write"]

LARGEST_INPUTS = 20 * 2**20
"""Bytes of raw inputs worth keeping beside the predictions."""


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Outputs of every member on the test split, in the order of the run's members."""

    outputs: Tensor
    """[P, n, C] logits or probabilities of classes; [P, n, k] in the target's own units."""
    targets: Tensor
    """[n], or [P, n] where folds differ, int64 classes; [n, k] or [P, n, k] floats."""
    indices: Tensor
    """[n] or [P, n]: places of the examples in the data."""
    inputs: Tensor | None = None
    """[n, ...] raw, before preprocessing; left out where larger than 20 MB."""
    kind: Literal["logits", "probabilities", "values"]
    """What the outputs are; `values` is regression."""
    classes: tuple[str, ...] = ()
    """Names of the classes, or of the regression targets."""
    layout: Literal["vector", "image", "sequence"] = "vector"
    """What one input is."""
    features: tuple[str, ...] = ()
    """Names of a table's columns, for showing inputs."""

    @property
    def probabilities(self) -> Tensor:
        """Class probabilities, float64 [P, n, C]; one logit alone is that of the second class."""
        found = self.outputs.double()
        if self.kind == "logits":
            found = found.sigmoid() if found.shape[-1] == 1 else found.softmax(-1)
        if found.shape[-1] == 1:
            import torch

            found = torch.cat([1 - found, found], dim=-1)
        return found

    @property
    def truth(self) -> Tensor:
        """The targets of every member: [P, n] classes, or [P, n, k] values."""
        members, n = self.outputs.shape[:2]
        if self.kind == "values":
            return self.targets.reshape(-1, n, self.outputs.shape[2]).expand(members, -1, -1)
        return self.targets.reshape(-1, n).expand(members, -1)

    def of(self, members: Tensor) -> Predictions:
        """Give those of some members, bool [P]."""
        apart = self.indices.dim() > 1
        own = replace(self, outputs=self.outputs[members])
        if not apart:
            return own
        return replace(own, targets=self.targets[members], indices=self.indices[members])

    @property
    def trusted(self) -> Tensor:
        """Whether a member's outputs are all finite, bool [P]: a diverged one says nothing."""
        return self.outputs.flatten(1).isfinite().all(dim=1)


def write(path: Path, predictions: Predictions) -> None:
    """Write the predictions; the names travel in the header of the safetensors file."""
    tensors = {
        "outputs": predictions.outputs,
        "targets": predictions.targets,
        "indices": predictions.indices,
    }
    inputs = predictions.inputs
    if inputs is not None and inputs.numel() * inputs.element_size() <= LARGEST_INPUTS:
        tensors["inputs"] = inputs
    about = {
        "kind": predictions.kind,
        "layout": predictions.layout,
        "classes": predictions.classes,
        "features": predictions.features,
    }
    atomic.write_bytes(path, atomic.tensor_bytes(tensors, {"about": json.dumps(about)}))


def read(path: Path) -> Predictions:
    """Read the predictions."""
    from safetensors import safe_open

    with atomic.undamaged(path), safe_open(path, framework="pt") as file:
        about: dict[str, Any] = json.loads(file.metadata()["about"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    about |= {name: tuple(about[name]) for name in ("classes", "features")}
    return Predictions(**tensors, **about)
