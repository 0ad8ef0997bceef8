"""A program and its data -> a training that is ready to take its first step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import torch

from trainlab.data import Task
from trainlab.data.augment import MIXES, Mixing
from trainlab.engine.average import Average
from trainlab.engine.build import Build, set_rates
from trainlab.engine.cadence import Cadence, cadence_of
from trainlab.engine.compiled import CompiledUpdate
from trainlab.engine.evaluate import METRICS
from trainlab.engine.feed import Feed, augmentation_of
from trainlab.engine.forward import Objective
from trainlab.engine.monitor import Monitor, watch_over
from trainlab.engine.movement import Movement, batch_sizes
from trainlab.engine.placement import Placement, Wanted, device_of, place
from trainlab.engine.population import Population, populate
from trainlab.engine.room import copies_beside, room_for
from trainlab.engine.search import SearchUpdate, check_search, slots_of
from trainlab.engine.start import Starting
from trainlab.engine.step import Update
from trainlab.engine.traced import Recordings
from trainlab.engine.training import Training
from trainlab.engine.unused import check_use
from trainlab.errors import RecipeError
from trainlab.losses import LOSSES
from trainlab.recipe import Program, Recipe, column
from trainlab.rules import EVERY_RULE, Rule, on, pair
from trainlab.rules.algebra import Product
from trainlab.rules.around import AroundRow, rows_in_use
from trainlab.rules.averaging import AVERAGES
from trainlab.rules.mixed import Mixed
from trainlab.rules.second_order import SearchRule
from trainlab.schedules import Schedule, plateau_start

__all__ = ["assemble", "objective_of"]


def assemble(
    program: Program,
    task: Task,
    build: Build,
    placement: Placement | None = None,
    *,
    recordings: dict[object, Recordings] | None = None,
    start: Starting | None = None,
) -> Training:
    """Put a program together. A resume gives the placement that the run began with.

    To give `recordings`, where those of this network are kept, promises that it has no Python side
    effects; `start` changes the weights.
    """
    recipe, members = program.recipe, program.members
    device = device_of(placement.device if placement else recipe.train.device)
    dtype = torch.float64 if recipe.train.precision == "fp64" else torch.float32
    task = _placed(task, device, dtype)
    begin = None if start is None else partial(start, task)
    population = populate(build, [member.seed for member in members], device, dtype, begin)
    if recordings is not None:
        population.pure, population.recordings = True, recordings
    set_rates(population, members)
    rule = _started(population, members)
    feed = _feed(recipe, members, task)
    movement = Movement(members, population.theta, feed.pace, feed.examples)
    feed.noise = movement.noise()
    objective = objective_of(recipe, task)
    check_use(members, task, objective)
    dials = movement.dials()
    around = rows_in_use(dials.names, recipe.optimizer.decay)
    cadence = _cadence(members, feed)
    if placement is None:
        wanted = _wanted(recipe, rule)
        batch = feed.at(0)
        gradients = (
            cadence.steps * feed.group * (1 + any(row.on == "second place" for row in around))
        )
        with room_for(population, batch, copies_beside(around)), torch.random.fork_rng():
            placement = place(population, batch, objective, wanted, gradients)
    population.kept = {row.keeps: population.theta.clone() for row in around if row.keeps}
    update = _update(rule, recipe, population, around)
    if placement.compiled and isinstance(update, Update):
        update = CompiledUpdate(update, feed.group > 1)
    return Training(
        task=task,
        feed=feed,
        population=population,
        objective=objective,
        update=update,
        dials=dials,
        rates=movement.rates(),
        told=movement.told(),
        monitor=_monitor(recipe, members, population, task, cadence.every["evaluation"]),
        cadence=cadence,
        placement=placement,
        plateau=plateau_start(len(members)),
        average=_average(members, population, movement),
        copies=copies_beside(around),
    )


def rule_of(recipe: Recipe) -> Rule | SearchRule:
    """Give the update rule that a recipe names, or the product of the two factors it names."""
    rule = recipe.optimizer.rule
    return EVERY_RULE[rule] if isinstance(rule, str) else pair(rule.direction, rule.preconditioner)


def _started(population: Population, members: Sequence[Recipe]) -> Rule | SearchRule:
    """Give the rule for a population's rows, which get its slots; or the rules, side by side."""
    named = {member.optimizer.spelling: rule_of(member) for member in members}
    first = rule_of(members[0])
    if isinstance(first, SearchRule):
        population.slots = slots_of(first, population.theta, members)
        return first
    steady = not {"beta1", "beta2"} & set(members[0].schedules.chosen())
    rules = [
        _steadied(on(rule, population.layout), steady)
        for rule in named.values()
        if not isinstance(rule, SearchRule)
    ]
    places = {name: place for place, name in enumerate(named)}
    of = [places[member.optimizer.spelling] for member in members]
    rule = Mixed(rules, of) if len(rules) > 1 else rules[0]
    population.slots = rule.init(population.theta)
    return rule


def _steadied(rule: Rule, steady: bool) -> Rule:
    """Tell a rule whether its betas keep their values."""
    return replace(rule, steady=steady) if isinstance(rule, Product) else rule


def _wanted(recipe: Recipe, rule: Rule | SearchRule) -> Wanted:
    train = recipe.train
    programs = recipe.schedules.batch_size is not None  # each size would be compiled apart
    off = isinstance(rule, SearchRule | Mixed) or (train.compile == "auto" and programs)
    return Wanted(
        batching=train.batching,
        compiling="off" if off else train.compile,
        precision=train.precision,
        threads=0 if train.threads == "auto" else train.threads,
    )


def _update(
    rule: Rule | SearchRule,
    recipe: Recipe,
    population: Population,
    around: tuple[AroundRow, ...],
) -> Update | CompiledUpdate | SearchUpdate:
    layout = population.layout
    decayed = layout.mask(layout.decayed).to(population.theta)
    if isinstance(rule, SearchRule):
        check_search(recipe, around)
        return SearchUpdate(rule, layout, decayed, around)
    return Update(rule, layout, decayed, around)


def objective_of(recipe: Recipe, task: Task) -> Objective:
    """Give the loss of a recipe, or of the task's kind where the recipe names none."""
    return LOSSES[recipe.train.loss or task.loss]


def _feed(recipe: Recipe, members: Sequence[Recipe], task: Task) -> Feed:
    return Feed(
        task=task,
        seeds=[member.seed for member in members],
        folds=torch.tensor(
            [int(fold) for fold in column(members, "data.split.fold", none=0)],
            device=task.y.device,
        ),
        batch_size=recipe.train.batch_size,
        augmentation=augmentation_of(members, task.layout),
        mix=_mixing(recipe, members, task),
        accumulate=recipe.train.accumulate,
        sizes=batch_sizes(members, int(task.train.shape[1])),
    )


def _mixing(recipe: Recipe, members: Sequence[Recipe], task: Task) -> Mixing | None:
    chosen = recipe.regularize.mix
    if chosen is None:
        return None
    alpha = column(members, "regularize.mix.alpha")
    return Mixing(MIXES[chosen.name], alpha, task.outputs).check(task.layout)


def _placed(task: Task, device: torch.device, dtype: torch.dtype) -> Task:
    """Move a task to a device, its numbers in the type of the weights."""
    task = task.to(device)
    y = task.y.to(dtype) if task.y.is_floating_point() else task.y
    return replace(task, x=task.x.to(dtype), y=y)


def _cadence(members: Sequence[Recipe], feed: Feed) -> Cadence:
    train = members[0].train
    lengths = [member.train.length for member in members]
    return cadence_of(lengths, train.evaluate_every, train.checkpoint_every, feed.pace)


def _average(
    members: Sequence[Recipe], population: Population, movement: Movement
) -> Average | None:
    chosen = [member.train.average for member in members]
    shares = [AVERAGES[each.name].make(**each.arguments()) for each in chosen if each is not None]
    if not shares:
        return None
    dial = movement.count([1.0] * len(members), [Schedule(shape=share) for share in shares])
    return Average(dial, population.theta.clone())


def _monitor(
    recipe: Recipe,
    members: Sequence[Recipe],
    population: Population,
    task: Task,
    evaluate_every: int,
) -> Monitor:
    stopping = recipe.regularize.early_stopping
    if stopping is None:
        return watch_over(population, "val/loss", [torch.inf] * len(members), [0.0] * len(members))
    patience = column(members, "regularize.early_stopping.patience")
    delta = column(members, "regularize.early_stopping.min_delta")
    watched = ["val/loss", *(f"val/{name}" for name in METRICS[task.kind])]
    if stopping.monitor not in watched:
        raise RecipeError(
            f"a {task.kind} has no {stopping.monitor!r} to watch",
            where="regularize.early_stopping.monitor",
            allowed=watched,
            next_step="watch val/loss",
        )
    steps = [each * evaluate_every for each in patience]
    monitor = watch_over(population, stopping.monitor, steps, delta)
    monitor.restores = stopping.restore_best
    return monitor
