from __future__ import annotations

import pickle

import pytest

from trainlab import errors
from trainlab.errors import InputError, RecipeError, TrainlabError, UnknownName, nearest

CLASSES = [vars(errors)[name] for name in errors.__all__ if name[0].isupper()]


def test_a_message_answers_five_questions() -> None:
    error = RecipeError(
        "unknown key 'learning'",
        where="recipe.yaml, line 7",
        allowed=["lr", "momentum", "learning_rate"],
        given="learning",
        next_step="see the keys: trainlab schema",
    )
    assert str(error).splitlines() == [
        "unknown key 'learning'",
        "  where    recipe.yaml, line 7",
        "  allowed  lr, momentum, learning_rate",
        "  nearest  learning_rate",
        "  next     see the keys: trainlab schema",
    ]


def test_parts_that_are_not_known_are_left_out() -> None:
    assert str(InputError("the file is empty")) == "the file is empty"
    assert "nearest" not in str(InputError("no rule 'zzz'", allowed=["adam", "sgd"], given="zzz"))


def test_a_caller_that_knows_the_place_fills_it_in() -> None:
    error = InputError("a negative rate")
    assert error.at("recipe.yaml, line 3") is error
    assert str(error) == "a negative rate\n  where    recipe.yaml, line 3"


@pytest.mark.parametrize("kind", CLASSES)
def test_one_root_catches_all(kind: type[Exception]) -> None:
    with pytest.raises(TrainlabError, match="stop"):
        raise kind("stop")


@pytest.mark.parametrize("kind", [c for c in CLASSES if issubclass(c, InputError)])
def test_input_errors_are_value_errors(kind: type[InputError]) -> None:
    assert issubclass(kind, ValueError)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = errors.__doc__ or ""
    assert all(kind.__name__ in drawn for kind in CLASSES)
    indent = {
        kind: drawn.index(kind.__name__) - drawn.rfind("\n", 0, drawn.index(kind.__name__))
        for kind in CLASSES
    }
    assert indent[TrainlabError] < indent[InputError] < indent[UnknownName]
    assert {indent[c] for c in CLASSES if InputError in c.__bases__} == {indent[UnknownName]}


@pytest.mark.parametrize(
    ("given", "found"), [("Adm", "adam"), ("ADAM", "adam"), ("nestrov", "nesterov"), ("qqq", "")]
)
def test_the_nearest_word(given: str, found: str) -> None:
    assert nearest(given, ["sgd", "adam", "nesterov"]) == found


def test_the_nearest_word_is_spelled_as_it_is_allowed() -> None:
    assert nearest("batchnorm", ["BatchNorm", "LayerNorm"]) == "BatchNorm"


def test_an_error_crosses_a_process_boundary() -> None:
    error = InputError("no rule 'adm'", allowed=["adam"], given="adm")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
