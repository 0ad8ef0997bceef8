"""Where and how a program runs: device, precision, threads, batching; each with its reason.

The choice is a function of the program and the machine, never of a stopwatch, so that the same
recipe gives the same bits twice; it is recorded, and a resume repeats it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from trainlab.engine.compiled import can_compile
from trainlab.engine.forward import Batched, Objective, Rows
from trainlab.engine.population import Population
from trainlab.engine.room import is_memory
from trainlab.errors import NetworkError, RecipeError
from trainlab.places import line_of, said_by

__all__ = ["Placement", "Wanted", "device_of", "place"]

FLOPS_WORTH_COMPILING = 1e13
"""Operations of a whole training above which compiling pays: minutes of eager work."""
FLOPS_WORTH_A_THREAD = 5e5
"""Floating-point operations in one call of torch's above which a second thread pays."""
FLOPS_OF_LARGE_CONVOLUTIONS = 1e8
"""Operations of one member's forward pass above which, on a CPU, members that convolve go one by
one: grouped convolution, which is what vmap makes of them, is slower there."""

UNFIT = (RuntimeError, ValueError, TypeError, IndexError)
"""What torch raises where a network does not fit its data."""

Batching = Literal["vmap", "rows"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a recipe asks for."""

    batching: str = "auto"
    compiling: str = "auto"
    precision: str = "fp32"
    threads: int = 0
    """0: as many as pay."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where and how a program runs."""

    device: str
    precision: str
    threads: int
    batching: Batching
    why: str
    """The reason for the batching."""
    workers: int = 1
    """How many rows are computed side by side."""
    compiled: bool = False
    """Whether the update is one compiled program."""
    note: str = ""
    """What the user should know of it: that the network cannot be batched."""

    @property
    def amp(self) -> torch.dtype | None:
        """The narrower type of autocast, if any."""
        return torch.bfloat16 if self.precision == "bf16" else None

    @property
    def dtype(self) -> torch.dtype:
        """The type of the weights."""
        return torch.float64 if self.precision == "fp64" else torch.float32

    def facts(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        return asdict(self)

    @contextmanager
    def threads_set(self) -> Iterator[None]:
        """Run with this many threads in one operation; put the old number back."""
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


@dataclass(frozen=True)
class Work:
    """What one member's forward pass takes."""

    forward: float
    """Floating-point operations."""
    calls: int
    """Calls of torch's operations that they are spread over."""

    @property
    def of_a_step(self) -> float:
        """Operations of a step: the backward pass costs twice as much again."""
        return 3 * self.forward

    @property
    def of_a_call(self) -> float:
        """Operations of a call, on average."""
        return self.forward / max(1, self.calls)


class _Calls(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the calls of torch's operations, and the floating-point operations in them."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.seen, self.flops = 0, 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # True, as in torch's own counter, would import its compiler: seconds

    def __torch_dispatch__(
        self,
        function: Any,
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        result = function(*args, **(kwargs or {}))
        self.seen += 1
        if count := flop_registry.get(function.overloadpacket):
            self.flops += count(*args, **(kwargs or {}), out_val=result)
        return result


def device_of(wanted: str) -> torch.device:
    """Give the device of a recipe: "auto" takes the first there is of cuda, mps, cpu.

    Raises RecipeError for a device that this machine lacks.
    """
    found = [name for name, there in _devices().items() if there]
    if wanted == "auto":
        return torch.device(found[0])
    if wanted.partition(":")[0] not in found:
        raise RecipeError(
            f"this machine has no device {wanted!r}",
            where="train.device",
            allowed=["auto", *found],
            given=wanted,
        )
    return torch.device(wanted)


def place(
    population: Population,
    batch: tuple[Tensor, Tensor],
    objective: Objective,
    wanted: Wanted,
    steps: int = 1,
) -> Placement:
    """Choose how to run a population, by trying one batch; the population is left as it was.

    Raises NetworkError if the module cannot compute one member's loss at all, RecipeError if it is
    to be compiled and cannot be.
    """
    before = {name: buffer.clone() for name, buffer in population.buffers.items()}
    work = _try_rows(population, batch, objective)
    batching, why = _batching(population, wanted.batching, work)
    note = ""
    if batching == "vmap" and wanted.batching != "vmap":
        note = _unbatchable(population, batch, objective)
        batching, why = ("rows", note) if note else (batching, why)
    for name, buffer in before.items():
        population.buffers[name].copy_(buffer)
    rows_at_once = population.p if batching == "vmap" else 1
    workers = 1 if wanted.threads else _workers(population, batching)
    return Placement(
        device=str(population.theta.device),
        precision=wanted.precision,
        threads=1 if workers > 1 else wanted.threads or _threads(work.of_a_call * rows_at_once),
        workers=workers,
        batching=batching,
        why=why,
        note=note,
        compiled=_compiles(
            population, batching, wanted.compiling, work.of_a_step * population.p * steps
        ),
    )


def _devices() -> dict[str, bool]:
    return {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }


def _batching(population: Population, wanted: str, work: Work) -> tuple[Batching, str]:
    if wanted in ("vmap", "rows"):
        return ("vmap", "as asked") if wanted == "vmap" else ("rows", "as asked")
    if population.p == 1:
        return "rows", "one member: the module is called directly"
    convolves = any(isinstance(m, nn.modules.conv._ConvNd) for m in population.module.modules())
    large = work.forward > FLOPS_OF_LARGE_CONVOLUTIONS
    if convolves and large and population.theta.device.type == "cpu":
        return "rows", "large convolutions: on a CPU members one by one are faster than grouped"
    return "vmap", "all members in one call"


def _compiles(population: Population, batching: Batching, wanted: str, flops: float) -> bool:
    device = population.theta.device
    if wanted == "on" and not (batching == "vmap" and can_compile(device)):
        raise RecipeError(
            "this training cannot be compiled"
            + ("" if can_compile(device) else ": there is no C++ compiler on the path"),
            where="train.compile",
            next_step="leave train.compile at auto; only members that run in one call "
            "(train.batching=vmap) are compiled",
        )
    pays = batching == "vmap" and flops > FLOPS_WORTH_COMPILING and can_compile(device)
    return wanted == "on" or (wanted == "auto" and pays)


def _try_rows(population: Population, batch: tuple[Tensor, Tensor], objective: Objective) -> Work:
    """Run the first member alone, and count its operations."""
    first = replace(
        population,
        members=population.members[:1],
        theta=population.theta[:1],
        buffers={name: buffer[:1] for name, buffer in population.buffers.items()},
    )
    x, y = batch[0][:1], batch[1][:1]
    calls, before = _Calls(), x._version
    rows = Rows(first, objective)
    try:
        rows.gradient(x, y, 0.0)
        with calls:
            rows.outputs(x)
    except Exception as error:  # the user's module may fail in any way
        if is_memory(error) or (population.pure and not isinstance(error, UNFIT)):
            raise
        raise _no_tensor(rows.modules[0], x[0]) or _unfit(
            rows.modules[0], x[0], y[0], error
        ) from error
    if x._version != before:
        raise NetworkError(
            "the network writes into its input, which would change the data from step to step",
            where=type(population.module).__name__,
            next_step="compute anew: x = x * 2 instead of x *= 2, no inplace=True on the input",
        )
    return Work(float(calls.flops), calls.seen)


def _unbatchable(population: Population, batch: tuple[Tensor, Tensor], objective: Objective) -> str:
    """Say why the members cannot run in one call; nothing where they can."""
    try:
        Batched(population, objective).gradient(*batch, 0.0)
    except (RuntimeError, NotImplementedError, ValueError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        return f"the network cannot be batched over members, so they run in turn: {reason}"
    return ""


def _no_tensor(module: nn.Module, x: Tensor) -> NetworkError | None:
    """Give the error for a network that gives something else than a tensor."""
    try:
        output = module(x)
    except Exception:  # its own error says more
        return None
    if isinstance(output, Tensor):
        return None
    return NetworkError(
        f"the network gives a {type(output).__name__}, not a tensor",
        where=f"the forward of {type(module).__name__}",
        next_step="return the outputs [batch, outputs] alone: logits for classes",
    )


def _unfit(module: nn.Module, x: Tensor, y: Tensor, error: Exception) -> NetworkError:
    shapes = f"{type(module).__name__}, input {list(x.shape)}, target {list(y.shape)}"
    return NetworkError(
        f"the network's forward or loss fails on a batch of the training data: {said_by(error)}",
        where="; ".join(filter(None, [shapes, line_of(error)])),
        next_step="leave types to train.precision: fp32, bf16 or fp64"
        if "dtype" in str(error)
        else "make its input the shape of one batch and its output [batch, outputs]; "
        "trainlab summary shows the shapes of each layer",
    )


def _workers(population: Population, batching: Batching) -> int:
    """Give rows a core each; a module that draws from torch's one generator must run in turn."""
    alone = batching == "vmap" or not population.pure or population.theta.device.type != "cpu"
    return 1 if alone else min(population.p, _cores())


def _threads(flops: float) -> int:
    return _cores() if flops > FLOPS_WORTH_A_THREAD else 1


def _cores() -> int:
    """Count the cores that this process may use, and no more than OMP_NUM_THREADS allows."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    allowed = os.environ.get("OMP_NUM_THREADS", "")
    return min(own or 1, int(allowed) if allowed.isdigit() else own or 1)
