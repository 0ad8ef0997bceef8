"""What a member's step costs in a population, against its network trained alone by hand."""

from __future__ import annotations

from benchmarks.interleave import best_threads, compare, print_json
from benchmarks.ours import Ours
from benchmarks.raw import Loop

__all__ = ["run"]

MEMBERS = (1, 8, 32, 128, 512)
RECIPES = ("digits-mlp", "digits-cnn")

MEMBER_STEPS = {"digits-mlp": 4096, "digits-cnn": 128}
"""Steps times members in one timed program of ours, at least one step of each member."""
COMPILED = {"digits-mlp": (32, 128, 512), "digits-cnn": ()}
"""Populations that are timed compiled too."""
RAW_STEPS = 100
"""Steps of one network in a timed program of theirs: the others would take as long each."""


def run(repeats: int, device: str, only: str) -> None:
    """Print one line of JSON for each comparison whose name contains `only`."""
    for recipe in RECIPES:
        for members in MEMBERS:
            if only in f"population/{recipe}/{members}":
                against_raw(recipe, members, repeats, device, "off")
            if only in f"population/{recipe}/{members}/compiled" and members in COMPILED[recipe]:
                against_raw(recipe, members, repeats, device, "on")


def against_raw(recipe: str, members: int, repeats: int, device: str, compiling: str) -> None:
    """Compare a member's step with a step of the hand-written loop."""
    steps = max(1, MEMBER_STEPS[recipe] // members)
    ours = Ours(recipe, members=members, steps=steps, device=device, compiling=compiling)
    loop = Loop(recipe, *ours.examples(), batch=ours.batch)
    threads = best_threads(lambda: loop.run(RAW_STEPS))
    result = compare(
        ours.run,
        lambda: loop.run(RAW_STEPS),
        repeats=repeats,
        work=members * steps / RAW_STEPS,
        threads=(ours.threads, threads),
    )
    compiled = "/compiled" if compiling == "on" else ""
    print_json(f"population/{recipe}/{members}{compiled}", result)
