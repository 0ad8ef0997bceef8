"""The table of sources: where data can come from."""

from __future__ import annotations

from trainlab.data.sources import embedded, toy
from trainlab.data.sources.adding import adding
from trainlab.data.sources.arrays import arrays
from trainlab.data.sources.cifar import cifar
from trainlab.data.sources.hf import hugging_face
from trainlab.data.sources.idx import idx
from trainlab.data.sources.images import images
from trainlab.data.sources.module import python
from trainlab.data.sources.road import road
from trainlab.data.sources.row import SourceRow
from trainlab.data.sources.shapes import shapes
from trainlab.data.sources.table import table
from trainlab.data.sources.words import words
from trainlab.tables import Card, Table

__all__ = ["SOURCES"]

CHANNELS = ("channel_standardize",)

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
        "shapes": SourceRow(
            shapes,
            Card(
                does="rendered 32x32 RGB pictures of eight shapes, with a dial from easy to hard",
                helps="convolutional networks without a download; how methods fare as tasks harden",
                hurts="claims about natural pictures",
                values="difficulty 0 (plain) .. 1 (small, turned, cluttered, noisy)",
            ),
            CHANNELS,
        ),
        "road": SourceRow(
            road,
            Card(
                does="rendered 32x64 RGB views of a road; the target is the steering angle",
                formula="wheel = 15 atan(2 * 2.7 m * sin(bearing) / distance), aiming 12 m ahead",
                helps="regression from pictures: the classic task of driving by eye",
                hurts="flat world, no traffic, fair weather",
                values="difficulty 0 .. 1: worn paint, shadows, fog, dusk, noise; degrees, std 31",
                paper="Pomerleau 1989 (ALVINN); Bojarski et al. 2016; Coulter 1992 for the angle",
            ),
            CHANNELS,
        ),
        "adding": SourceRow(
            adding,
            Card(
                does="sequences of numbers, two of them marked; the target is their sum",
                formula="y = sum over t of number[t] * mark[t]",
                helps="whether a recurrent network bridges a long time",
                hurts="guessing 1 always gives a mean squared error of 1/6: see that it gets below",
                values="length 20 (easy) .. 400 (hard)",
                paper="Hochreiter & Schmidhuber 1997, section 5.4",
                dialect="one mark in each half; plain sum, as Le, Jaitly & Hinton 2015",
            ),
            (),
        ),
        "words": SourceRow(
            words,
            Card(
                does="texts as the words they hold, 0 or 1: sparse features, two classes",
                formula="P(word j) = commonest / j^exponent; y = sign of w . (x - mean),"
                " w_j = N(0, 1) / sd_j",
                helps="rules that give rare features a rate of their own, beside those that do not",
                hurts="scaled to unit variance it is no longer sparse",
                values="exponent 1 for words; 0: all are equally common",
                paper="Zipf 1949; Duchi, Hazan & Singer 2011, section 1.3",
            ),
            (),
        ),
        "moons": SourceRow(
            toy.moons,
            Card(does="two half circles that reach into each other, in the plane"),
        ),
        "circles": SourceRow(
            toy.circles,
            Card(does="one circle inside another, in the plane: no line separates them"),
        ),
        "spirals": SourceRow(
            toy.spirals,
            Card(does="arms that wind around each other, in the plane: hard for small networks"),
        ),
        "blobs": SourceRow(
            toy.blobs,
            Card(does="round clouds in the plane: a linear model suffices"),
        ),
        "table": SourceRow(
            table,
            Card(
                does="a CSV or Parquet file; columns of words become categories",
                helps="your own table: name its target column",
                hurts="columns of free text: drop them",
                values="target, drop, group and time name columns; task: auto",
            ),
        ),
        "arrays": SourceRow(
            arrays,
            Card(
                does="NumPy's npz or npy files",
                values="x [n, d], [n, T, D], [n, C, H, W] or uint8 [n, H, W]; y [n] or [n, k]",
            ),
        ),
        "images": SourceRow(
            images,
            Card(
                does="a folder of pictures for each class; streamed from disk if they do not fit",
                helps="your own pictures",
                values="size: [32, 32] resizes; keep: auto, memory or disk",
            ),
            CHANNELS,
        ),
        "idx": SourceRow(
            idx,
            Card(
                does="the IDX files of MNIST, Fashion-MNIST and their kin, also .gz",
                values="path: the folder of its four files; its t10k files are the test split",
                paper="LeCun, Cortes & Burges, the MNIST database",
            ),
            CHANNELS,
        ),
        "cifar": SourceRow(
            cifar,
            Card(
                does="the binary files of CIFAR-10 and CIFAR-100",
                values="path: the folder of its .bin files; labels: fine or coarse (CIFAR-100)",
                paper="Krizhevsky 2009, Learning multiple layers of features from tiny images",
            ),
            CHANNELS,
        ),
        "python": SourceRow(
            python,
            Card(
                does="your own function, package.module:function, that returns (x, y) or a Dataset",
                helps="everything that no other source reads; torchvision's data sets",
                values="function: its place; options: what it is called with",
            ),
        ),
        "hugging_face": SourceRow(
            hugging_face,
            Card(
                does="a data set of the Hugging Face hub; needs trainlab[hf]",
                values="dataset, target, picture: names; revision pins the version",
                paper="Lhoest et al. 2021, Datasets: a community library",
            ),
        ),
    },
)
