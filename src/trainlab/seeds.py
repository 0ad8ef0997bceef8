"""Randomness without state: every draw is a pure function of (seed, stream, step, place).

A generator that advances must be saved, restored and shared with care; a counter need not. Here
the i-th number of a stream is SplitMix64's mix of `key + (i + 1) * GAMMA` (Steele, Lea & Flood
2014), so

- a member of a population draws what it would draw alone: each row has its own key;
- a resumed run draws what the straight run would have drawn: the step is part of the key;
- two arms are paired in a stream when they share its key, and that is all pairing is.

Keys are int64 tensors `[P]` (or 0-d inside vmap). Streams: "init", "order", "augment", "noise".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import blake2b

import torch
from torch import Tensor

__all__ = [
    "STREAMS",
    "bits",
    "each",
    "fold_in",
    "generator",
    "keys",
    "normal",
    "permutation",
    "signs",
    "uniform",
    "words",
]

STREAMS = ("init", "order", "augment", "noise")

GAMMA = -7046029254386353131  # 0x9E3779B97F4A7C15 as int64: the golden ratio's odd fraction
PER_GAMMA = -1018231460777725123  # 0xF1DE83E19937733D: GAMMA * PER_GAMMA = 1 modulo 2^64
MIX_1 = -4658895280553007687  # 0xBF58476D1CE4E5B9
MIX_2 = -7723592293110705685  # 0x94D049BB133111EB


def keys(seeds: Sequence[int], stream: str, device: torch.device | str = "cpu") -> Tensor:
    """Give each seed's key of a stream, int64 [P]."""
    return torch.tensor([_digest(seed, stream) for seed in seeds], dtype=torch.int64, device=device)


def generator(seed: int, stream: str) -> torch.Generator:
    """Give a torch generator of a stream, for what torch draws by itself (weights at the start)."""
    return torch.Generator().manual_seed(_digest(seed, stream) & 0x7FFF_FFFF_FFFF_FFFF)


def fold_in(key: Tensor, number: int | Tensor) -> Tensor:
    """Give the key of a sub-stream: `fold_in(key, step)`, `fold_in(key, layer)`. Shape of key."""
    turned = GAMMA * number
    return _mix(_mix(key) + (turned if isinstance(turned, Tensor) else _wrap(turned)))


def each(key: Tensor, n: int) -> Tensor:
    """Give n things a key each, by their places: key [...] -> [..., n]."""
    return fold_in(key.unsqueeze(-1), torch.arange(n, device=key.device))


def bits(key: Tensor, shape: Sequence[int]) -> Tensor:
    """Draw 64 random bits per place: key [...] -> int64 [..., *shape].

    Written GAMMA * (key / GAMMA + i + 1), which is key + (i + 1) * GAMMA modulo 2^64, since a
    compiler that folds `i * GAMMA` into an index overflows: torch 2.13's inductor draws otherwise.
    """
    counter = torch.arange(1, math.prod(shape) + 1, device=key.device).reshape(tuple(shape))
    start = (key * PER_GAMMA).reshape(*key.shape, *(1 for _ in shape))
    return _mix((start + counter) * GAMMA)


def words(key: Tensor, shape: Sequence[int]) -> Tensor:
    """Draw 16 random bits per place: key [...] -> int16 [..., *shape], four of each 64."""
    count = math.prod(shape)
    drawn = bits(key, (-(-count // 4),)).view(torch.int16)
    return drawn[..., :count].reshape(*key.shape, *shape)


def uniform(key: Tensor, shape: Sequence[int], dtype: torch.dtype = torch.float32) -> Tensor:
    """Draw from [0, 1): key [...] -> [..., *shape], on a grid of 2^-24, exact in float32."""
    return ((bits(key, shape) >> 40) & 0xFF_FFFF).to(dtype) * 2.0**-24


def normal(key: Tensor, shape: Sequence[int], dtype: torch.dtype = torch.float32) -> Tensor:
    """Draw from N(0, 1), at most 5.8, by Box & Muller 1958: key [...] -> [..., *shape]."""
    drawn = bits(key, shape)
    radius = ((((drawn >> 40) & 0xFF_FFFF).to(dtype) + 1) * 2.0**-24).log().mul(-2).sqrt()
    angle = ((drawn >> 16) & 0xFF_FFFF).to(dtype) * (2 * math.pi * 2.0**-24)
    return radius * angle.cos()


def signs(key: Tensor, shape: Sequence[int], dtype: torch.dtype = torch.float32) -> Tensor:
    """Draw -1 or 1 (Rademacher): key [...] -> [..., *shape]."""
    return 1 - 2 * ((bits(key, shape) >> 63) & 1).to(dtype)


def permutation(key: Tensor, n: int) -> Tensor:
    """Shuffle n places: key [...] -> int64 [..., n]. Ties (one in 2^64) keep their order."""
    return bits(key, (n,)).argsort(dim=-1, stable=True)


def _digest(seed: int, stream: str) -> int:
    digest = blake2b(f"{seed}/{stream}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _wrap(number: int) -> int:
    """Give a Python integer as int64 arithmetic would: torch refuses those that overflow."""
    return (number + 2**63) % 2**64 - 2**63


def _mix(x: Tensor) -> Tensor:
    """Apply SplitMix64's finaliser; the masks make torch's arithmetic shift a logical one."""
    x = (x ^ ((x >> 30) & 0x3_FFFF_FFFF)) * MIX_1
    x = (x ^ ((x >> 27) & 0x1F_FFFF_FFFF)) * MIX_2
    return x ^ ((x >> 31) & 0x1_FFFF_FFFF)
