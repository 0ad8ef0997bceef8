from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from trainlab.report.pictures import picture, stretched


def pixels(uri: str) -> np.ndarray:
    data = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    return np.array(Image.open(io.BytesIO(data)))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_survives_its_png(channels: int) -> None:
    image = torch.randint(256, (channels, 5, 7), dtype=torch.uint8)
    found = pixels(picture(image))
    assert np.array_equal(found, image.movedim(0, -1).squeeze(-1).numpy())
    assert np.array_equal(pixels(picture(image / 255)), found)


def test_what_has_the_range_of_a_picture_is_not_stretched() -> None:
    dark = torch.tensor([[0.1, 0.2]])
    assert stretched(dark, dark) is dark
    assert (stretched(dark, torch.tensor([0.0, 16.0])) * 16).equal(dark)
    same = torch.full((2, 2), 7.0)
    assert stretched(same, same).tolist() == [[0.0, 0.0], [0.0, 0.0]]
