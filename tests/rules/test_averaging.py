from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from trainlab.rules.averaging import Share, ema, polyak, swa
from trainlab.schedules import Clock

CLOCK = Clock(total=40, per_epoch=5)


def averaged(share: Share, path: Tensor) -> Tensor:
    """Follow theta along a path [T, n]: the average after each step, [T, n]."""
    shares, average, found = share(torch.arange(len(path)), CLOCK), torch.zeros(path.shape[1]), []
    average = average.double()
    for theta, each in zip(path, shares, strict=True):
        average = average + each * (theta - average)
        found.append(average)
    return torch.stack(found)


def path() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(40, 3, generator=generator, dtype=torch.float64)


def test_the_exponential_average_is_torchs() -> None:
    module = nn.Linear(3, 1, bias=False).double()
    theirs = AveragedModel(module, multi_avg_fn=get_ema_multi_avg_fn(0.9))
    for theta, ours in zip(path(), averaged(ema(decay=0.9), path()), strict=True):
        module.weight.data.copy_(theta)
        theirs.update_parameters(module)
        torch.testing.assert_close(ours, theirs.module.weight.data[0], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("start", "every", "gap"), [("50%", "1ep", 5), (20, 3, 3), ("4ep", 1, 1)])
def test_equal_weights_are_the_mean_of_what_was_taken(
    start: str | int, every: str | int, gap: int
) -> None:
    found = averaged(swa(start=start, every=every), path())
    for t in range(1, 41):
        taken = path()[19:t:gap].mean(dim=0) if t >= 20 else path()[t - 1]
        torch.testing.assert_close(found[t - 1], taken, rtol=1e-12, atol=1e-14)


def test_polyak_averages_every_step_from_its_start() -> None:
    torch.testing.assert_close(averaged(polyak(start=0), path())[-1], path().mean(dim=0))
