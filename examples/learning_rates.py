"""Four learning rates, three seeds each, in one program: the engine without the run folder.

Members that share a seed start from the same weights and see the same batches, so that two rates
are compared seed by seed.
"""

from __future__ import annotations

from trainlab.data import SOURCES, prepare
from trainlab.engine.assemble import assemble
from trainlab.engine.build import builder
from trainlab.engine.loop import train
from trainlab.engine.record import Evaluated, Stopped
from trainlab.recipe import Recipe, plan
from trainlab.store import interval

RATES = (0.003, 0.01, 0.03, 0.1)
SEEDS = (0, 1, 2)
RECIPE = Recipe(
    network={"name": "mlp", "widths": [32]},
    optimizer={"rule": "momentum"},
    train={"length": "10ep"},
)


def main() -> None:
    """Plan twelve members, let the loop tell what happens, compare each rate with 0.03."""
    arms = [(rate, seed) for rate in RATES for seed in SEEDS]
    (program,) = plan(
        [RECIPE.replace("optimizer.lr", rate).replace("seed", seed) for rate, seed in arms]
    )
    task, _ = prepare(SOURCES["digits"].load(), steps=["standardize"])
    build = builder(RECIPE.network, task.feature_shape, task.outputs, rates={})

    loss: dict[tuple[float, int], float] = {}
    for event in train(assemble(program, task, build)):
        if isinstance(event, Evaluated):
            told = zip(event.members, event.values["val/loss"], strict=True)
            loss |= {arms[member]: value for member, value in told}
        if isinstance(event, Stopped) and event.why == "diverged":
            print(f"rate and seed {arms[event.member]}: diverged, {event.detail}")

    for rate in RATES:
        mean = interval([loss[rate, seed] for seed in SEEDS]).mean
        gap = interval([loss[rate, seed] - loss[0.03, seed] for seed in SEEDS])
        print(f"{rate:<5} val/loss {mean:.3f}, against 0.03: {gap.mean:+.3f} +- {gap.half:.3f}")


if __name__ == "__main__":
    main()
