from __future__ import annotations

import io

from rich.console import Console

from tests.cli.events import training
from trainlab.cli.lines import Lines


def written(seconds_a_step: float) -> list[str]:
    """Give the lines of a training that takes so long."""
    stream = io.StringIO()
    now = [0.0]
    lines = Lines(Console(file=stream, width=40), "digits-mlp", {6: 16}, lambda: now[0])
    with lines:
        for event in training():
            now[0] = seconds_a_step * getattr(event, "step", 0)
            lines.watch(event)
    return stream.getvalue().splitlines()


def test_slow_evaluations_have_a_line_each() -> None:
    assert sum("val/loss" in line for line in written(1.0)) == 10  # the tenth is the end


def test_fast_evaluations_share_lines() -> None:
    assert sum("val/loss" in line for line in written(0.01)) == 2  # the first and the end
    assert sum("val/loss" in line for line in written(0.02)) == 3


def test_a_line_is_whole_and_plain() -> None:
    first, *_, last = written(1.0)
    assert first == (
        "digits-mlp: 8 networks of 17,226 parameters, 200 steps, cpu, 1 thread, vmap, fp32"
    )
    assert last.startswith("step 200/200  epoch 10  ")
    assert "train/loss 0." in last
    assert "val/accuracy 0." in last
    assert last.endswith("member-steps/s")
    assert all(line.isascii() for line in (first, last))


def test_members_that_stop_are_named_at_once() -> None:
    lines = written(0.001)
    assert "member 6 (seed 16) diverged at step 60: the gradient of hidden.1.weight" in lines
    assert "member 3 stopped early at step 120" in lines
