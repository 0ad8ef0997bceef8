from __future__ import annotations

import sys
from types import ModuleType

import pytest
from torch import nn

from trainlab.errors import InputError
from trainlab.nn.networks.own import python


@pytest.fixture(autouse=True)
def users_package(monkeypatch: pytest.MonkeyPatch) -> None:
    package = ModuleType("users_package")
    package.Fixed = lambda: nn.Linear(4, 2)  # type: ignore[attr-defined]
    package.shaped = lambda outputs, feature_shape, bias=True: nn.Linear(  # type: ignore[attr-defined]
        feature_shape[0], outputs, bias
    )
    package.wrong = lambda: 7  # type: ignore[attr-defined]
    package.nothing = lambda: None  # type: ignore[attr-defined]
    package.late = lambda: nn.Linear  # type: ignore[attr-defined]
    package.built = nn.Linear(4, 2)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "users_package", package)


def test_a_factory_is_called_with_the_shapes_that_it_names() -> None:
    layer = python((5,), 3, factory="users_package:shaped", options={"bias": False})
    assert isinstance(layer, nn.Linear) and layer.weight.shape == (3, 5) and layer.bias is None


def test_a_factory_that_names_none_gets_none() -> None:
    assert isinstance(python((5,), 3, factory="users_package:Fixed"), nn.Linear)


@pytest.mark.parametrize(
    ("factory", "message"),
    [
        ("users_package:Absent", "has no 'Absent'"),
        ("no_such_package:Net", "cannot be imported"),
        ("users_package", "no place"),
        ("users_package:wrong", "gave something of the type int, not a torch.nn.Module"),
        ("users_package:nothing", "gave nothing"),
        ("users_package:late", "gave the class Linear itself"),
        ("users_package:built", "is a module that is built already"),
        ("builtins:dict", "something of the type dict, not a torch.nn.Module"),
        ("torch:zeros", "raised TypeError"),
    ],
)
def test_a_factory_that_gives_no_network_is_refused(factory: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        python((5,), 3, factory=factory)


def test_an_option_that_the_factory_lacks_is_told() -> None:
    with pytest.raises(InputError, match="depth") as caught:
        python((5,), 3, factory="users_package:shaped", options={"depth": 3})
    assert "bias" in caught.value.allowed
