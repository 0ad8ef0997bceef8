"""The table of claims, by the number that the course gives them."""

from __future__ import annotations

from trainlab.claims.claim import Claim
from trainlab.claims.course import (
    c01_equal_starts,
    c02_spread_of_the_start,
    c03_he_for_relu,
    c04_orthogonal,
    c05_sigmoids_stop_early_layers,
    c07_relu_is_faster,
    c13_batch_norm_can_be_the_identity,
    c14_batch_size_and_noise,
    c15_linear_scaling,
    c16_saddles,
    c17_narrow_valley,
    c19_bias_correction,
    c20_adam_or_sgd,
    c21_swats,
    c23_decay_and_cycles,
    c24_warm_up,
    c25_clipping,
    c26_l2_and_weight_decay,
    c27_dropout,
    c28_variational_dropout,
    c29_small_data,
    c30_early_stopping,
    c36_equal_minima,
    c37_random_labels,
    c38_ten_examples,
)
from trainlab.tables import Table

__all__ = ["CLAIMS"]

CLAIMS: Table[Claim] = Table(
    "claim",
    {
        "C01": c01_equal_starts.CLAIM,
        "C02": c02_spread_of_the_start.CLAIM,
        "C03": c03_he_for_relu.CLAIM,
        "C04": c04_orthogonal.CLAIM,
        "C05": c05_sigmoids_stop_early_layers.CLAIM,
        "C07": c07_relu_is_faster.CLAIM,
        "C13": c13_batch_norm_can_be_the_identity.CLAIM,
        "C14": c14_batch_size_and_noise.CLAIM,
        "C15": c15_linear_scaling.CLAIM,
        "C16": c16_saddles.CLAIM,
        "C17": c17_narrow_valley.CLAIM,
        "C19": c19_bias_correction.CLAIM,
        "C20": c20_adam_or_sgd.CLAIM,
        "C21": c21_swats.CLAIM,
        "C23": c23_decay_and_cycles.CLAIM,
        "C24": c24_warm_up.CLAIM,
        "C25": c25_clipping.CLAIM,
        "C26": c26_l2_and_weight_decay.CLAIM,
        "C27": c27_dropout.CLAIM,
        "C28": c28_variational_dropout.CLAIM,
        "C29": c29_small_data.CLAIM,
        "C30": c30_early_stopping.CLAIM,
        "C36": c36_equal_minima.CLAIM,
        "C37": c37_random_labels.CLAIM,
        "C38": c38_ten_examples.CLAIM,
    },
    listed="trainlab claims",
)
