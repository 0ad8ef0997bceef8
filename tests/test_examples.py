"""What a newcomer copies works: the examples, the README's Python, CONTRIBUTING's technique."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path

import pytest
import torch

from trainlab.cli.table import COMMANDS
from trainlab.schedules import Clock, Span, shapes, table
from trainlab.tables import Card

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
LINES = 60

SAID = {
    "compare_rules": r"(\w+: .*best of \d trials\n){2}(\w+: [\d.]+ points, n = 6\n){2}.*95 % CI",
    "dataframe": r"test accuracy 0\.\d{3} \+- 0\.\d{3} over 4 seeds\n(.*\n)0 +setosa .*\n1 +virg",
    "learning_rates": r"0\.03  val/loss 0\.\d{3}, against 0\.03: \+0\.000 \+- 0\.000\n0\.1 ",
    "optimizer_rule": r"nesterov \* rms_debiased .*\nadam .*\nweights found \[1\.0, -2\.0, 3\.0, 0",
    "own_module": r"test accuracy 0\.9\d\d \+- 0\.\d{3} over 4 seeds",
    "predict": r"test rmse [45]\d\.\d \+- \d\.\d over 5 seeds\n.*\n +target +target sd\n",
    "resume": r"step 100 of 210(.*\n)*(member \d: the same bits\n){3}",
}
"""What each example must have printed, at the least."""


def blocks(document: str, language: str) -> list[str]:
    """Give the code of a language that a document shows, from first to last."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_says_what_it_should(
    example: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(example), run_name="__main__")
    said = capsys.readouterr().out
    assert re.search(SAID[example.stem], said), said


def test_examples_are_short_and_all_are_run() -> None:
    assert {path.stem for path in EXAMPLES} == SAID.keys()
    lines = {path.stem: len(path.read_bytes().splitlines()) for path in EXAMPLES}
    assert not {name: n for name, n in lines.items() if n >= LINES}


def test_the_readmes_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = blocks("README.md", "python")
    assert shown
    for block in shown:
        exec(compile(block, "README.md", "exec"), {})


def test_the_readme_names_what_there_is() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `trainlab (\w+)", text, flags=re.MULTILINE)) == COMMANDS.keys()
    assert not [path.name for path in EXAMPLES if f"](examples/{path.name})" not in text]


def test_the_technique_of_contributing_is_a_row_like_any_other() -> None:
    function, row = blocks("CONTRIBUTING.md", "python")
    exec(compile(function, "CONTRIBUTING.md", "exec"), names := dict(vars(shapes)))
    made_of = {"ScheduleRow": table.ScheduleRow, "Card": Card}
    place = type("shapes", (), {"circle": staticmethod(names["circle"])})
    expression = ast.parse(f"{{{row}}}", "CONTRIBUTING.md", mode="eval")
    ((name, circle),) = eval(compile(expression, "", "eval"), made_of | {"shapes": place}).items()
    drawn = circle.make(floor=0.1).draw(Clock(total=100, per_epoch=10))
    progress = torch.arange(100, dtype=torch.float64) / 100
    torch.testing.assert_close(drawn, 0.1 + 0.9 * (1 - progress**2).sqrt())
    warm = circle.make(warmup=Span.parse("5%")).draw(Clock(total=100, per_epoch=10))
    assert name == "circle"
    assert warm[0] < warm[4] < warm[5]
    assert circle.card.formula
