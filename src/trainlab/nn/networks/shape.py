"""Which shapes of an example a network takes: `[n]` a vector, `[T, D]` a sequence, `[C, H, W]`."""

from __future__ import annotations

from trainlab.errors import NetworkError

__all__ = ["image_shape", "sequence_shape"]

FITTING = {1: "linear, mlp", 2: "linear, mlp, rnn, lstm, gru", 3: "any built-in network"}


def image_shape(shape: tuple[int, ...], network: str) -> tuple[int, int, int]:
    """Give channels, height and width, or raise NetworkError with the networks that fit."""
    if len(shape) != 3:
        raise _unfit(shape, network, "an image [C, H, W]")
    return shape[0], shape[1], shape[2]


def sequence_shape(shape: tuple[int, ...], network: str) -> tuple[int, int]:
    """Give steps and features of a sequence, or of an image's rows: T = H and D = C * W."""
    if len(shape) == 3:
        return shape[1], shape[0] * shape[2]
    if len(shape) != 2:
        raise _unfit(shape, network, "a sequence [T, D] or an image, read row by row")
    return shape[0], shape[1]


def _unfit(shape: tuple[int, ...], network: str, needed: str) -> NetworkError:
    return NetworkError(
        f"{network} needs {needed}; one example of this data has the shape {list(shape)}",
        where="network.name",
        allowed=FITTING.get(len(shape), "linear, mlp").split(", "),
        next_step="choose one of these for network.name, or reshape the data",
    )
