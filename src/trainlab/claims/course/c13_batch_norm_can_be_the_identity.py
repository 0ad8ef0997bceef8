"""C13: batch normalisation can undo itself."""

from trainlab.claims.probes.normalising import BatchNormUndone
from trainlab.claims.say import Claim, Dots, Expect

__all__ = ["CLAIM"]

CLAIM = Claim(
    statement="With gamma = sigma and beta = mu, batch normalisation is the identity: it can "
    "represent the network that it replaces.",
    source="Ioffe & Szegedy 2015, section 3",
    data="real: batches of 64 digits, not preprocessed; mathematics says it of any",
    recipe={"data": {"source": "digits"}},
    measure=BatchNormUndone(examples=64),
    quantity="largest change of a feature by the layer, in standard deviations of the batch",
    expects=(
        Expect("the identity, to rounding", "gamma = sigma, beta = mu", below=1e-6),
        Expect("as it begins it is not", "gamma = 1, beta = 0", above=0.1),
    ),
    figure=Dots(x="largest change, standard deviations", log=True),
    holds_when="In training mode, on the batch whose sigma and mu they are; sigma is the root of "
    "the biased variance plus epsilon. That it can does not mean that training finds it.",
)
