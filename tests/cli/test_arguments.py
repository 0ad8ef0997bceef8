from __future__ import annotations

from typing import get_args

import pytest

from trainlab.cli import arguments


@pytest.mark.parametrize("name", arguments.__all__)
def test_every_argument_says_what_it_takes(name: str) -> None:
    _, declared = get_args(getattr(arguments, name))
    assert declared.help.endswith((".", "0.01"))
