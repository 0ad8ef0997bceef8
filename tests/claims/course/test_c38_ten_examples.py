from __future__ import annotations

from trainlab.claims.course.c38_ten_examples import CLAIM
from trainlab.claims.probes.populations import begun


def test_the_examples_are_ten_one_of_each_class() -> None:
    task = begun(CLAIM.ask()).task
    assert task.part("train")[1][0].sort().values.tolist() == list(range(10))
