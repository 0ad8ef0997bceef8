"""C36: how unequal the minima are that different starts lead to."""

from trainlab.claims.probes.ends import LossesApart
from trainlab.claims.say import DIGITS, Claim, Dots, Expect

__all__ = ["CLAIM"]

WIDTHS = {f"{width} units": [f"network.widths=[{width}]"] for width in (4, 16, 64)}

CLAIM = Claim(
    statement="Most local minima are nearly equally good, and the more so the larger the network.",
    source="Choromanska et al. 2015, The loss surfaces of multilayer networks, sections 3 and 5",
    data="real: digits",
    recipe={
        **DIGITS,
        "network": {"name": "mlp"},
        "optimizer": {"rule": "momentum", "lr": 0.1, "weight_decay": 0.001, "decay": "coupled"},
        "schedule": "cosine",
        "train": {"length": "600steps", "batch_size": 128, "evaluate_every": "600steps"},
    },
    pairs=24,
    measure=LossesApart(arms=WIDTHS),
    quantity="a seed's last loss less the median of the others', in % of its improvement from the "
    "start; one hidden layer of 4, 16 or 64 units; pairs share split and batches",
    expects=(
        Expect("64 units: training losses agree", "64 units, train apart", below=5, unit="%"),
        Expect("64 units: test losses agree", "64 units, test apart", below=5, unit="%"),
        Expect(
            "4 units: further apart", "4 units, train apart", over="64 units, train apart", above=2
        ),
    ),
    figure=Dots(
        x="test loss at the end, nats", log=True, arms=tuple(f"{arm}, test" for arm in WIDTHS)
    ),
    holds_when="In wide networks with a good start. It says nothing of minima that training does "
    "not find, and equal losses do not make equal networks: their mistakes differ.",
)
