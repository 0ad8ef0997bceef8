"""P members in one matrix are the P trainings that each would have been alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from torch import Tensor

from tests.laws.trainings import IMAGE, SEQUENCE, recipe_of, same_bits, task_of, trained, widest_gap
from trainlab.recipe import Recipe

FLAT = (6,)
CNN = {"name": "cnn", "channels": [4, 6], "norm": "batch"}
CASES = {
    "mlp": ({}, FLAT),
    "dropout": ({"regularize": {"dropout": 0.3}}, FLAT),
    "noise": ({"regularize": {"input_noise": 0.2, "label_smoothing": 0.1}}, FLAT),
    "batch norm": ({"network": {"name": "mlp", "widths": [8], "norm": "batch"}}, FLAT),
    "layer norm": ({"network": {"name": "mlp", "widths": [8], "norm": "layer"}}, FLAT),
    "convolutions": ({"network": CNN}, IMAGE),
    "recurrent": ({"network": {"name": "gru"}}, SEQUENCE),
    "decay and clipping": (
        {"optimizer": {"rule": "momentum", "weight_decay": 0.01, "clip_norm": 0.5}},
        FLAT,
    ),
    **{
        name: ({"optimizer": {"rule": "momentum", "lr": 0.05, **said}}, shape)
        for name, said, shape in [
            ("adaptive clipping", {"agc": 0.05}, IMAGE),
            ("clipping by layer", {"clip_layer": 0.1}, FLAT),
            ("centred gradients", {"centralize": True}, IMAGE),
            ("gradient noise", {"gradient_noise": 0.1}, FLAT),
            ("l1", {"l1": 0.01}, FLAT),
            ("sharpness-aware", {"sam": 0.1}, IMAGE),
            ("weight noise", {"weight_noise": 0.1}, FLAT),
            ("lookahead", {"lookahead": 0.5, "lookahead_every": 4}, FLAT),
            ("largest norm", {"max_norm": 0.8}, FLAT),
        ]
    },
    **{
        f"{rule}{', full batches' if full else ''}": (
            {
                "network": {"name": "mlp", "widths": [8], "activation": "tanh", "norm": norm},
                "optimizer": {"rule": rule, "decay": "coupled", "weight_decay": 0.01},
                "regularize": {"dropout": 0.2},
                "train": {"batch_size": 1000 if full else 8, "length": "6ep" if full else "2ep"},
            },
            FLAT,
        )
        for rule, full, norm in [
            ("lbfgs", False, "batch"),
            ("lbfgs", True, "none"),
            ("newton_cg", False, "batch"),
            ("newton_cg", True, "none"),
        ]
    },
    "mixup": ({"regularize": {"mix": "mixup", "label_smoothing": 0.1}}, FLAT),
    "cutmix": ({"regularize": {"mix": "cutmix"}, "network": CNN}, IMAGE),
    "accumulated": ({"train": {"batch_size": 3, "accumulate": 3}, "network": CNN}, IMAGE),
    "averaged": ({"train": {"average": {"name": "ema", "decay": 0.8}}, "network": CNN}, IMAGE),
    "early stopping": ({"regularize": {"early_stopping": 1}, "train": {"length": "8ep"}}, FLAT),
}


for case in ("adaptive clipping", "centred gradients", "sharpness-aware"):
    CASES[case][0]["network"] = CNN


def singles(recipe: Recipe) -> list[Recipe]:
    return [recipe.replace("seed", seed).replace("seeds", 1) for seed in range(recipe.seeds)]


@pytest.mark.parametrize("case", CASES)
def test_in_float64_to_rounding(case: str) -> None:
    sections, shape = CASES[case]
    train = {"precision": "fp64", "batching": "vmap", **sections.get("train", {})}
    recipe = recipe_of(**{**sections, "train": train, "seeds": 3})
    together = trained(recipe, task_of(shape))
    for row, alone in enumerate(singles(recipe)):
        single = trained(alone.replace("train.batching", "auto"), task_of(shape))
        member = {name: tensor[row : row + 1] for name, tensor in together.weights.items()}
        assert widest_gap(member, single.weights) < 1e-10
        assert together.chosen_step[row] == single.chosen_step[0]


@pytest.mark.parametrize(
    "case", ["mlp", "dropout", "noise", "decay and clipping", "convolutions", "lbfgs", "newton_cg"]
)
def test_in_float32_to_the_bit_when_rows_are_called_directly(case: str) -> None:
    sections, shape = CASES[case]
    recipe = recipe_of(**{**sections, "train": {"batching": "rows"}, "seeds": 3})
    together = trained(recipe, task_of(shape))
    for row, alone in enumerate(singles(recipe)):
        single = trained(alone, task_of(shape))
        member = {name: tensor[row : row + 1] for name, tensor in together.weights.items()}
        assert same_bits(member, single.weights)


def test_members_with_their_own_rates_and_lengths() -> None:
    from tests.laws.trainings import finish, ready

    task = task_of(FLAT)
    base = recipe_of(
        train={"precision": "fp64", "batching": "vmap", "average": {"name": "swa", "start": 0}},
        regularize={"mix": {"name": "mixup", "alpha": 0.0}},
    )
    members = [
        base.replace("optimizer.lr", 0.01).replace("seed", 3),
        base.replace("optimizer.beta1", 0.5).replace("train.length", "2ep"),
        base.replace("optimizer.weight_decay", 0.1).replace("optimizer.clip_norm", 0.1),
        base.replace("optimizer.centralize", True).replace("optimizer.l1", 0.01),
        base.replace("optimizer.agc", 0.1).replace("optimizer.clip_layer", 0.1),
        base.replace("train.average.start", "50%"),
        base.replace("regularize.mix.alpha", 0.4),
        base.replace("optimizer.sam", 0.1).replace("optimizer.lookahead", 0.3),
        base.replace("optimizer.weight_noise", 0.1),
        base.replace("optimizer.lookahead", 0.5).replace("optimizer.lookahead_every", 2),
        base.replace("optimizer.gradient_noise", 0.1).replace("optimizer.max_norm", 0.7),
    ]
    together, _ = finish(ready(members, task))
    for row, member in enumerate(members):
        single, _ = finish(ready([member], task))
        weights = {name: tensor[row : row + 1] for name, tensor in together.weights.items()}
        assert widest_gap(weights, single.weights) < 1e-10


def test_members_with_rules_of_their_own() -> None:
    from tests.laws.trainings import finish, ready
    from trainlab.rules import RULES

    task = task_of(IMAGE)
    base = recipe_of(network=CNN, train={"precision": "fp64", "batching": "vmap"})
    rules: list[object] = [*RULES, {"direction": "nesterov", "preconditioner": "rms"}]
    base = base.replace("regularize.early_stopping", 2)  # so that rows leave on the way
    members = [base.replace("optimizer.rule", rule).replace("optimizer.lr", 3e-3) for rule in rules]
    members = [member.replace("seed", place % 2) for place, member in enumerate(members)]
    together, _ = finish(ready(members, task))
    for row, member in enumerate(members):
        single, _ = finish(ready([member.replace("train.batching", "auto")], task))
        weights = {name: tensor[row : row + 1] for name, tensor in together.weights.items()}
        assert widest_gap(weights, single.weights) < 1e-9, member.optimizer.spelling


def bare(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Name weights as if none were under a parametrisation: at rate 0 none is."""
    taken = ("parametrizations.", ".original")
    return {name.replace(taken[0], "").removesuffix(taken[1]): t for name, t in weights.items()}


RATES = {
    "spatial_dropout": (CNN, IMAGE),
    "drop_connect": ({"name": "mlp", "widths": [8]}, FLAT),
    "stochastic_depth": ({"name": "resnet", "widths": [4, 4], "blocks": 1}, IMAGE),
    "input_dropout": ({"name": "gru", "hidden": 6}, SEQUENCE),
    "recurrent_dropout": ({"name": "lstm", "hidden": 6}, SEQUENCE),
}


@pytest.mark.parametrize("name", RATES)
def test_members_with_rates_of_their_own_for_random_layers(name: str) -> None:
    from tests.laws.trainings import finish, ready

    network, shape = RATES[name]
    base = recipe_of(network=network, train={"precision": "fp64", "length": "2ep"})
    members = [base.replace(f"regularize.{name}", rate) for rate in (0.0, 0.2, 0.6)]
    together, _ = finish(ready(members, task_of(shape)))
    found = []
    for row, member in enumerate(members):
        single, _ = finish(ready([member], task_of(shape)))
        found.append({key: tensor[row : row + 1] for key, tensor in together.weights.items()})
        assert widest_gap(bare(found[-1]), bare(single.weights)) < 1e-10
    assert widest_gap(found[0], found[1]) > 1e-4
    assert widest_gap(found[1], found[2]) > 1e-4
