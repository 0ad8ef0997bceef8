from __future__ import annotations

import pytest

from tests.comparison.made import moons
from trainlab.comparison.arms import Arm, Vary, checked, varied
from trainlab.errors import InputError, RecipeError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("optimizer.rule=sgd,adam", ("sgd", "adam")),
        ("optimizer.lr = 0.1, 1e-3", (0.1, 0.001)),
        ("network.widths=[8],[8,8]", ([8], [8, 8])),
        (
            "optimizer.rule=sgd,{direction: nesterov, preconditioner: rms}",
            ("sgd", {"direction": "nesterov", "preconditioner": "rms"}),
        ),
    ],
)
def test_values_are_read_as_a_recipe_is(text: str, values: tuple[object, ...]) -> None:
    assert Vary.parse(text).values == values


@pytest.mark.parametrize("text", ["optimizer.lr", "optimizer.lr=0.1", "=a,b", "lr=[1,2", "lr="])
def test_what_varies_nothing_is_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="does not vary anything"):
        Vary.parse(text)


def test_several_make_every_combination_and_are_named_by_it() -> None:
    vary = [Vary("optimizer.rule", ("sgd", "adam")), Vary("optimizer.lr", (0.1, 0.01))]
    arms = varied(moons(), vary)
    assert [arm.name for arm in arms] == [
        "sgd lr=0.1",
        "sgd lr=0.01",
        "adam lr=0.1",
        "adam lr=0.01",
    ]
    assert [arm.recipe.optimizer.rule for arm in arms] == ["sgd", "sgd", "adam", "adam"]
    assert [arm.name for arm in varied(moons(), vary, zipped=True)] == [
        "sgd lr=0.1",
        "adam lr=0.01",
    ]


def test_lists_and_sections_name_an_arm_too() -> None:
    widths = varied(moons(), [Vary("network.widths", ([8], [8, 8]))])
    assert [arm.name for arm in widths] == ["widths=[8]", "widths=[8, 8]"]
    pair = {"direction": "nesterov", "preconditioner": "rms"}
    (arm,) = varied(moons(), [Vary("optimizer.rule", (pair,))])
    assert arm.name == "nesterov * rms"
    steps = [{"name": "step", "every": every} for every in ("2ep", "4ep")]
    names = [arm.name for arm in varied(moons(), [Vary("schedule", ("cosine", *steps))])]
    assert names == ["cosine", "step every=2ep", "step every=4ep"]


def test_pairs_must_be_equally_many() -> None:
    vary = [Vary("optimizer.rule", ("sgd", "adam")), Vary("optimizer.lr", (0.1, 0.2, 0.3))]
    with pytest.raises(RecipeError, match="equally many"):
        varied(moons(), vary, zipped=True)


def test_a_key_that_no_recipe_has_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="rule"):
        varied(moons(), [Vary("optimizer.rul", ("sgd", "adam"))])


def test_one_arm_and_one_name_twice_are_nothing_to_compare() -> None:
    with pytest.raises(RecipeError, match="one arm alone"):
        checked([Arm("a", moons())])
    with pytest.raises(RecipeError, match="two arms are called 'a'"):
        checked([Arm("a", moons()), Arm("a", moons()), Arm("b", moons())])
