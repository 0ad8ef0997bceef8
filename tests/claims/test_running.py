from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from trainlab.claims.keeping import Kept, folder_of, read
from trainlab.claims.running import Begun, Sitting, Spent, run
from trainlab.comparison.compare import Progress
from trainlab.comparison.running import Bench
from trainlab.errors import Interrupted, RecipeError, RunError
from trainlab.store.ledger import Ledger


def kinds(sitting: Sitting, *names: str) -> list[type]:
    return [type(event) for event in run(names, sitting)]


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    sitting = Sitting(runs=tmp_path)
    assert kinds(sitting, "C13") == [Begun, Kept]
    assert kinds(sitting, "C13") == [Kept]
    assert kinds(replace(sitting, again=True), "C13") == [Begun, Kept]


def test_a_budget_that_is_spent_leaves_the_rest(tmp_path: Path) -> None:
    events = list(run(["C13", "C04"], Sitting(runs=tmp_path, budget=0.0)))
    assert events == [Spent(("C13", "C04"))]
    assert read(tmp_path / "claims", "C13") is None


def test_a_comparison_goes_on_after_its_budget(tmp_path: Path) -> None:
    events = list(run(["C30"], Sitting(runs=tmp_path, budget=0.2)))
    assert events == [Begun("C30"), Spent(("C30",))]


def test_what_was_trained_before_is_part_of_the_cost_until_the_claim_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tmp_path / "mine.yaml"
    recipe.write_text("{data: {source: wine}, train: {length: 4steps}}")
    sitting, folder = Sitting(runs=tmp_path, recipe=str(recipe)), folder_of(tmp_path, str(recipe))
    with monkeypatch.context() as patch:  # as if it had been stopped at the very end
        patch.setattr("trainlab.claims.running._clear", lambda *given: None)
        list(run(["C30"], sitting))
    (folder / "C30.json").unlink()
    (ledger,) = map(Ledger, folder.glob("C30-*.jsonl"))
    for key, value in ledger.read().items():
        ledger.write(key, {**value, "seconds": 1000.0})
    *_, kept = run(["C30"], sitting)
    assert isinstance(kept, Kept)
    assert kept.seconds > 16 * 1000 / Bench().cores
    assert not list(folder.glob("*.jsonl"))


def test_what_was_trained_by_other_code_is_not_known(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    folder.mkdir()
    other, state = folder / "C30-0123456789ab.jsonl", folder / "C30-0123456789ab"
    theirs = folder / "C30-mine-012345" / "C30.json"  # of a recipe that is called C30-mine
    for place in (state, theirs.parent):
        place.mkdir()
    other.touch()
    theirs.touch()
    list(run(["C30"], Sitting(runs=tmp_path, budget=0.2)))
    assert not other.exists() and list(folder.glob("C30-*.jsonl"))
    assert not state.exists() and theirs.exists()


def test_programs_under_way_are_kept_until_the_claim_is_done(tmp_path: Path) -> None:
    def watch(name: str, progress: Progress) -> None:
        if progress.done and not struck:
            struck.append(name)
            signal.raise_signal(signal.SIGINT)

    recipe, struck = tmp_path / "mine.yaml", list[str]()
    recipe.write_text("{data: {source: wine}, train: {length: 40steps}}")
    sitting = Sitting(runs=tmp_path, recipe=str(recipe), watch=watch)
    with pytest.raises(Interrupted):
        list(run(["C30"], sitting))
    folder = folder_of(tmp_path, str(recipe))
    assert list(folder.glob("C30-*/*/*/state.safetensors"))
    assert kinds(sitting, "C30") == [Begun, Kept]
    assert [place.name for place in folder.iterdir()] == ["C30.json"]


def test_a_budget_ends_a_claim_that_follows_populations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time is over once a training has begun."""
    now = [0.0]
    monkeypatch.setattr("trainlab.claims.running.time.monotonic", lambda: now[0])

    def watch(name: str, progress: Progress) -> None:
        now[0] = 60.0 * (progress.stage == "training")

    sitting = Sitting(runs=tmp_path, budget=30.0, watch=watch)
    assert list(run(["C36", "C13"], sitting)) == [Begun("C36"), Spent(("C36", "C13"))]


def test_ctrl_c_ends_it_too_and_says_how_to_go_on(tmp_path: Path) -> None:
    def watch(name: str, progress: Progress) -> None:
        if progress.stage == "training" and progress.done:
            assert not struck, "it went on"
            struck.append(name)
            signal.raise_signal(signal.SIGINT)

    struck: list[str] = []
    sitting = Sitting(runs=tmp_path, watch=watch, command="trainlab claims run C13 C38")
    with pytest.raises(Interrupted, match=r"stopped in C38.*\n.*run C13 C38"):
        list(run(["C13", "C38"], sitting))
    assert struck == ["C38"]
    assert kinds(Sitting(runs=tmp_path), "C13") == [Kept]


def test_where_nothing_can_be_kept_nothing_is_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match="no run can be written here"):
        list(run(["C13"], Sitting(runs=tmp_path / "file")))


def test_a_damaged_result_is_told_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "C13.json").write_text("{}")
    sitting = Sitting(runs=tmp_path)
    with pytest.raises(RunError, match="damaged"):
        next(run(["C04", "C13"], sitting))
    assert kinds(replace(sitting, again=True), "C13") == [Begun, Kept]


def test_a_look_keeps_nothing(tmp_path: Path) -> None:
    events = list(run(["C04"], Sitting(runs=tmp_path, quick=True)))
    assert [type(event) for event in events] == [Begun, Kept]
    assert not list(tmp_path.iterdir())


def test_another_recipe_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="C13: about its own recipe") as caught:
        list(run(["C30", "C13"], Sitting(runs=tmp_path, recipe="wine-mlp")))
    assert "C30" in caught.value.allowed and "C13" not in caught.value.allowed


def test_what_was_found_on_a_recipe_holds_for_it_as_it_reads_now(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine.yaml", tmp_path / "theirs" / "mine.yaml"
    theirs.parent.mkdir()
    for path in (mine, theirs):
        path.write_text("{data: {source: wine}, train: {length: 4steps}}")
    sitting = Sitting(runs=tmp_path, recipe=str(mine))
    assert kinds(sitting, "C30") == [Begun, Kept]
    assert kinds(sitting, "C30") == [Kept]
    assert kinds(replace(sitting, recipe=str(theirs)), "C30") == [Begun, Kept]
    mine.write_text("{data: {source: wine}, train: {length: 5steps}}")
    kept = read(folder_of(tmp_path, str(mine)), "C30")
    assert kept is not None and not kept.current
    assert kinds(sitting, "C30") == [Begun, Kept]
    mine.unlink()
    kept = read(folder_of(tmp_path, str(mine)), "C30")
    assert kept is not None and not kept.current
