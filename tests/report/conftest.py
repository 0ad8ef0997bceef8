"""Runs to report on, made by a seeded generator through the store's own writer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from trainlab import store
from trainlab.engine.record import Evaluated, Finished, Reading, Started, Stopped
from trainlab.store import Member, Predictions, Run

STEPS, PER_EPOCH = 600, 20
RECIPE = """\
data:
  source: digits            # 1797 handwritten digits
  split: {val: 0.15, test: 0.15, by: stratified, seed: 0}
  preprocess: [standardize]
network: {name: mlp, widths: [128, 64], activation: relu}
optimizer: {rule: adam, lr: 0.001, decay: decoupled}
schedule: {name: cosine, warmup: 5%}
train: {length: 30ep, batch_size: 64}
seed: 0
seeds: 8
"""
ENVIRONMENT = {
    "python": "3.11.9",
    "torch": "2.13.0+cpu",
    "cpu": "Some CPU",
    "threads": 1,
    "packages": {"numpy": "2.4.6"},
}
MakeRun = Callable[..., Run]


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    """Give a maker of finished runs: seeds, kind, which members diverge, arms."""

    def make(
        seeds: int = 8,
        kind: str = "classification",
        diverged: tuple[int, ...] = (),
        arms: tuple[float, ...] = (),
        name: str = "digits-mlp",
    ) -> Run:
        members = _members(seeds, arms)
        with store.create(
            tmp_path, name=name, recipe=RECIPE, members=members, environment=ENVIRONMENT
        ) as folder:
            _train(folder, members, kind, diverged)
            folder.predictions(_predictions(len(members), kind, diverged))
            return folder.finish()

    return make


def _members(seeds: int, arms: tuple[float, ...]) -> list[Member]:
    rates = arms or (None,)
    return [
        Member(
            member=place,
            place=place,
            seed=place % seeds,
            differs={}
            if rates[place // seeds] is None
            else {"optimizer.lr": rates[place // seeds]},
        )
        for place in range(seeds * len(rates))
    ]


def _train(
    folder: store.RunFolder, members: list[Member], kind: str, diverged: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    places = tuple(m.place for m in members)
    skill = rng.normal(1.0, 0.06, len(places))
    score = "accuracy" if kind == "classification" else "rmse"
    placement = {"device": "cpu", "threads": 1, "batching": "vmap", "compiled": False}
    folder.event(
        Started(
            step=0,
            steps=STEPS,
            epochs=STEPS / PER_EPOCH,
            members=places,
            parameters=17_226,
            placement=placement,
        )
    )
    alive = np.ones(len(places), bool)
    for step in range(5, STEPS + 1, 5):
        progress = step / STEPS
        loss = _loss(step, skill, rng, 0.004)
        norm = 2.2 * np.exp(-2 * progress) * rng.lognormal(0, 0.18, len(places))
        for place in diverged:
            if alive[place] and step >= 120 + 15 * place:
                detail = "gradient of net.2.weight"
                folder.event(Stopped(step=step, member=place, why="diverged", detail=detail))
                alive[place] = False
            elif step > 100:
                loss[place] *= 1.25 ** ((step - 100) / 5)
        living = tuple(p for p in places if alive[p])
        rate = 1e-3 * min(step / 30, 0.5 + 0.5 * np.cos(np.pi * progress))
        folder.event(
            Reading(
                step=step,
                epoch=step / PER_EPOCH,
                members=living,
                values={
                    "train/loss": loss[alive].tolist(),
                    "lr": [rate] * len(living),
                    "gradient/norm": norm[alive].tolist(),
                },
                seconds=step * 0.004 * len(places) ** 0.6,
            )
        )
        if step % PER_EPOCH == 0:
            val = _loss(step, skill, rng, 0.06) + 0.02 * progress**2
            good = 0.982 - 0.75 * np.exp(-step / 45 * skill) - 0.012 * rng.random(len(places))
            shown = good if score == "accuracy" else 52 + 60 * np.exp(-step / 90) * skill
            folder.event(
                Evaluated(
                    step=step,
                    epoch=step / PER_EPOCH,
                    split="val",
                    members=living,
                    values={"val/loss": val[alive].tolist(), f"val/{score}": shown[alive].tolist()},
                    best=tuple(step == 480 for _ in living),
                )
            )
    _end(folder, living, places, score, rng)


def _end(
    folder: store.RunFolder,
    living: tuple[int, ...],
    places: tuple[int, ...],
    score: str,
    rng: np.random.Generator,
) -> None:
    for place in living:
        folder.event(Stopped(step=STEPS, member=place, why="complete"))
    weights = {"net.0.weight": torch.zeros(len(places), 2, 3)}
    folder.event(
        Finished(
            step=STEPS,
            seconds=STEPS * 0.004 * len(places) ** 0.6,
            members=places,
            weights=weights,
            last=weights,
            chosen_step=(480,) * len(places),
        )
    )
    good = 0.975 + 0.006 * rng.standard_normal(len(living))
    shown = good if score == "accuracy" else 54 + rng.standard_normal(len(living))
    folder.event(
        Evaluated(
            step=STEPS,
            epoch=STEPS / PER_EPOCH,
            split="test",
            members=living,
            values={
                "test/loss": (0.09 + 0.01 * rng.random(len(living))).tolist(),
                f"test/{score}": shown.tolist(),
            },
        )
    )


def _loss(step: int, skill: np.ndarray, rng: np.random.Generator, floor: float) -> np.ndarray:
    noise = rng.lognormal(0, 0.10, len(skill))
    return (2.3 * np.exp(-step / 60 * skill) + floor + 0.12 * np.exp(-step / 260)) * noise


def _predictions(members: int, kind: str, diverged: tuple[int, ...]) -> Predictions:
    rng = np.random.default_rng(1)
    outputs = _classes(members, rng) if kind == "classification" else _values(members, rng)
    outputs["outputs"][list(diverged)] = torch.nan
    return Predictions(**outputs)


def _classes(members: int, rng: np.random.Generator) -> dict[str, object]:
    from sklearn.datasets import load_digits

    digits = load_digits()
    picked = rng.permutation(len(digits.target))[:270]
    target = digits.target[picked]
    alike = np.array([6, 8, 3, 9, 7, 9, 8, 1, 1, 3])[target]
    hard = rng.exponential(1.0, 270)[:, None]
    logits = rng.normal(0, 1.3, (members, 270, 10))
    logits += np.eye(10)[target] * (8.2 - 1.7 * hard) + np.eye(10)[alike] * (0.9 * hard)
    return {
        "outputs": torch.from_numpy(logits).float(),
        "targets": torch.from_numpy(target).long(),
        "indices": torch.from_numpy(picked).long(),
        "inputs": torch.from_numpy(digits.images[picked] / 16).float().unsqueeze(1),
        "kind": "logits",
        "layout": "image",
        "classes": tuple("0123456789"),
    }


def _values(members: int, rng: np.random.Generator) -> dict[str, object]:
    true = rng.gamma(4, 40, (70, 1))
    said = 60 + 0.62 * true + rng.normal(0, 34, (70, 1)) + rng.normal(0, 9, (members, 70, 1))
    return {
        "outputs": torch.from_numpy(said),
        "targets": torch.from_numpy(true),
        "indices": torch.arange(70),
        "inputs": torch.from_numpy(rng.normal(size=(70, 4))),
        "kind": "values",
        "classes": ("progression",),
        "features": ("age", "bmi", "bp", "s1"),
    }
