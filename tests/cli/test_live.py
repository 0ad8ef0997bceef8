from __future__ import annotations

import io
import math

import pytest
from rich.console import Console

from tests.cli.events import started, training
from trainlab.cli.live import Display
from trainlab.cli.terminal import THEME
from trainlab.engine.record import Evaluated, Finished


def display(width: int, height: int = 30, encoding: str = "utf-8") -> Display:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(
        file=stream, width=width, height=height, force_terminal=True, theme=THEME, color_system=None
    )
    return Display(console, "digits-mlp", {place: 10 + place for place in range(8)}, lambda: 10.0)


def picture(display: Display) -> list[str]:
    with display.console.capture() as captured:
        display.console.print(display.picture())
    return captured.get().splitlines()


def before_the_end(display: Display) -> list[str]:
    for event in training():
        if isinstance(event, Finished) or getattr(event, "step", 0) > 140:
            break
        display.watch(event)
    return picture(display)


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_wider_than_the_terminal(width: int, encoding: str) -> None:
    lines = before_the_end(display(width, encoding=encoding))
    assert max(map(len, lines)) <= width
    assert "\n".join(lines).isascii() is (encoding == "ascii")


def test_everything_that_counts_is_on_the_picture() -> None:
    text = "\n".join(before_the_end(display(80)))
    for part in (
        "digits-mlp  8 networks of 17,226 parameters",
        "70%",
        "epoch 7 of 10",
        "step 140 of 200",
        "val/loss 0.",
        "val/accuracy 0.",
        "sd of 6",
        "6 training \u00b7 1 diverged \u00b7 1 stopped early",
        "member 6 (seed 16) diverged at step 60: the gradient of hidden.1.weight",
        "member 3 (seed 13) stopped early at step 120",
    ):
        assert part in text


@pytest.mark.parametrize("height", [5, 8, 12, 14, 16])
def test_a_low_terminal_gets_no_more_lines_than_it_has(height: int) -> None:
    assert len(before_the_end(display(80, height=height))) <= max(height, 7)


def test_the_picture_keeps_its_height_while_it_goes_on() -> None:
    shown = display(80)
    heights = set()
    for event in training(members=2):  # nobody of these stops
        shown.watch(event)
        if shown.progress.curves.get("val/loss"):
            heights.add(len(picture(shown)))
    assert len(heights) == 1


def test_one_network_has_no_spread_and_no_strip() -> None:
    shown = display(80)
    for event in training(members=1):
        shown.watch(event)
    text = "\n".join(picture(shown))
    assert "1 network of" in text
    assert "\u00b1" not in text
    assert "sd of" not in text


def test_a_notice_is_shown_and_leaves_the_terminal_whole() -> None:
    with display(80) as shown:
        shown.watch(started())
        shown.note("stopping after this step")
        assert picture(shown)[-1] == "stopping after this step"
    assert not shown.live.is_started


def test_a_picture_of_nothing_is_wiped_out() -> None:
    with display(80) as shown:
        pass
    assert shown.live.transient
    with display(80) as shown:
        shown.watch(started())
    assert not shown.live.transient


def test_the_best_curve_is_read_by_its_logarithm_when_it_spans_much() -> None:
    shown = display(100)
    shown.watch(started(members=2))
    for epoch in range(1, 6):
        values = {"val/loss": [math.exp(-epoch)] * 2}
        step = 20 * epoch
        shown.watch(Evaluated(step=step, epoch=epoch, split="val", members=(0, 1), values=values))
    assert any("log" in line for line in picture(shown))
