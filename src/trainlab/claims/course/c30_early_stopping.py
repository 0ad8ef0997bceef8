"""C30: stopping where the validation loss is lowest."""

from trainlab.claims.say import LAST, Claim, Compare, Design, Expect, Lines, adam

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="Early stopping keeps a network that overfits from getting worse on unseen data.",
    source="Prechelt 1998; Goodfellow, Bengio & Courville 2016, section 7.8",
    data="real: diabetes, 442 patients",
    recipe={
        "data": {"source": "diabetes", "preprocess": ["standardize"]},
        "network": {"name": "mlp", "widths": [64, 64], "activation": "relu"},
        **adam(lr=0.003, schedule="constant"),
        "train": {"length": "80ep", "batch_size": 32, "evaluate_every": "1ep"},
    },
    any_recipe=True,
    measure=Compare(
        arms={
            "to the end": [LAST],
            "early stopping": ["regularize.early_stopping={patience: 10, restore_best: true}"],
        },
        design=Design(metric="loss"),
    ),
    quantity="test loss of the network that is kept; pairs share everything until one stops",
    expects=(Expect("better on test", "early stopping", over="to the end", below=1),),
    figure=Lines(x="updates", y="validation loss, squared error"),
    holds_when="Where the network overfits within the run: few or noisy examples, many weights, no "
    "other regularisation. A validation split that is too small stops at random.",
)
