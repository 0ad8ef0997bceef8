from __future__ import annotations

import pytest

from trainlab.errors import NetworkError
from trainlab.nn.networks import NETWORKS
from trainlab.nn.networks.shape import image_shape, sequence_shape


def test_shapes_that_fit_are_taken_apart() -> None:
    assert image_shape((3, 4, 5), "cnn") == (3, 4, 5)
    assert sequence_shape((7, 2), "rnn") == (7, 2)
    assert sequence_shape((3, 4, 5), "rnn") == (4, 15)


@pytest.mark.parametrize("shape", [(30,), (6, 5), (2, 6, 5)])
@pytest.mark.parametrize("name", sorted(set(NETWORKS) - {"python"}))
def test_the_networks_said_to_fit_are_those_that_do(name: str, shape: tuple[int, ...]) -> None:
    try:
        NETWORKS[name].build(shape, 2)
    except NetworkError as error:
        assert name in error.what and str(list(shape)) in error.what
        assert name not in error.allowed
        for fitting in error.allowed:
            NETWORKS[fitting].build(shape, 2)
    else:
        assert (len(shape), name) not in {(1, "cnn"), (1, "lstm"), (2, "resnet")}
