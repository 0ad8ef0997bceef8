from __future__ import annotations

from tests.claims.made import ask_of
from trainlab.claims.probes.normalising import BatchNormUndone


def test_sigma_and_mu_undo_it_and_the_start_does_not() -> None:
    found = BatchNormUndone(examples=32)(ask_of(pairs=3)).values
    assert (found["gamma = sigma, beta = mu"] < 1e-9).all()
    began = found["gamma = 1, beta = 0"]
    assert (began > 0.01).all()
    assert len(set(began.tolist())) == 3  # a batch of each seed
