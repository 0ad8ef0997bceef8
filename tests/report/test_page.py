from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import torch

from tests.report.conftest import MakeRun
from trainlab import report, store
from trainlab.store import Run, seen

ASKS = {"src", "href", "action", "data", "poster", "srcset", "formaction", "background"}
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """A page taken apart: its texts, what it asks for, and whether its tags close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.asked: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.asked += [value or "" for name, value in attrs if name in ASKS]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.text += data


@pytest.fixture(autouse=True)
def short_plotly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for five megabytes of plotly.js, but where the test is about them."""
    if "whole" not in request.node.name:
        monkeypatch.setattr("trainlab.report.page.plotly_script", lambda: "/* plotly.js */")


def page_of(run: Run) -> Page:
    page = Page(report.render(run))
    assert page.open == []
    return page


def test_the_page_is_whole_and_asks_no_other_host(make_run: MakeRun) -> None:
    run = make_run()
    path = report.write(run)
    html = path.read_text(encoding="utf-8")
    assert path == run.path / "report.html"
    assert html.count("plotly.js v") == 1
    assert html.count("<script>") == 2
    page = Page(html)
    assert page.asked
    assert all(asked.startswith("data:") for asked in page.asked)
    assert not re.search(r"@import|url\(", report.render(run).split("</style>")[0])


def test_the_result_is_said_with_its_interval_and_n(make_run: MakeRun) -> None:
    run = make_run(seeds=8)
    found = run.score("test/accuracy")
    text = page_of(run).text
    assert f"{100 * found.mean:.2f} \u00b1 {100 * found.half:.2f} %" in text
    assert "test accuracy, mean and 95 % interval over 8 seeds, 270 test examples" in text


def test_one_seed_has_no_interval_and_says_so(make_run: MakeRun) -> None:
    text = page_of(make_run(seeds=1)).text
    assert "of one seed (n = 1: no interval)" in text
    assert "\u00b1" not in text


def test_diverged_members_are_said_plainly_and_are_in_no_mean(make_run: MakeRun) -> None:
    text = page_of(make_run(seeds=8, diverged=(2, 5))).text
    assert "2 of 8 members diverged and are in no mean: seed 2 at step 150" in text
    assert "over 6 seeds" in text
    assert "gradient of net.2.weight" in text


def test_when_all_diverge_there_is_a_page_and_no_result(make_run: MakeRun) -> None:
    text = page_of(make_run(seeds=2, diverged=(0, 1))).text
    assert "2 of 2 members diverged" in text
    assert "Confusion" not in text


def test_a_regression_has_residuals_and_a_table_of_errors(make_run: MakeRun) -> None:
    page = page_of(make_run(kind="regression", name="diabetes-mlp"))
    assert "Residuals" in page.text
    assert "test RMSE, mean and 95 % interval over 8 seeds" in page.text
    assert "Confusion" not in page.text
    assert "img" not in page.tags
    assert "bmi" in page.text


def test_arms_are_told_apart(make_run: MakeRun) -> None:
    run = make_run(seeds=3, arms=(0.1, 0.01))
    text = page_of(run).text
    assert "over 3 seeds each" in text
    for rate in ("0.1", "0.01"):
        assert f"lr = {rate}" in text


def test_mistakes_of_pictures_are_pictures(make_run: MakeRun) -> None:
    page = page_of(make_run(seeds=2))
    assert page.tags.count("img") == 16


def test_augmented_pictures_stand_beside_the_plain_ones(make_run: MakeRun) -> None:
    run = make_run(seeds=2)
    path = run.path / "seen.safetensors"
    seen.write(path, seen.Seen(plain=torch.zeros(4, 1, 5, 5), augmented=torch.ones(4, 1, 5, 5)))
    page = page_of(run)
    assert page.tags.count("img") == 16 + 8
    assert "What the network sees" in page.text
    seen.write(path, seen.Seen(plain=torch.zeros(4, 2, 5, 5), augmented=torch.ones(4, 2, 5, 5)))
    assert "What the network sees" not in page_of(run).text  # two channels are no picture


def test_a_run_without_events_has_a_page(tmp_path: Path) -> None:
    members = store.seeds_of_one_program([0])
    with store.create(tmp_path, name="a", recipe="", members=members, environment={}) as folder:
        text = page_of(Run(folder.path)).text
    assert "Nothing was evaluated yet" in text
    assert "This run is running" in text


def test_everything_a_user_names_is_escaped(tmp_path: Path) -> None:
    evil = "<script>alert('x')</script>&"
    members = [store.Member(member=0, seed=0, place=0, differs={evil: evil})]
    with store.create(
        tmp_path,
        name=evil,
        recipe=f"data: {evil} # {evil}\n{evil}\n",
        members=members,
        environment={evil: evil},
        command=evil,
    ) as folder:
        run = folder.finish()
    html = report.render(run)
    assert "<script>alert" not in html
    assert page_of(run).text.count(evil) >= 5


def test_the_recipe_and_where_it_ran_are_on_the_page(make_run: MakeRun) -> None:
    run = make_run(seeds=2)
    text = page_of(run).text
    assert run.recipe_text.strip() in text
    assert "Some CPU" in text
    assert "vmap" in text
