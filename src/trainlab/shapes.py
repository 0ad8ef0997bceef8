"""The axis legend. Every array in trainlab is described with these letters, and with no others.

    P   members of a population: whole networks, one per row; always the first axis
    N   trainable parameters of one member, flattened
    B   examples in a batch
    n   examples in a split
    T   time steps of a sequence
    C   classes, or channels where the context is an image [C, H, W]
    F   folds of a cross-validation: versions of the data that were preprocessed apart

A population's weights are `theta [P, N]`, a loss is `[P]`, a hyperparameter broadcasts to `[P, N]`:
`[P, 1]` gives each member its own value, `[1, N]` each weight. Nothing in training reduces over P.
"""

from __future__ import annotations

__all__ = ["LEGEND"]

LEGEND = {
    "P": "members",
    "N": "parameters of one member",
    "B": "examples in a batch",
    "n": "examples in a split",
    "T": "time steps",
    "C": "classes or channels",
    "F": "folds",
}
