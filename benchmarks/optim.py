"""The cost of a step of each drop-in: against torch.optim, pytorch_optimizer and HeavyBall.

Each is made with its own defaults, as a user would: `torch.optim.Adam(params)` chooses its variant
itself. Two lists of parameters: that of the recipe digits-mlp (17 k weights in 6 tensors, where a
step is calls) and of ResNet-18 (11.7 M in 62, where it is memory). Peers are timed that are
installed. Gradients are handed over anew before each step: HeavyBall takes them away. HeavyBall's
steps are timed as they are written: it compiles them by default, for minutes a list of parameters.
Muon is timed on the small list alone: on the other a step is seconds of the same matrix products.
SWATS is timed before its switch, on gradients that change, so that neither side settles, and after
it, where both sides are put: pytorch_optimizer's switches a group as soon as one tensor settles.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from math import prod

import torch
from torch import Tensor, nn

from benchmarks.interleave import best_threads, compare, print_json
from trainlab import optim

__all__ = ["run"]

Program = Callable[[], object]
Shapes = Sequence[tuple[int, ...]]

CLASSES = (
    *("SGD", "Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "Adamax", "NAdam", "RAdam"),
    *("Muon", "Lion", "SWATS", "SWATS-switched"),
)
"""Names of classes, with what they are timed after."""
PEERS = {"torch": "torch.optim", "pytorch_optimizer": "pytorch_optimizer", "heavyball": "heavyball"}
"""The distribution, and the module that holds its optimizers."""
BLOCKS = ((64, 1), (128, 2), (256, 2), (512, 2))
"""ResNet-18's four stages of two blocks: channels, stride of the first block."""
MLP: Shapes = ((128, 64), (128,), (64, 128), (64,), (10, 64), (10,))


def run(repeats: int, device: str, only: str) -> None:
    """Print one line of JSON for each comparison whose name contains `only`."""
    for model, (shapes, steps) in {"digits-mlp": (MLP, 60), "resnet18": (resnet18(), 2)}.items():
        for name in CLASSES:
            for peer, module in peers(name):
                line = f"optim/{model}/{name}/{peer}"
                if only in line and not line.startswith("optim/resnet18/Muon"):
                    both = (getattr(each, name.partition("-")[0]) for each in (optim, module))
                    against(f"{line}-{version(peer)}", (*both,), shapes, (steps, repeats), device)


def against(
    line: str,
    both: tuple[type[torch.optim.Optimizer], type[torch.optim.Optimizer]],
    shapes: Shapes,
    often: tuple[int, int],
    device: str,
) -> None:
    """Compare our class with another of its name, each with its better number of threads."""
    steps, repeats = often
    if "/Muon/" in line:
        shapes = [(shape[0], prod(shape[1:])) for shape in shapes if len(shape) > 1]
    ours, theirs = (
        stepping(each, shapes, steps, device, switched="-switched/" in line) for each in both
    )
    threads = (best_threads(ours), best_threads(theirs))
    print_json(line, compare(ours, theirs, repeats=repeats, threads=threads))


def peers(name: str) -> Iterator[tuple[str, object]]:
    """Give the installed packages that have an optimizer of this name."""
    for peer, path in PEERS.items():
        try:
            version(peer)
        except PackageNotFoundError:
            continue
        module = importlib.import_module(path)
        if peer == "heavyball":
            module.utils.compile_mode = None
        if hasattr(module, name.partition("-")[0]):
            yield peer, module


def stepping(
    make: type[torch.optim.Optimizer], shapes: Shapes, steps: int, device: str, *, switched: bool
) -> Program:
    """Make a program of some steps on parameters of these shapes."""
    draw = torch.Generator().manual_seed(0)
    parameters, *gradients = (
        [nn.Parameter(torch.randn(shape, generator=draw).to(device)) for shape in shapes]
        for _ in range(3 if make.__name__ == "SWATS" else 2)
    )
    marked = make.__module__.startswith("pytorch_optimizer") and make.__name__ == "Muon"
    optimizer = make([{"params": parameters, "use_muon": True}] if marked else parameters)
    given: list[list[Tensor]] = [[each.detach() for each in turn] for turn in gradients]

    def program() -> None:
        for step in range(steps):
            for parameter, gradient in zip(parameters, given[step % len(given)], strict=True):
                parameter.grad = gradient
            optimizer.step()

    program()
    if switched:
        switch(optimizer)
    return program


def switch(optimizer: torch.optim.Optimizer) -> None:
    """Put SWATS, ours or pytorch_optimizer's, into its second phase; it has taken a step."""
    for group in optimizer.param_groups:
        if "phase" in group:
            group["phase"] = "sgd"
        for state in map(optimizer.state.__getitem__, group["params"]):
            if "switched" in state:
                state["switched"].fill_(1.0)
                state["share"].fill_(1.0)


def resnet18() -> Shapes:
    """Give the shapes of its parameters (He et al. 2016, table 1): 11,689,512 weights."""
    shapes: list[tuple[int, ...]] = [(64, 3, 7, 7), (64,), (64,)]
    before = 64
    for channels, stride in BLOCKS:
        for block in range(2):
            enters = before if block == 0 else channels
            shapes += [(channels, enters, 3, 3), (channels,), (channels,)]
            shapes += [(channels, channels, 3, 3), (channels,), (channels,)]
            if block == 0 and stride > 1:
                shapes += [(channels, enters, 1, 1), (channels,), (channels,)]
        before = channels
    return [*shapes, (1000, 512), (1000,)]
