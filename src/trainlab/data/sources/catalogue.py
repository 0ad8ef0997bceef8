"""The table of sources: where data can come from."""

from __future__ import annotations

from trainlab.data.sources import embedded
from trainlab.data.sources.row import SourceRow
from trainlab.tables import Card, Table

__all__ = ["SOURCES"]

LEARN = "scikit-learn, UCI Machine Learning Repository"

SOURCES = Table(
    "source",
    {
        "digits": SourceRow(
            embedded.digits,
            Card(
                does="1797 handwritten digits, 8x8 pixels, 10 classes; inside scikit-learn",
                helps="a first run: real data, trained in seconds",
                values="flat: false gives pictures [1, 8, 8], true gives vectors [64]",
                paper="Alpaydin & Kaynak 1998, UCI optical recognition of handwritten digits",
            ),
        ),
        "wine": SourceRow(
            embedded.wine,
            Card(
                does="178 wines, 13 measurements, 3 cultivars; inside scikit-learn",
                helps="features in very different units: preprocessing matters",
                paper="Aeberhard & Forina 1992, UCI wine",
            ),
        ),
        "breast_cancer": SourceRow(
            embedded.breast_cancer,
            Card(
                does="569 tumours, 30 measurements, malignant or benign; inside scikit-learn",
                helps="two classes, strongly correlated features",
                paper="Wolberg, Mangasarian, Street & Street 1995, UCI breast cancer Wisconsin",
            ),
        ),
        "iris": SourceRow(
            embedded.iris,
            Card(
                does="150 irises, 4 measurements, 3 species; inside scikit-learn",
                helps="the smallest real data set",
                paper="Fisher 1936, The use of multiple measurements in taxonomic problems",
            ),
        ),
        "diabetes": SourceRow(
            embedded.diabetes,
            Card(
                does="442 patients, 10 measurements, progression after a year; regression",
                helps="a noisy regression, where regularisation counts",
                paper="Efron, Hastie, Johnstone & Tibshirani 2004, Least angle regression",
            ),
        ),
    },
)
