from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from trainlab.errors import NetworkError
from trainlab.nn.pretrained import load_matching, read_weights


def network(outputs: int = 3) -> nn.Sequential:
    return nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Linear(5, outputs))


def test_what_matches_is_loaded_and_the_rest_is_told() -> None:
    theirs, ours = network(7), network(3)
    nn.init.ones_(theirs[1].running_mean)
    state = {**theirs.state_dict(), "extra": torch.zeros(2)}
    del state["0.bias"]
    before = ours[0].bias.detach().clone()
    match = load_matching(ours, state)
    assert torch.equal(ours[0].weight, theirs[0].weight)
    assert ours[1].running_mean.tolist() == [1.0] * 5
    assert torch.equal(ours[0].bias, before)
    assert match.missing == ("0.bias",)
    assert match.unused == ("extra",)
    assert [told.split()[0] for told in match.unlike] == ["2.weight", "2.bias"]
    assert str(match).startswith("6 of 9 tensors; not there: 0.bias; of another shape: 2.weight [7")


def test_names_of_wrappers_are_taken_off() -> None:
    ours, theirs = network(), network()
    state = {f"_orig_mod.module.{n}": t for n, t in theirs.state_dict().items()}
    assert not load_matching(ours, state).missing
    assert torch.equal(ours[2].weight, theirs[2].weight)


def test_nothing_in_common_is_refused() -> None:
    with pytest.raises(NetworkError, match="no weight matches"):
        load_matching(network(), {"body.w": torch.zeros(2)})


def test_files_and_folders_are_read(tmp_path: Path) -> None:
    state = network().state_dict()
    save_file(state, tmp_path / "a.safetensors")
    torch.save(state, tmp_path / "a.pt")
    torch.save({"epoch": 3, "model_state_dict": state}, tmp_path / "b.pt")
    (tmp_path / "run" / "weights").mkdir(parents=True)
    for member in range(2):
        part = {name: tensor + member for name, tensor in state.items()}
        save_file(part, tmp_path / "run" / "weights" / f"member-00{member}.safetensors")
    for name in ("a.safetensors", "a.pt", "b.pt", "run"):
        assert torch.equal(read_weights(tmp_path / name)["0.weight"], state["0.weight"])
    for member, plus in ((1, 1), (2, 0)):
        found = read_weights(tmp_path / "run", member)["0.weight"]
        assert torch.equal(found, state["0.weight"] + plus)


def test_what_holds_no_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.pt").write_text("no weights")
    torch.save([1, 2], tmp_path / "list.pt")
    torch.save({"epoch": 3}, tmp_path / "none.pt")
    for name in ("nowhere", "empty", "text.pt", "list.pt", "none.pt"):
        with pytest.raises(NetworkError) as caught:
            read_weights(tmp_path / name)
        assert "network.weights" in str(caught.value)
