from __future__ import annotations

import json
import platform
import subprocess
from pathlib import Path

import pytest
import torch

from trainlab.store import describe


def test_it_names_what_decides_the_numbers() -> None:
    found = describe()
    assert found["python"] == platform.python_version()
    assert found["torch"] == torch.__version__
    assert found["threads"] == torch.get_num_threads()
    assert found["packages"]["numpy"]
    json.dumps(found)


def test_the_state_of_the_users_code_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert describe()["git"] is None
    who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    (tmp_path / "model.py").write_text("1")
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *words], check=True)
    assert describe()["git"]["changed"] is False
    (tmp_path / "model.py").write_text("2")
    assert describe()["git"]["changed"] is True
    assert len(describe()["git"]["commit"]) == 40
