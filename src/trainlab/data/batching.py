"""The table of what decides how many examples a step reads; each row is a number of a recipe."""

from __future__ import annotations

from dataclasses import dataclass

from trainlab.tables import Card, Table

__all__ = ["BATCHING", "BatchingRow"]


@dataclass(frozen=True)
class BatchingRow:
    """A row of the table: what `data.batches.Cut` is made of."""

    use: str
    """How a recipe says it."""
    card: Card


BATCHING: Table[BatchingRow] = Table(
    "batching",
    {
        "batch_size": BatchingRow(
            "train.batch_size=64",
            Card(
                does="says how many examples one forward and backward pass reads",
                formula="g = mean of the gradients of batch_size examples",
                helps="small: more updates an epoch; large: less noise and faster examples",
                hurts="small: batch norm, and the device's arithmetic; large: few updates",
                values="16 .. 512; change the rate with it: optimizer.lr_scaling",
                paper="Robbins & Monro 1951; Bottou, Curtis & Nocedal 2018, section 4",
                dialect="the expectation of g does not depend on it, its variance falls as "
                "1 / batch_size; the incomplete last batch of an epoch is not used",
                torch="batch_size of DataLoader, with drop_last",
            ),
        ),
        "accumulate": BatchingRow(
            "train.accumulate=4",
            Card(
                does="lets an update read the mean gradient of several batches",
                formula="g = mean of the gradients of accumulate batches",
                helps="where the batch that one wants does not fit in memory",
                hurts="nothing but time: a larger batch in one pass is faster where it fits",
                values="2 .. 64; an update reads batch_size accumulate examples",
                paper="Ott et al. 2018",
                dialect="steps, schedules and epochs count updates; the incomplete last group of "
                "an epoch is not used; batch norm sees each batch alone",
                torch="accumulate_grad_batches of Lightning, gradient_accumulation_steps of HF",
            ),
        ),
    },
)
