from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from trainlab import lab
from trainlab.engine.experiment import Experiment
from trainlab.engine.forward import Rows
from trainlab.engine.training import Training
from trainlab.errors import NetworkError
from trainlab.losses import LOSSES
from trainlab.recipe import Recipe

X = torch.rand(120, 6, generator=torch.Generator().manual_seed(0)) * 9 + 4
Y = (X.sum(dim=1) > 52).long() + (X[:, 0] > 12).long()


def begun(network: dict[str, Any], data: Any = (X, Y), **sections: Any) -> Training:
    recipe = Recipe(
        network={"name": "mlp", "widths": [16, 16], **network},
        train={"length": "2ep", "batch_size": 8, "threads": 1, "checkpoint_every": "1ep"},
        **sections,
    )
    return Experiment(recipe, None, data).training()


def outputs(training: Training, x: Tensor) -> list[dict[str, Tensor]]:
    """Give the outputs of every member's linear maps on a batch."""
    found = []
    for module in Rows(training.population, LOSSES["mse"]).modules:
        seen: dict[str, Tensor] = {}
        for name, layer in module.named_modules():
            if isinstance(layer, nn.Linear):
                layer.register_forward_hook(
                    lambda _, __, y, to=(seen, name): to[0].update({to[1]: y})
                )
        module(x)
        found.append(seen)
    return found


def test_every_member_has_unit_variance_on_its_own_training_examples() -> None:
    training = begun({"init": "lsuv"}, seeds=2)
    task = training.task
    assert task.train.shape[1] <= 256  # all of them are looked at
    x, _ = task.part("train")
    for member in outputs(training, x[0]):
        assert len(member) == 3
        for y in member.values():
            assert y.var(correction=0).item() == pytest.approx(1, abs=0.02)
    assert not torch.equal(training.population.theta[0], training.population.theta[1])


@pytest.mark.parametrize("start", [{"init": "lsuv"}, {"final_bias": "prior"}])
def test_a_member_starts_as_it_would_alone_and_a_fold_as_that_fold(start: dict[str, Any]) -> None:
    data = {"split": {"folds": 3}}
    together = begun(start, seeds=2)
    alone = begun(start, seed=1)
    assert torch.equal(together.population.theta[1], alone.population.theta[0])
    folds = Recipe(
        network={"name": "mlp", "widths": [16, 16], **start},
        train={"length": "2ep", "batch_size": 8, "threads": 1},
        data=data,
    )
    of_folds = Experiment(folds, None, (X, Y)).training().population.theta
    second = Experiment(folds.replace("data.split.fold", 1), None, (X, Y)).training().population
    assert torch.equal(of_folds[1], second.theta[0])


def test_the_final_bias_predicts_the_prior_of_the_training_split() -> None:
    training = begun({"final_bias": "prior", "init": "zeros"}, seeds=2)
    _, y = training.task.part("train")
    counts = torch.bincount(y[0], minlength=3) + 1
    for member in outputs(training, torch.zeros(1, 6)):
        torch.testing.assert_close(member["output"][0].softmax(0), counts / counts.sum())


def test_the_final_bias_predicts_the_mean_of_scaled_targets() -> None:
    training = begun({"final_bias": "prior", "init": "zeros"}, data=(X, X.sum(dim=1)))
    (member,) = outputs(training, torch.zeros(1, 6))
    _, y = training.task.part("train")
    torch.testing.assert_close(member["output"][0], y[0].mean(dim=0), atol=1e-6, rtol=0)


def test_weights_of_a_run_begin_the_members_of_another_and_are_told(tmp_path: Path) -> None:
    recipe = Recipe(
        network={"name": "mlp", "widths": [16, 16]},
        train={"length": "1ep", "batch_size": 8, "threads": 1},
        seeds=2,
    )
    run = lab.train(recipe, data=(X, Y), runs=tmp_path)
    path = str(run.path)
    training = begun({"weights": path}, seeds=3)
    start = training.population.weights(training.population.theta, training.population.buffers)
    for row, member in enumerate([0, 1, 0]):
        for name, tensor in run.state_dict(member).items():
            assert torch.equal(start[name][row], tensor)
    (note,) = training.started().notes
    assert note == f"weights of {path}: 6 of 6 tensors"
    other = begun({"weights": path, "final_bias": "prior"}, data=(X, Y % 2))
    assert "output.weight [3, 16] there, [2, 16] here" in other.started().notes[0]
    trained = lab.train(
        recipe.replace("network.weights", path), data=(X, Y), runs=tmp_path / "second"
    )
    assert lab.predict(trained, X) is not None  # needs no start


def test_a_stopped_run_goes_on_without_the_file_that_it_began_from(tmp_path: Path) -> None:
    file = tmp_path / "start.safetensors"
    built = begun({}).population
    save_file({n: t[0] for n, t in built.weights(built.theta, {}).items()}, file)
    recipe = Recipe(
        network={"name": "mlp", "widths": [16, 16], "weights": str(file), "init": "lsuv"},
        train={"length": "3ep", "batch_size": 8, "threads": 1, "checkpoint_every": "1ep"},
    )
    straight = lab.train(recipe, data=(X, Y), runs=tmp_path / "straight")
    asked = iter([False] * 15 + [True] * 99)
    with pytest.raises(lab.training.Interrupted):
        lab.train(recipe, data=(X, Y), runs=tmp_path / "broken", stop=lambda: next(asked))
    file.unlink()
    (folder,) = (tmp_path / "broken").iterdir()
    resumed = lab.resume(folder, data=(X, Y))
    for name, tensor in straight.state_dict(0).items():
        assert torch.equal(resumed.state_dict(0)[name], tensor)


def test_weights_that_are_not_there_are_told() -> None:
    with pytest.raises(NetworkError, match="does not exist"):
        begun({"weights": "nowhere"})


def test_a_model_of_ones_own_is_started_too(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 3))
    file = tmp_path / "own.pt"
    torch.save({"state_dict": {f"module.{n}": t + 1 for n, t in model.state_dict().items()}}, file)
    recipe = Recipe(network={"name": "mlp", "weights": str(file)}, train={"threads": 1})
    training = Experiment(recipe, model, (X, Y)).training()
    start = training.population.weights(training.population.theta, {})
    for name, tensor in model.state_dict().items():
        assert torch.equal(start[name][0], tensor + 1)
