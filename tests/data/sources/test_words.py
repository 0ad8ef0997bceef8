"""Words are as common as Zipf says, and the rare ones decide too."""

from __future__ import annotations

import pytest
import torch

from trainlab.data.sources.words import words


@pytest.mark.parametrize("exponent", [0.0, 1.0])
def test_words_are_as_common_as_said(exponent: float) -> None:
    raw = words(examples=20_000, vocabulary=50, exponent=exponent)
    assert isinstance(raw.x, torch.Tensor)
    assert set(raw.x.unique().tolist()) == {0.0, 1.0}
    share = 0.5 / torch.arange(1, 51, dtype=torch.float64) ** exponent
    torch.testing.assert_close(raw.x.mean(dim=0), share, atol=0.015, rtol=0)


def test_classes_are_balanced_and_a_line_divides_them() -> None:
    from sklearn.linear_model import LogisticRegression

    raw = words(examples=2000, vocabulary=40)
    assert isinstance(raw.x, torch.Tensor) and isinstance(raw.y, torch.Tensor)
    assert 0.35 < float(raw.y.double().mean()) < 0.65
    spread = raw.x.std(dim=0)
    fitted = LogisticRegression(C=1e3, max_iter=2000).fit((raw.x / spread).numpy(), raw.y.numpy())
    assert fitted.score((raw.x / spread).numpy(), raw.y.numpy()) > 0.99
