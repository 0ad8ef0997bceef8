from __future__ import annotations

import re
import signal
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.cli.conftest import Said
from trainlab.cli.commands import compare as module
from trainlab.cli.terminal import THEME, Terminal
from trainlab.comparison.compare import Progress
from trainlab.comparison.running import Bench
from trainlab.lab import comparing

Say = Callable[..., Said]
WINE = ("wine-mlp", "network.widths=[8]", "train.length=3ep", "train.threads=1")
RATES = ("--vary", "optimizer.lr=0.00001,0.01")


@pytest.fixture
def quick(say: Say, tmp_path: Path) -> Say:
    return lambda *words: say("compare", *WINE, *words, "--runs", tmp_path)


def test_the_ranking_the_sentence_and_the_page(quick: Say, tmp_path: Path) -> None:
    said = quick(*RATES, "--seeds", 6)
    assert said.code == 0
    (folder,) = tmp_path.iterdir()
    sentence = r"lr=0\.01 is better than lr=1e-05 by [\d.]+ points \(95 % CI .* n = 6 pairs, p "
    assert re.search(sentence, said.out)
    above, heads = said.out.splitlines()[2:4]
    assert re.split(r" {2,}", above.strip()) == ["mean \u00b1 95 % CI", "to lr=0.01"]
    named = "arm points n 95 % CI p effect P(best) time"
    assert heads.split() == named.split()
    plan = "2 arms in 1 program on "
    assert said.err.index(plan) < said.err.index("measuring: 12 trainings")
    assert "  6 of 12" in said.err
    assert "paired by seed: the arms share the split, the initial weights" in said.err
    assert f"report  {folder / 'report.html'}" in said.err
    assert "lr=1e-05 or lr=0.01?" in (folder / "report.html").read_text()


def test_a_comparison_is_reported_again_from_its_folder(
    quick: Say, say: Say, tmp_path: Path
) -> None:
    quick(*RATES, "--seeds", 3)
    (folder,) = tmp_path.iterdir()
    before = (folder / "report.html").read_text()
    out = tmp_path / "page.html"
    assert say("report", folder.name, "--runs", tmp_path, "--out", out).code == 0
    assert out.read_text() == before


def test_tuned_arms_show_their_values_and_what_was_noted(quick: Say) -> None:
    words = ("--vary", "optimizer.rule=sgd,adam", "--tune", "optimizer.lr=1e-6..1e-4")
    said = quick(*words, "--trials", 3, "--seeds", 2, "--baseline", "sgd")
    assert said.code in (0, 1)
    assert "tuned" in said.out
    assert re.search(r"note: .*optimizer\.lr: the range was widened", said.out)
    assert "tuning: 6 trainings" in said.err
    assert said.err.index("tuning") < said.err.index("measuring")


def test_the_document_is_whole_and_the_exit_code_the_verdict(quick: Say, tmp_path: Path) -> None:
    said = quick("--vary", "train.checkpoint_every=1ep,2ep", "--seeds", 3, "--json")
    assert said.code == 1
    document = said.document
    assert document["sentence"] == document["judgement"]["headline"]
    assert document["scores"]["1ep"] == document["scores"]["2ep"]
    assert Path(document["report"]).exists()
    assert "outcomes" not in document
    assert (tmp_path / Path(document["path"]).name / "comparison.json").exists()


@pytest.mark.parametrize(
    ("name", "title"),
    [("sign-flip", "sign-flip"), ("signed_rank", "signed-rank"), ("bootstrap", "BCa bootstrap")],
)
def test_another_test_judges(quick: Say, name: str, title: str) -> None:
    said = quick(*RATES, "--seeds", 10, "--test", name)
    assert said.code == 0
    assert f"10 pairs, {title} test" in said.out


def test_another_level_is_that_of_all_intervals(quick: Say, tmp_path: Path) -> None:
    vary = ("--vary", "optimizer.lr=1e-5,0.01,0.02")
    said = quick(*vary, "--seeds", 6, "--alpha", 0.01, "--correction", "bh")
    assert "99 % CI" in said.out
    assert "Benjamini-Hochberg" in said.out
    (folder,) = tmp_path.iterdir()
    assert "95 %" not in said.out
    assert "mean, 99 % CI" in (folder / "report.html").read_text()


def test_a_test_that_does_not_exist_is_told_with_those_that_do(quick: Say) -> None:
    said = quick(*RATES, "--test", "wilcoxon")
    assert said.code == 2
    assert "signed_rank" in said.err


def test_folds_are_pairs(quick: Say) -> None:
    said = quick(*RATES, "--folds", 3)
    assert "measuring: 6 trainings" in said.err
    assert "3 folds as pairs, corrected resampled t test" in said.out


def test_two_recipes_and_their_shared_values(say: Say, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("data: {source: wine}\nnetwork: {name: mlp, widths: [4]}\n")
    said = say(
        "compare", "wine-mlp", tmp_path / "mine.yaml", *WINE[1:], "--seeds", 2,
        "--runs", tmp_path / "runs",
    )  # fmt: skip
    assert said.code in (0, 1)
    assert re.search(r"^ +wine-mlp ", said.out, re.MULTILINE)
    assert re.search(r"^ +mine ", said.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--vary", "optimizer.rul=sgd,adam"), "nearest +.*rule"),
        (("--vary", "optimizer.rule=sgd,adm"), "nearest +adam"),
        (("--vary", "optimizer.rule=sgd"), "does not vary anything"),
        (("--vary", "optimizer.rule=sgd,sgd"), "two arms are called 'sgd'"),
        ((), "nothing to compare: one arm alone"),
        ((*RATES, "--tune", "optimizer.lr=1..0.1"), "is no range"),
        ((*RATES, "--tune", "network.name"), "no usual range"),
        ((*RATES, "--judge", "target"), "go together"),
        ((*RATES, "--target", "0.9"), "go together"),
        ((*RATES, "--folds", "3", "--until", "1%"), "folds are judged all at once"),
        ((*RATES, "--baseline", "lr=0.1"), "no arm is called"),
        ((*RATES, "--metric", "acuracy"), "nearest +accuracy"),
        ((*RATES, "--until", "narrow"), "is no width"),
        ((*RATES, "seeds=12"), "write --seeds 12"),
        ((*RATES, "--alpha", "5"), "chances between 0 and 1"),
        ((*RATES, "--correction", "hom"), "nearest +holm"),
        ((*RATES, "--race", "--seeds", "3"), "drops arms half way"),
        ((*RATES, "--metric", "loss", "--until", "1%"), "test/loss is not measured in percent"),
        ((*RATES, "--zip", "--vary", "seed=1,2,3"), "equally many"),
        (("--resume", "nowhere"), "goes on with its own recipes"),
    ],
)
def test_bad_input_is_told_in_one_message_before_anything_is_trained(
    quick: Say, words: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bench, "run", lambda *_: pytest.fail("it trained"))
    said = quick(*words)
    assert said.code == 2
    assert re.search(told, said.err)
    assert said.err.count("trainlab: ") == 1
    assert not said.out


def test_no_recipe_and_no_folder_are_told(say: Say, tmp_path: Path) -> None:
    said = say("compare")
    assert said.code == 2
    assert "nothing to compare: name a recipe" in said.err
    said = say("compare", "--resume", "nowhere", "--runs", tmp_path)
    assert said.code == 2
    assert "there is no comparison here" in said.err


def test_ctrl_c_keeps_what_was_found_and_says_how_to_go_on(
    quick: Say, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = quick(*RATES, "--seeds", 3, "--json")
    judged, asked = comparing.judged, []

    def stopping(*given: Any) -> Any:
        *rest, watch = given

        def see(progress: Progress) -> None:
            if not asked:
                signal.raise_signal(signal.SIGINT)
            asked.append(progress)
            watch(progress)

        return judged(*rest, see)

    monkeypatch.setattr(comparing, "judged", stopping)
    said = quick(*RATES, "--seeds", 3)
    assert said.code == 130
    assert asked
    (command,) = re.findall(r"next +trainlab (compare --resume \S+)", said.err)
    monkeypatch.undo()
    again = say(*command.split(), "--json")
    assert again.document["scores"] == straight.document["scores"]
    assert again.code == straight.code


def test_where_no_bar_is_seen_the_time_left_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    log, clock = StringIO(), iter([90.0, 100.0, 110.0, 120.0, 130.0])
    monkeypatch.setattr(module, "perf_counter", lambda: next(clock))
    watching = module._Watching(Terminal(log=Console(file=log, theme=THEME, width=80)))
    watching.see(Progress("tuning", 8.0, 8))  # of which nothing is left
    for done in (4.0, 5.0, 10.0, 18.0, 20.0):  # four were known before
        watching.see(Progress("measuring", done, 20))
    assert log.getvalue().splitlines() == [
        "measuring: 20 trainings, 20 % done before",
        "  5 of 20, about 2 min 30 s left",
        "  10 of 20, about 33 s left",
        "  15 of 20",
    ]


def test_it_fits_a_narrow_terminal(quick: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = quick(*RATES, "--seeds", 3)
    assert max(map(len, said.out.splitlines())) <= 80
    assert "..." not in said.out
    assert "P(best)" in said.out
