from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.progress import BarColumn

from trainlab.cli.bar import Bar
from trainlab.cli.terminal import Terminal


@pytest.mark.parametrize("screen", [True, False])
def test_it_is_drawn_on_a_screen_only_and_leaves_no_bar(screen: bool) -> None:
    written = io.StringIO()
    log = Console(file=written, force_terminal=screen, width=60)
    with Bar(Terminal(log=log), BarColumn(10)) as bar:
        bar.bar.add_task("training", total=2)
        assert bar.shown is screen
        assert bar.bar.live.is_started is screen
    assert not bar.bar.live.is_started
    assert bool(written.getvalue()) is screen
