"""C37: networks fit labels that mean nothing."""

from trainlab.claims.probes.random_labels import PERMUTED_DIGITS
from trainlab.claims.probes.unseen import SeenAndUnseen
from trainlab.claims.say import Claim, Expect, Lines, adam

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="Networks fit random labels: training accuracy alone shows nothing of what is "
    "learned.",
    source="Zhang et al. 2017, Understanding deep learning requires rethinking generalization, "
    "section 2.1",
    data="real: digits; constructed: the same with their labels permuted once",
    recipe={
        "data": {"source": "digits", "split": {"by": "random"}},
        "network": {"name": "mlp", "widths": [192, 192]},
        **adam(lr=0.003, schedule="cosine"),
        "train": {"length": "900steps", "batch_size": 128, "evaluate_every": "60steps"},
    },
    pairs=6,
    measure=SeenAndUnseen(arms={"true labels": [], "permuted labels": [PERMUTED_DIGITS]}),
    quantity="accuracy after 900 updates on training and test examples; pairs share pictures, "
    "split, initial weights and batches",
    expects=(
        Expect("permuted: learned by heart", "permuted labels, train", above=99, unit="%"),
        Expect("permuted: others are guessed", "permuted labels, test", below=15, unit="%"),
        Expect("true: learned as well", "true labels, train", above=99, unit="%"),
        Expect("true: others are known", "true labels, test", above=90, unit="%"),
    ),
    figure=Lines(x="updates", y="accuracy"),
    holds_when="Where the network has more weights than examples and is trained for long enough: "
    "random labels take many more updates than true ones, and here three times the 900. Strong "
    "regularisation, or too few units, prevents it.",
)
