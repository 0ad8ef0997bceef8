"""The time of one training step at P = 1: against the loop written by hand, and against peers."""

from __future__ import annotations

from benchmarks.interleave import best_threads, compare, print_json
from benchmarks.ours import Ours
from benchmarks.peers import PEERS
from benchmarks.raw import RECIPES, Loop

__all__ = ["run"]

STEPS = {"digits-mlp": 100, "digits-cnn": 50, "shapes-resnet": 2}
"""Updates in one timed program: a few tenths of a second each."""

PEER_EPOCHS = 5


def run(repeats: int, device: str, only: str) -> None:
    """Print one line of JSON for each comparison whose name contains `only`."""
    for recipe in RECIPES:
        if only in f"step/{recipe}/raw":
            against_raw(recipe, repeats, device)
    for peer in PEERS:
        if only in f"step/digits-mlp/{peer}":
            against_peer(peer, repeats, device)


def against_raw(recipe: str, repeats: int, device: str) -> None:
    """Compare with the hand-written loop at its better number of threads."""
    steps = STEPS[recipe]
    ours = Ours(recipe, members=1, steps=steps, device=device)
    loop = Loop(recipe, *ours.examples(), batch=ours.batch)
    threads = best_threads(lambda: loop.run(steps))
    result = compare(
        ours.run, lambda: loop.run(steps), repeats=repeats, threads=(ours.threads, threads)
    )
    print_json(f"step/{recipe}/raw", result)


def against_peer(peer: str, repeats: int, device: str) -> None:
    """Compare with a library as its users write it: whole epochs of digits, nothing recorded."""
    ours = Ours("digits-mlp", members=1, steps=1, device=device)
    x, y = ours.examples()
    x, y = (part[: len(part) // ours.batch * ours.batch] for part in (x, y))  # full batches only
    steps = PEER_EPOCHS * (len(x) // ours.batch)
    ours = Ours("digits-mlp", members=1, steps=steps, device=device)
    flat = x.flatten(1)
    theirs = PEERS[peer](RECIPES["digits-mlp"].network(), flat, y, ours.batch, PEER_EPOCHS)
    result = compare(
        ours.run, theirs, repeats=repeats, threads=(ours.threads, best_threads(theirs))
    )
    print_json(f"step/digits-mlp/{peer}", result)
