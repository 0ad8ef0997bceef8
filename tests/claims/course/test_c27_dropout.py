from __future__ import annotations

from trainlab.claims.course.c27_dropout import ARMS, CLAIM
from trainlab.claims.probes.populations import begun


def test_the_places_are_of_the_sizes_that_the_claim_says() -> None:
    sizes = {}
    for place, said in ARMS.items():
        training = begun(CLAIM.ask().changed(*said, "seeds=1"))
        sizes[place] = (training.task.train.shape[1], training.population.layout.n)
    assert 85 <= sizes["few"][0] <= 95 and sizes["few"][1] > 80_000
    assert sizes["many"][0] > 1200 and sizes["many"][1] < 1300
    assert sizes["few"] == sizes["few + dropout"] and sizes["many"] == sizes["many + dropout"]
