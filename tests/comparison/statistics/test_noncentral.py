from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nct, t

from trainlab.comparison.statistics.noncentral import noncentral_t


@pytest.mark.parametrize("df", [1, 2, 7, 40, 400])
def test_it_is_scipys_where_that_answers(df: int) -> None:
    at, shift = np.meshgrid(np.linspace(-9, 9, 13), np.linspace(-12, 12, 13))
    theirs = nct.cdf(at, df, shift)
    told = np.isfinite(theirs)
    assert told.mean() > 0.6
    np.testing.assert_allclose(noncentral_t(at, df, shift)[told], theirs[told], atol=1e-9)


def test_where_nothing_is_shifted_it_is_t() -> None:
    at = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(noncentral_t(at, 5, 0.0), t.cdf(at, 5), atol=1e-12)
