from __future__ import annotations

from pathlib import Path

import numpy
import pandas
import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from trainlab import lab
from trainlab.engine.record import Event, Finished, Started
from trainlab.errors import Interrupted, NetworkError, RecipeError, RunError

SHORT = ["train.length=2ep", "seeds=2", "train.threads=1"]
OWN = {"network": None, "train": {"length": "2ep", "batch_size": 16, "threads": 1}, "seeds": 2}


def blobs(n: int = 90) -> tuple[torch.Tensor, torch.Tensor]:
    y = torch.arange(n) % 3
    return torch.randn(n, 4) + 3 * y[:, None], y


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.1), nn.Linear(8, 3))


def test_a_built_in_recipe_becomes_a_run(tmp_path: Path) -> None:
    seen: list[Event] = []
    run = lab.train("wine-mlp", overrides=SHORT, runs=tmp_path, watch=seen.append)
    assert run.status == "finished"
    assert isinstance(seen[0], Started)
    assert isinstance(seen[-1], Finished)
    assert run.score("test/accuracy").n == 2
    predictions = run.predictions()
    assert predictions is not None
    assert predictions.outputs.shape[0] == 2


@pytest.mark.parametrize("form", ["tensors", "arrays", "frame", "dataset", "loader"])
def test_the_users_own_model_and_data(form: str, tmp_path: Path) -> None:
    x, y = blobs()
    frame = pandas.DataFrame(x.numpy(), columns=list("abcd")).assign(kind=y.numpy().astype(str))
    data = {
        "tensors": (x, y),
        "arrays": (x.numpy(), y.numpy().astype(numpy.int64)),
        "frame": (frame, "kind"),
        "dataset": TensorDataset(x, y),
        "loader": DataLoader(TensorDataset(x, y), batch_size=7),
    }[form]
    run = lab.train(OWN, model=net, data=data, runs=tmp_path)
    assert run.score("test/accuracy").mean > 0.3
    net().load_state_dict(load_file(run.path / "weights" / "member-001.safetensors"))


def test_the_users_module_is_left_as_it_was(tmp_path: Path) -> None:
    mine = net()
    before = {name: tensor.clone() for name, tensor in mine.state_dict().items()}
    lab.train({**OWN, "seeds": 1}, model=mine, data=blobs(), runs=tmp_path)
    assert all(torch.equal(before[name], tensor) for name, tensor in mine.state_dict().items())
    assert all(p.grad is None for p in mine.parameters())


def test_the_global_generator_is_left_as_it_was(tmp_path: Path) -> None:
    before = torch.get_rng_state()
    lab.train("wine-mlp", overrides=[*SHORT, "regularize.dropout=0.2"], runs=tmp_path)
    assert torch.equal(torch.get_rng_state(), before)


def test_stopping_saves_and_resuming_goes_on(tmp_path: Path) -> None:
    straight = lab.train("wine-mlp", overrides=SHORT, runs=tmp_path / "straight")
    asked = iter([False, True])
    with pytest.raises(Interrupted, match="--resume"):
        lab.train("wine-mlp", overrides=SHORT, runs=tmp_path, stop=lambda: next(asked))
    stopped = lab.load_run("latest", tmp_path)
    assert stopped.status == "interrupted"
    resumed = lab.resume(stopped.path)
    for member in range(2):
        found, expected = resumed.state_dict(member), straight.state_dict(member)
        assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())


def test_data_of_half_the_width_are_trained_on(tmp_path: Path) -> None:
    x, y = blobs()
    run = lab.train(OWN, model=net, data=(x.bfloat16(), y), runs=tmp_path)
    assert run.status == "finished"


def test_a_run_does_not_go_on_with_other_data(tmp_path: Path) -> None:
    x, y = blobs()
    asked = iter([False, True])
    with pytest.raises(Interrupted):
        lab.train(OWN, model=net, data=(x, y), runs=tmp_path, stop=lambda: next(asked))
    run = lab.load_run("latest", tmp_path)
    for other in ((x, y.flip(0)), (x + 1e-6, y), (x[:-1], y[:-1])):
        with pytest.raises(RunError, match="not those that it began with"):
            lab.resume(run.path, model=net, data=other)
    assert lab.resume(run.path, model=net, data=(x, y)).status == "finished"


def test_cross_validation_folds_are_members(tmp_path: Path) -> None:
    changed = ["train.length=2ep", "data.split.folds=3", "train.threads=1"]
    run = lab.train("wine-mlp", overrides=changed, runs=tmp_path)
    assert [member.differs["data.split.fold"] for member in run.members] == [0, 1, 2]
    assert len(run.summary["members"]) == 3


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="no data source"):
        lab.train({"network": "linear"}, runs=tmp_path)
    with pytest.raises(RecipeError, match="no network"):
        lab.train({"network": None}, data=blobs(), runs=tmp_path)
    with pytest.raises(NetworkError, match="fails on a batch"):
        lab.train(OWN, model=lambda: nn.Linear(9, 3), data=blobs(), runs=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_damaged_checkpoint_is_passed_over_and_said(tmp_path: Path) -> None:
    changed = [*SHORT, "train.checkpoint_every=2steps"]
    asked = iter([False] * 5 + [True])
    with pytest.raises(Interrupted):
        lab.train("wine-mlp", overrides=changed, runs=tmp_path, stop=lambda: next(asked))
    stopped = lab.load_run("latest", tmp_path)
    newest = max((stopped.path / "checkpoints").rglob("state.safetensors"))
    newest.write_bytes(newest.read_bytes()[:-40])
    seen: list[Event] = []
    lab.resume(stopped.path, watch=seen.append)
    assert isinstance(seen[0], Started)
    assert any("damaged" in note for note in seen[0].notes)


def test_notes_of_the_data_are_told_at_the_start(tmp_path: Path) -> None:
    seen: list[Event] = []
    lab.train("digits-mlp", overrides=SHORT, runs=tmp_path, watch=seen.append)
    assert isinstance(seen[0], Started)
    assert any("constant" in note for note in seen[0].notes)


def test_a_run_of_ones_own_network_is_called_by_it(tmp_path: Path) -> None:
    class Gated(nn.Linear):
        pass

    for model in (Gated(4, 3), lambda: Gated(4, 3)):
        run = lab.train(OWN, model=model, data=blobs(), runs=tmp_path)
        assert run.name == ("Gated" if isinstance(model, nn.Module) else "lambda")
