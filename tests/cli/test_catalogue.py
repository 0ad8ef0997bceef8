from __future__ import annotations

import re
from importlib import import_module

import pytest
import torch
from torch import nn
from torch.optim import SGD

import trainlab
from trainlab.cli.catalogue import FAMILIES, entries, family, look_up
from trainlab.errors import UnknownName

SAID_OTHERWISE = {"random layer", "procedure", "practice"}
"""Families whose rows have a `use` of their own."""


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_called_as_its_table_calls_itself(name: str) -> None:
    assert FAMILIES[name].rows().family == name


@pytest.mark.parametrize("name", FAMILIES)
def test_every_technique_has_a_card(name: str) -> None:
    for entry in entries(name):
        assert entry.card.does
        assert entry.name in entry.use or name in SAID_OTHERWISE


OF_A_TRAINING_ALONE = {"warmup", "batching", "random layer", "practice", "test", "family"}
"""Families that Python has no other way to: the recipe is it, or a verb takes the name."""


@pytest.mark.parametrize("name", FAMILIES)
def test_what_python_says_of_a_technique_is_there(name: str) -> None:
    parameters = [nn.Parameter(torch.ones(2, 2))]
    there = {"parameters": parameters, "optimizer": SGD(parameters, lr=0.1)}
    for entry in entries(name):
        assert bool(entry.python) != (name in OF_A_TRAINING_ALONE)
        if entry.python:
            module = re.match(r"trainlab\.[a-z_.]+[a-z_](?=\.)", entry.python)
            assert module is not None
            import_module(module[0])
            assert (
                callable(eval(entry.python, {"trainlab": trainlab, **there})) or "(" in entry.python
            )


@pytest.mark.parametrize("given", ["norm", "norms", "Norms", "losses", "loss", "initialisers"])
def test_a_family_is_found_in_the_plural(given: str) -> None:
    assert family(given) in given.casefold()


@pytest.mark.parametrize(
    ("given", "name"),
    [("Optimizers", "rule"), ("normalization", "norm"), ("schedulers", "schedule")],
)
def test_a_family_is_found_by_what_others_call_it(given: str, name: str) -> None:
    assert family(given) == name


def test_who_lists_a_technique_is_told_that_it_is_one() -> None:
    with pytest.raises(UnknownName, match="is a technique, not a family") as caught:
        family("BatchNorm2d")
    assert caught.value.next_step == "trainlab explain BatchNorm2d"
    assert caught.value.nearest == ""


def test_the_options_of_a_technique_are_its_own() -> None:
    (cosine,) = look_up("Cosine")
    assert cosine.options["floor"] == 0.0
    adam = next(entry for entry in look_up("adam") if entry.family == "rule")
    assert adam.options["beta1"] == 0.9


def test_a_name_of_several_families_is_found_in_each() -> None:
    assert {entry.family for entry in look_up("linear")} >= {"schedule", "network"}


def test_a_technique_is_found_with_the_name_of_its_family() -> None:
    (group,) = look_up("group-norm")
    assert (group.family, group.name) == ("norm", "group")


def test_what_is_not_there_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        look_up("cosin")
    assert caught.value.nearest == "cosine"
    with pytest.raises(UnknownName) as caught:
        family("shedules")
    assert caught.value.nearest == "schedule"


@pytest.mark.parametrize(
    ("given", "row"),
    [
        ("Glorot", "xavier_normal"),
        ("kaiming", "he_normal"),
        ("z-score", "standardize"),
        ("SGDR", "restarts"),
        ("whitening", "zca_whiten"),
        ("IterNorm", "iterative"),
        ("NAG", "nesterov"),
        ("bias correction", "adam"),
        ("triangular2", "cyclical"),
    ],
)
def test_what_others_call_it_leads_to_the_cards_that_say_so(given: str, row: str) -> None:
    with pytest.raises(UnknownName, match="speak of it") as caught:
        look_up(given)
    assert row in caught.value.allowed


@pytest.mark.parametrize(
    ("given", "family", "row"),
    [
        ("BatchNorm2d", "norm", "batch"),
        ("torch.nn.BatchNorm2d", "norm", "batch"),
        ("cosineannealinglr", "schedule", "cosine"),
        ("LinearLR", "schedule", "linear"),
        ("PolynomialLR", "schedule", "polynomial"),
        ("torch.optim.AdamW", "rule", "adamw"),
        ("optim.SGD", "rule", "sgd"),
        ("kaiming_normal_", "initialiser", "he_normal"),
        ("nn.GELU()", "activation", "gelu"),
        ("torch.nn.Linear", "network", "linear"),
        ("BCEWithLogitsLoss", "loss", "binary_cross_entropy"),
        ("Dropout2d", "random layer", "spatial_dropout"),
        ("clip_grad_norm_", "around", "clip_norm"),
        ("RandomVerticalFlip", "augment", "flip"),
        ("update_bn", "procedure", "recalibrate"),
    ],
)
def test_torchs_name_of_a_technique_finds_it(given: str, family: str, row: str) -> None:
    assert [(each.family, each.name) for each in look_up(given)] == [(family, row)]


def test_what_torch_has_as_a_part_of_another_is_not_called_that() -> None:
    """Many cards say `the denominator of Adam`, or `SGD(momentum=...)`."""
    assert {each.name for each in look_up("Adam")} == {"adam"}
    assert "momentum" not in {each.name for each in look_up("torch.optim.SGD")}
    with pytest.raises(UnknownName):
        look_up("torch.nn.Transformer")


def test_a_family_is_no_technique_and_is_named_as_one() -> None:
    with pytest.raises(UnknownName) as caught:
        look_up("warm-up")
    assert caught.value.next_step.endswith("trainlab list warmup")
