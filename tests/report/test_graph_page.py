from __future__ import annotations

import torch

from trainlab import seeds
from trainlab.lens.graph import graph_of
from trainlab.losses import LOSSES
from trainlab.nn.networks import NETWORKS
from trainlab.report.graph_page import page


def drawn(name: str, shape: tuple[int, ...], **options: object) -> str:
    network = NETWORKS[name].build(shape, 3, **options)
    x = seeds.normal(seeds.keys([0], "noise"), shape)
    loss = LOSSES["cross_entropy"].mean
    return page("<mine>", "a & b", graph_of(network, x, torch.tensor([1]), loss))


def test_a_perceptron_is_drawn_whole() -> None:
    text = drawn("mlp", (4,), widths=[5, 4])
    assert "<details" not in text
    assert text.count('class="box"') == 6
    assert text.count('class="edge"') == 5
    assert "weight 5x4" in text
    assert "&lt;mine&gt;" in text and "a &amp; b" in text


def test_a_residual_network_is_folded_by_module() -> None:
    text = drawn("resnet", (1, 8, 8), widths=[3, 4], blocks=1)
    assert "<summary>stage2_block1<" in text
    assert "<details open" not in text
    assert "copy sums (2 uses)" in text


def test_a_loop_over_time_is_thinned() -> None:
    short, long = (drawn("gru", (steps, 2), hidden=4) for steps in (8, 40))
    assert "8 steps" in short and "40 steps" in long
    assert short.count('class="box"') == long.count('class="box"')
    assert long.count('class="loop"') == 2
    assert len(long) < 1.3 * len(short)
