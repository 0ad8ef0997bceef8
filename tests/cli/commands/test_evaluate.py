"""See test_predict.py for evaluations of a trained run; here is what is at fault."""

from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Said
from trainlab.store import Run


def test_a_run_without_its_data_says_so(say: Callable[..., Said], a_run: Run) -> None:
    said = say("evaluate", a_run.path)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
