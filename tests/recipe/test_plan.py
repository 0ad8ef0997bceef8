from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainlab.recipe import Recipe, expand, leaves, plan

BASE = Recipe(data={"source": "digits"}, optimizer={"rule": "momentum"})

PER_MEMBER = {
    "seed": [0, 1],
    "optimizer.lr": [0.1, 0.2],
    "optimizer.momentum": [0.0, 0.9],
    "optimizer.clip_norm": [None, 1.0],
    "schedule.floor": [0.0, 0.1],
    "schedule.warmup": ["5%", "10steps"],
    "regularize.dropout": [0.0, 0.5],
    "train.length": ["3ep", "5ep"],
}
SHAPING = {
    "network.widths": [[8], [16], [8, 8]],
    "network.activation": ["relu", {"name": "leaky_relu", "slope": 0.1}],
    "optimizer.decay": ["coupled", "decoupled"],
    "train.batch_size": [16, 32],
    "data.preprocess": [[], ["standardize"], ["standardize", "pca"]],
    "regularize.early_stopping": [None, 3],
}
CHANGES = {**PER_MEMBER, **SHAPING}

recipes = st.lists(
    st.fixed_dictionaries({}, optional={key: st.sampled_from(of) for key, of in CHANGES.items()}),
    max_size=8,
).map(lambda changes: [changed(change) for change in changes])


def changed(change: dict[str, object]) -> Recipe:
    recipe = BASE
    for key, value in change.items():
        recipe = recipe.replace(key, value)
    return recipe


def shape(recipe: Recipe) -> dict[str, object]:
    return {leaf.key: leaf.value for leaf in leaves(recipe) if not leaf.per_member}


@given(recipes)
def test_grouping_is_a_partition_that_keeps_the_order(given: list[Recipe]) -> None:
    programs = plan(given)
    places = [place for program in programs for place in program.index]
    assert sorted(places) == list(range(len(given)))
    assert all(list(program.index) == sorted(program.index) for program in programs)
    firsts = [program.index[0] for program in programs]
    assert firsts == sorted(firsts)
    assert all(
        program.members == tuple(given[place] for place in program.index) for program in programs
    )


@given(recipes)
def test_members_share_a_shape_and_programs_do_not(given: list[Recipe]) -> None:
    programs = plan(given)
    for program in programs:
        assert all(shape(member) == shape(program.recipe) for member in program.members)
    for i, one in enumerate(programs):
        assert all(shape(one.recipe) != shape(other.recipe) for other in programs[i + 1 :])


@given(recipes)
def test_every_program_says_what_sets_it_apart(given: list[Recipe]) -> None:
    programs = plan(given)
    whys = [program.why for program in programs]
    assert len(set(whys)) == len(whys)
    assert all(whys) or len(programs) <= 1


@pytest.mark.parametrize("key", PER_MEMBER)
def test_members_of_one_program_may_differ(key: str) -> None:
    assert len(plan([BASE.replace(key, value) for value in PER_MEMBER[key]])) == 1


@pytest.mark.parametrize("key", SHAPING)
def test_what_shapes_a_program_separates(key: str) -> None:
    programs = plan([BASE.replace(key, value) for value in SHAPING[key]])
    assert len(programs) == len(SHAPING[key])
    assert all(key in program.why for program in programs)


def test_rules_run_side_by_side_unless_they_search() -> None:
    rules = ["sgd", "adam", {"direction": "nesterov", "preconditioner": "rms"}, "lbfgs"]
    together, alone = plan([BASE.replace("optimizer.rule", rule) for rule in rules])
    assert (together.index, alone.index) == ((0, 1, 2), (3,))


def test_why_names_the_row_and_not_its_options() -> None:
    adam, sgd = plan([BASE.replace("network", "cnn"), BASE.replace("network", "gru")])
    assert (adam.why, sgd.why) == ("network.name = cnn", "network.name = gru")


def test_one_program_has_no_why() -> None:
    assert plan([BASE])[0].why == ""
    assert plan([]) == []


def test_seeds_become_members() -> None:
    members = expand(BASE.replace("seeds", 3).replace("seed", 5))
    assert [(member.seed, member.seeds) for member in members] == [(5, 1), (6, 1), (7, 1)]
    assert len(plan(members)) == 1


def test_folds_become_members() -> None:
    members = expand(BASE.replace("data.split.folds", 3))
    assert [member.data.split.fold for member in members] == [0, 1, 2]
    assert len(plan(members)) == 1


def test_each_seed_has_every_fold() -> None:
    members = expand(BASE.replace("data.split.folds", 2).replace("seeds", 2))
    assert [(m.seed, m.data.split.fold) for m in members] == [(0, 0), (0, 1), (1, 0), (1, 1)]


@given(st.integers(1, 4), st.sampled_from([0, 2, 3]))
def test_a_member_is_a_population_of_one(seeds: int, folds: int) -> None:
    recipe = BASE.replace("seeds", seeds).replace("data.split.folds", folds)
    members = expand(recipe)
    assert len(members) == seeds * max(folds, 1)
    assert all(expand(member) == [member] for member in members)


def test_one_fold_alone_may_be_asked_for() -> None:
    (member,) = expand(BASE.replace("data.split", {"folds": 5, "fold": 3}))
    assert member.data.split.fold == 3
