"""What is done to a whole network beside training it, with a card each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from trainlab.nn.calibration import recalibrate
from trainlab.nn.init import final_bias_, zero_last_residual_
from trainlab.nn.pretrained import load_matching
from trainlab.nn.sampling import sample
from trainlab.tables import Card, Table

__all__ = ["PROCEDURES", "ProcedureRow"]


@dataclass(frozen=True, kw_only=True)
class ProcedureRow:
    """One procedure: `run(module, ...)`."""

    run: Callable[..., Any]
    use: str
    """How a recipe, the command line or Python says it."""
    card: Card


PROCEDURES: Table[ProcedureRow] = Table(
    "procedure",
    {
        "final_bias": ProcedureRow(
            run=final_bias_,
            use="network.final_bias=prior",
            card=Card(
                does="starts the last bias at what predicts the training targets' mean",
                formula="b = log prior of the classes, or the mean target",
                helps="unbalanced classes; regression: the first steps are not spent on the mean",
                hurts="nothing; balanced classes gain nothing",
                values="nothing to choose",
                paper="Karpathy 2019, A recipe for training neural networks",
                dialect="one example is added to each class, so that no prior is 0",
            ),
        ),
        "zero_last_residual": ProcedureRow(
            run=zero_last_residual_,
            use="network={name: resnet, zero_last_gain: true}; in Python init.zero_last_residual_",
            card=Card(
                does="starts each residual branch at zero, so that a block begins as its shortcut",
                formula="gamma = 0 in the branch's last norm, or W = 0 in its last layer",
                helps="very deep residual networks, large batches and rates",
                hurts="nothing at depths of up to some twenty layers; gains little there",
                values="nothing to choose",
                paper="Goyal et al. 2017, section 5.1; Zhang, Dauphin & Ma 2019 without a norm",
                torch="zero_init_residual of torchvision's resnets",
            ),
        ),
        "pretrained": ProcedureRow(
            run=load_matching,
            use="network.weights=RUN, a .safetensors file, or a state_dict of torch.save",
            card=Card(
                does="begins with the weights of an earlier training, by name and shape",
                formula="w <- w' where names and shapes agree; the rest keeps its start",
                helps="little data, near to what the weights were trained on",
                hurts="data unlike that of the first training; other preprocessing than it had",
                values="a smaller rate than from scratch: a tenth",
                paper="Yosinski, Clune, Bengio & Lipson 2014",
                dialect="what did not match is told in the run's notes; no match is an error",
                torch="torch.nn.Module.load_state_dict(strict=False), with shapes that may differ",
            ),
        ),
        "recalibrate": ProcedureRow(
            run=recalibrate,
            use="trainlab.nn.recalibrate(net, batches); train.average does it by itself",
            card=Card(
                does="measures the running statistics of batch norms afresh, over given batches",
                formula="running <- average over batches, each counted by its examples",
                helps="averaged, merged or loaded weights: SWA fails without it",
                hurts="nothing; costs one pass over the batches",
                values="all training batches once, or some tens of them",
                paper="Izmailov et al. 2018, section 3.2",
                dialect="random layers are off, as when predicting",
                torch="torch.optim.swa_utils.update_bn",
            ),
        ),
        "mc_dropout": ProcedureRow(
            run=sample,
            use="trainlab predict RUN DATA --samples 50",
            card=Card(
                does="predicts several times with dropout on; the spread is the uncertainty",
                formula="mean and variance over s of f(x, m_s), m_s ~ dropout's masks",
                helps="telling what a network does not know, without training more of them",
                hurts="speed: each sample is a whole prediction",
                values="20 to 100 samples; average probabilities, not logits",
                paper="Gal & Ghahramani 2016, Dropout as a Bayesian approximation",
            ),
        ),
    },
)
