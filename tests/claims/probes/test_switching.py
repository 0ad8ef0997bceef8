from __future__ import annotations

import pytest

from tests.claims.made import ask_of
from trainlab.claims.compared import Compare
from trainlab.claims.probes.switching import Switched


@pytest.mark.parametrize(("rate", "share"), [(1e-12, 100), (1e-3, 0)])
def test_at_a_tiny_rate_swats_switches_at_once_and_at_a_usual_one_never(
    rate: float, share: float
) -> None:
    """Its criterion is an absolute 1e-9, which a projected rate of that size meets at once."""
    compare = Compare(arms={"SWATS": ["optimizer.rule=swats"], "Adam": ["optimizer.rule=adam"]})
    probe = Switched(compare=compare, arm="SWATS", says="became SGD")
    ask = ask_of("optimizer={rule: swats}", f"optimizer.lr={rate}")
    found = probe(ask)
    assert found.values["became SGD"].tolist() == [share, share]
    assert found.values["Adam"].tolist() == compare(ask).values["Adam"].tolist()
