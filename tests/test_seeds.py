from __future__ import annotations

import shutil

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import Tensor

from trainlab import seeds

INT64 = st.integers(-(2**63), 2**63 - 1)


def unsigned(values: Tensor) -> list[int]:
    return [value % 2**64 for value in values.tolist()]


def splitmix64(state: int, count: int) -> list[int]:
    """SplitMix64 in Python's integers, as Steele, Lea & Flood 2014 print it."""
    drawn = []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        z = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        drawn.append(z ^ (z >> 31))
    return drawn


def test_bits_are_the_published_sequence() -> None:
    assert unsigned(seeds.bits(torch.tensor(1234567), (5,))) == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@given(INT64)
def test_bits_are_splitmix64_from_every_key(key: int) -> None:
    assert unsigned(seeds.bits(torch.tensor(key), (4,))) == splitmix64(key, 4)


@given(INT64)
def test_a_shape_is_a_reading_of_one_sequence(key: int) -> None:
    flat = seeds.bits(torch.tensor(key), (24,))
    assert torch.equal(seeds.bits(torch.tensor(key), (2, 3, 4)).flatten(), flat)
    assert torch.equal(seeds.bits(torch.tensor(key), (7,)), flat[:7])


@pytest.mark.parametrize("draw", [seeds.bits, seeds.words, seeds.uniform, seeds.normal])
def test_a_row_draws_what_it_draws_alone(draw) -> None:  # type: ignore[no-untyped-def]
    keys = seeds.keys(range(5), "noise")
    together = draw(keys, (3, 7))
    assert together.shape == (5, 3, 7)
    for row, key in zip(together, keys, strict=True):
        assert torch.equal(row, draw(key, (3, 7)))


@pytest.mark.parametrize("draw", [seeds.bits, seeds.words, seeds.uniform, seeds.normal])
def test_a_draw_is_the_same_under_vmap(draw) -> None:  # type: ignore[no-untyped-def]
    keys = seeds.keys(range(4), "noise")
    batched = torch.vmap(lambda key: draw(seeds.fold_in(key, 3), (2, 5)))(keys)
    assert torch.equal(batched, draw(seeds.fold_in(keys, 3), (2, 5)))


@given(INT64, st.integers(0, 9))
def test_words_are_quarters_of_bits(key: int, count: int) -> None:
    whole = splitmix64(key, 3)
    parts = [bits >> 16 * quarter & 0xFFFF for bits in whole for quarter in range(4)]
    drawn = seeds.words(torch.tensor(key), (count,)).tolist()
    assert [word % 2**16 for word in drawn] == parts[:count]


def test_words_are_uniform() -> None:
    drawn = seeds.words(seeds.keys([0], "noise"), (1 << 18,))[0].long() + 2**15
    assert stats.chisquare(torch.bincount(drawn >> 8, minlength=256).numpy()).pvalue > 1e-3
    assert stats.chisquare(torch.bincount(drawn & 0xFF, minlength=256).numpy()).pvalue > 1e-3


def test_uniform_is_uniform() -> None:
    drawn = seeds.uniform(seeds.keys([0], "noise"), (100_000,), torch.float64)[0]
    assert drawn.min() >= 0 and drawn.max() < 1
    assert stats.kstest(drawn.numpy(), "uniform").pvalue > 1e-3


def test_uniform_is_uniform_across_keys_and_steps_too() -> None:
    keys = seeds.keys(range(2000), "noise")
    first = seeds.uniform(keys, (1,), torch.float64).flatten()
    stepped = torch.stack([seeds.fold_in(keys[0], step) for step in range(2000)])
    along = seeds.uniform(stepped, (1,), torch.float64).flatten()
    assert stats.kstest(first.numpy(), "uniform").pvalue > 1e-3
    assert stats.kstest(along.numpy(), "uniform").pvalue > 1e-3
    assert abs(torch.corrcoef(torch.stack([first, along]))[0, 1]) < 0.08


def test_normal_is_normal() -> None:
    drawn = seeds.normal(seeds.keys([1], "noise"), (100_000,), torch.float64)[0]
    assert stats.kstest(drawn.numpy(), "norm").pvalue > 1e-3
    assert drawn.abs().max() < 5.8


def test_normal_is_finite_where_the_logarithm_is_smallest() -> None:
    drawn = seeds.normal(torch.tensor(3), (1_000_000,))
    assert torch.isfinite(drawn).all()


@given(INT64, st.integers(0, 60))
def test_a_permutation_is_a_permutation(key: int, n: int) -> None:
    assert sorted(seeds.permutation(torch.tensor(key), n).tolist()) == list(range(n))


def test_permutations_of_three_are_equally_frequent() -> None:
    orders = seeds.permutation(seeds.fold_in(torch.tensor(0), torch.arange(6000)), 3)
    codes = orders @ torch.tensor([9, 3, 1])
    counts = torch.unique(codes, return_counts=True)[1]
    assert len(counts) == 6
    assert stats.chisquare(counts.numpy()).pvalue > 1e-3


def test_streams_of_a_seed_are_apart_and_lasting() -> None:
    by_stream = [seeds.keys([0, 1, 2], stream) for stream in seeds.STREAMS]
    assert len(torch.cat(by_stream).unique()) == 3 * len(seeds.STREAMS)
    assert torch.equal(by_stream[0][1:2], seeds.keys([1], "init"))


def test_keys_are_the_same_on_every_machine_and_day() -> None:
    assert seeds.keys([0], "order").tolist() == [2305520237214888859]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_signs_are_fair_and_independent(dtype: torch.dtype) -> None:
    drawn = seeds.signs(seeds.keys([0, 1], "noise"), (10_000,), dtype)
    assert drawn.dtype == dtype
    assert set(drawn.unique().tolist()) == {-1.0, 1.0}
    assert (drawn @ drawn.T / 10_000 - torch.eye(2)).abs().max() < 0.05
    assert drawn.mean(dim=1).abs().max() < 0.05
    assert (drawn[:, 1:] * drawn[:, :-1]).mean(dim=1).abs().max() < 0.05


def test_a_generator_starts_the_same_each_time() -> None:
    def draw() -> Tensor:
        return torch.randn(4, generator=seeds.generator(7, "init"))

    assert torch.equal(draw(), draw())


@given(INT64, st.integers(0, 10_000), st.integers(0, 10_000))
def test_sub_streams_differ(key: int, one: int, other: int) -> None:
    base = torch.tensor(key)
    assert (seeds.fold_in(base, one) == seeds.fold_in(base, other)) == (one == other)


def test_fold_in_takes_a_number_or_a_tensor() -> None:
    keys = seeds.keys([0, 1], "order")
    assert torch.equal(seeds.fold_in(keys, 5), seeds.fold_in(keys, torch.tensor([5, 5])))


def test_drawing_leaves_torch_alone() -> None:
    before = torch.get_rng_state()
    seeds.normal(torch.tensor(0), (10,))
    torch.randn(2, generator=seeds.generator(0, "init"))
    assert torch.equal(torch.get_rng_state(), before)


@given(INT64, st.integers(1, 50))
def test_a_sub_stream_is_a_draw_of_the_mixed_key(key: int, number: int) -> None:
    (mixed,) = splitmix64(key - 0x9E3779B97F4A7C15, 1)
    folded = seeds.fold_in(torch.tensor(key), number)
    assert unsigned(folded.reshape(1)) == splitmix64(mixed, number)[-1:]


@pytest.mark.skipif(not shutil.which("g++"), reason="there is no C++ compiler")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_compiled_draws_are_the_eager_ones() -> None:
    def draw(key: Tensor) -> Tensor:
        return seeds.uniform(seeds.fold_in(key, 3), (4, 5))

    key = torch.tensor([1234567, 99, -5])
    assert torch.equal(torch.compile(draw, dynamic=False)(key), draw(key))
