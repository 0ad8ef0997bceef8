"""The table of augmentations: training examples varied in ways that leave the label true."""

from __future__ import annotations

from trainlab.data.augment import images, signals
from trainlab.data.augment.row import AugmentRow
from trainlab.tables import Card, Table

__all__ = ["AUGMENT"]

AUGMENT = Table(
    "augment",
    {
        "flip": AugmentRow(
            images.flip,
            ("image",),
            Card(
                does="mirrors pictures left and right",
                helps="natural pictures: a mirrored cat is a cat",
                hurts="digits, letters, and steering angles, whose label would change",
                values="probability 0.5",
                paper="Krizhevsky, Sutskever & Hinton 2012, section 4.1",
                torch="torchvision RandomHorizontalFlip",
            ),
        ),
        "crop": AugmentRow(
            images.crop,
            ("image",),
            Card(
                does="shifts pictures by whole pixels: pads with 0 and crops back at random",
                formula="x[i + a, j + b], a and b uniform in -padding .. padding",
                helps="where the object may stand anywhere",
                hurts="where its place is the answer; padding near the picture's size",
                values="padding 4 for 32x32, 1 for 8x8",
                paper="He et al. 2016 (ResNet), section 4.2, on CIFAR-10",
                torch="torchvision RandomCrop(size, padding)",
            ),
        ),
        "cutout": AugmentRow(
            images.cutout,
            ("image",),
            Card(
                does="blanks a square, so that no single part of the object decides",
                helps="natural pictures, together with flip and crop",
                hurts="objects smaller than the square",
                values="size 8 to 16 for 32x32",
                paper="DeVries & Taylor 2017, Improved regularization with cutout",
                dialect="the square's centre lies in the picture, its edges may not",
            ),
        ),
        "colour_jitter": AugmentRow(
            images.colour_jitter,
            ("image",),
            Card(
                does="varies brightness, contrast and saturation",
                formula="x + s(x - grey); then x + c(x - mean); then x + b; s, c, b uniform",
                helps="changing light and cameras",
                hurts="where colour is the label",
                values="0.1 .. 0.4, in units of the preprocessed values for brightness",
                paper="Howard 2013, Some improvements on deep CNN based image classification",
                dialect="brightness adds, for centred values; torchvision's multiplies pixels",
            ),
        ),
        "affine": AugmentRow(
            images.affine,
            ("image",),
            Card(
                does="turns, zooms and shifts pictures by bilinear sampling",
                helps="digits and letters; objects seen from varying places",
                hurts="large angles: a turned 6 is a 9",
                values="degrees 5 .. 15, scale 0.1, translate 0.1 (shares of the picture)",
                paper="Simard, Steinkraus & Platt 2003, section 2",
                dialect="zoom factor from 1/(1+scale) to 1+scale, uniform in its logarithm",
                torch="torchvision RandomAffine",
            ),
        ),
        "jitter": AugmentRow(
            signals.jitter,
            ("sequence",),
            Card(
                does="adds noise to sequences, and stretches them about 0",
                formula="x (1 + scale u) + std z",
                helps="sensor data",
                hurts="exact symbols, such as one-hot letters",
                values="std 0.03 .. 0.1 of standardised values, scale 0 .. 0.2",
                paper="Um et al. 2017, Data augmentation of wearable sensor data",
            ),
        ),
        "time_mask": AugmentRow(
            signals.time_mask,
            ("sequence",),
            Card(
                does="blanks a random stretch of time",
                helps="speech and sensors, where no short stretch should decide",
                hurts="tasks that hang on single moments, such as the adding problem",
                values="share 0.05 .. 0.2 of the sequence",
                paper="Park et al. 2019 (SpecAugment), section 2",
            ),
        ),
        "feature_noise": AugmentRow(
            signals.feature_noise,
            ("vector",),
            Card(
                does="adds noise to features, and drops a share of them to their mean",
                formula="x + std z; 0 with probability drop",
                helps="small tables; for linear models noise is an L2 penalty",
                hurts="features whose exact value decides",
                values="std 0.05 .. 0.3 of standardised values, drop 0 .. 0.2",
                paper="Bishop 1995, Training with noise is equivalent to Tikhonov regularization",
            ),
        ),
    },
)
