from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Said
from trainlab.recipe.source import load

Say = Callable[..., Said]


@pytest.fixture
def flowers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a table of two kinds of flower, told apart by one column, in the working folder."""
    rows = [
        f"{number},{number % 7},{number % 2 + number / 100},{'ab'[number % 2]}"
        for number in range(80)
    ]
    file = tmp_path / "flowers.csv"
    file.write_text("\n".join(["id,noise,width,kind", *rows]))
    monkeypatch.chdir(tmp_path)
    return file


def test_the_recipe_says_what_was_seen_and_can_be_trained(say: Say, flowers: Path) -> None:
    said = say("new", "flowers.csv", "--target", "kind")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "flowers.yaml"
    text = Path("flowers.yaml").read_text()
    assert "2 classes" in text
    assert "column 'id' is left out: it numbers the rows" in text
    assert load("flowers.yaml").train.length
    trained = say("train", "flowers.yaml", "train.length=2ep", "--json")
    assert trained.code == 0
    assert trained.document["name"] == "flowers"


def test_a_recipe_is_never_overwritten_unasked(say: Say, flowers: Path) -> None:
    Path("flowers.yaml").write_text("mine")
    said = say("new", "flowers.csv")
    assert said.code == 2
    assert "--force" in said.err
    assert Path("flowers.yaml").read_text() == "mine"
    assert say("new", "flowers.csv", "--out", "other.yaml").code == 0
    assert say("new", "flowers.csv", "--force").code == 0


@pytest.mark.parametrize(
    ("shape", "network"), [((40, 5), "mlp"), ((40, 12, 3), "gru"), ((40, 3, 16, 16), "cnn")]
)
def test_arrays_get_the_network_of_their_axes(
    say: Say, tmp_path: Path, shape: tuple[int, ...], network: str
) -> None:
    file = tmp_path / "held.npz"
    np.savez(file, x=np.zeros(shape, "float32"), y=np.arange(40) % 4)
    out = tmp_path / "held.yaml"
    assert say("new", file, "--out", out).code == 0
    found = load(out).network
    assert found is not None
    assert found.name == network


@pytest.mark.parametrize(
    ("name", "content", "parts"),
    [
        ("gone.csv", None, ["there is no file or folder"]),
        ("empty.csv", "", ["the file is empty"]),
        ("notes.docx", "hello", ["nothing here is data that trainlab reads"]),
    ],
)
def test_what_is_no_data(
    say: Say, tmp_path: Path, name: str, content: str | None, parts: list[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    said = say("new", tmp_path / name)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err
    for part in parts:
        assert part in said.err
