"""C38: a network that cannot overfit ten examples is broken."""

from trainlab.claims.probes.fitting import CannotFit
from trainlab.claims.probes.planted import BUGS, planted
from trainlab.claims.say import Claim, Dots, Expect, adam

__all__ = ["CLAIM"]

HEALTHY = {
    "ReLU": [],
    "tanh": ["network.activation=tanh", "network.init=xavier_normal"],
    "batch norm": ["network.norm=batch"],
    "CNN": ["network={name: cnn, channels: [8, 16]}"],
    "no bug": [planted("none")],
}
BROKEN = {
    "rate 0": ["optimizer.lr=0.0"],
    "zeros": ["network.init=zeros"],
    **{bug: [planted(bug)] for bug in BUGS},
}

CLAIM = Claim(
    statement="A network that cannot overfit ten examples is broken, and most that are broken "
    "cannot.",
    source="Karpathy 2019, A recipe for training neural networks; Goodfellow, Bengio & Courville "
    "2016, section 11.5",
    data="real: digits, one of each class; constructed: seven bugs",
    recipe={
        "data": {"source": "digits", "split": {"val": 0.1946, "test": 0.8}},
        "network": {"name": "mlp", "widths": [64, 64]},
        **adam(lr=0.003, schedule="constant"),
        "train": {"length": "300steps", "batch_size": 10, "evaluate_every": "300steps"},
    },
    measure=CannotFit(healthy=HEALTHY, broken=BROKEN, fitted=0.05),
    quantity="share of 5 healthy networks and of 7 with a bug whose training loss stays above 0.05 "
    "nats for 300 updates; pairs share examples",
    expects=(
        Expect("healthy networks pass", "false alarms", below=5, unit="%"),
        Expect("most bugs are found", "bugs found", above=50, unit="%"),
    ),
    figure=Dots(x="training loss on ten examples, nats", log=True, arms=(*HEALTHY, *BROKEN)),
    holds_when="For bugs that keep gradient, labels or outputs from their work, and as long as the "
    "updates are few: layers that do not learn slip through at ten times as many, since the head "
    "fits ten examples alone. Bugs of evaluation, and of data that ten examples do not show, are "
    "never found so.",
)
