from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from trainlab.lens.gates import gate, plain_name


def test_names_lose_their_marks() -> None:
    found = [plain_name(f) for f in (Tensor.__iadd__, Tensor.add_, torch.relu_, Tensor.__rsub__)]
    assert found == ["add", "add", "relu", "sub"]
    assert plain_name(Tensor.T.__get__) == "T"
    assert plain_name(functional.max_pool2d) in ("max_pool2d", "boolean_dispatch", "fn")


def test_roles() -> None:
    assert gate("add") == "add distributes"
    assert gate("relu") == "max routes"
    assert gate("mul") == "multiply switches"
    assert gate("unheard_of") == ""
