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
                does="mirrors pictures left and right, or top and bottom",
                formula="x[i, W - 1 - j]",
                helps="natural pictures: a mirrored cat is a cat",
                hurts="digits, letters, and steering angles, whose label would change",
                values="probability 0.5; vertical 0.5 for pictures from above or of cells",
                paper="Krizhevsky, Sutskever & Hinton 2012, section 4.1",
                torch="torchvision RandomHorizontalFlip, RandomVerticalFlip",
            ),
            moves=True,
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
            moves=True,
        ),
        "cutout": AugmentRow(
            images.cutout,
            ("image",),
            Card(
                does="blanks a square, so that no single part of the object decides",
                formula="0 where |i - a| and |j - b| are below size / 2, a and b uniform",
                helps="natural pictures, together with flip and crop",
                hurts="objects smaller than the square",
                values="size 8 to 16 for 32x32",
                paper="DeVries & Taylor 2017, Improved regularization with cutout",
                dialect="the square's centre lies in the picture, its edges may not",
            ),
        ),
        "erase": AugmentRow(
            images.erase,
            ("image",),
            Card(
                does="blanks a box of random area and aspect inside the picture",
                formula="area uniform in smallest .. largest, log(height / width) uniform",
                helps="natural pictures: objects that may be partly hidden",
                hurts="objects smaller than the box, whose label it hides",
                values="probability 0.5, area 0.02 .. 0.33 of the picture, aspect up to 3.3",
                paper="Zhong et al. 2020, Random erasing data augmentation, algorithm 1",
                dialect="fills with 0, the mean; a box that would not fit is drawn less oblong, "
                "not again, so that areas keep their distribution",
                torch="torchvision RandomErasing(scale, ratio), which draws a box anew",
            ),
        ),
        "colour_jitter": AugmentRow(
            images.colour_jitter,
            ("image",),
            Card(
                does="varies brightness, contrast, saturation and hue",
                formula="x + s(x - grey), turned about grey; x + c(x - mean); x + b; all uniform",
                helps="changing light and cameras",
                hurts="where colour is the label",
                values="0.1 .. 0.4, brightness in units of the preprocessed values; hue 0 .. 0.1 "
                "of the circle",
                paper="Howard 2013, Some improvements on deep CNN based image classification",
                dialect="for centred values: brightness adds, where torchvision's multiplies "
                "pixels; hue turns about the grey axis, keeping grey and chroma, not HSV's V and "
                "S; always in this order; never cut off at white",
                torch="torchvision ColorJitter",
            ),
        ),
        "affine": AugmentRow(
            images.affine,
            ("image",),
            Card(
                does="turns, slants, zooms and shifts pictures by bilinear sampling",
                formula="x[A^-1 (u - t)], A = zoom R(angle) [1 -tan(shear); 0 1]",
                helps="digits and letters; objects seen from varying places",
                hurts="large angles: a turned 6 is a 9",
                values="degrees 5 .. 15, scale 0.1, translate 0.1 (shares of the picture), shear "
                "0 .. 10 degrees",
                paper="Simard, Steinkraus & Platt 2003, section 2",
                dialect="zoom factor from 1/(1+scale) to 1+scale, uniform in its logarithm",
                torch="torchvision RandomAffine",
            ),
        ),
        "trivial": AugmentRow(
            images.trivial,
            ("image",),
            Card(
                does="changes each picture in one way of eight, with one number to choose",
                formula="one of: none, turn, zoom, shift, slant, brightness, contrast, saturation",
                helps="natural pictures, where nobody knows which augmentations are right",
                hurts="digits and letters at full strength; where colour is the label",
                values="strength 0.3 .. 1; say it twice for two changes, as RandAugment's N = 2",
                paper="Mueller & Hutter 2021 (TrivialAugment); Cubuk et al. 2020 (RandAugment)",
                dialect="the eight ways that mean something for centred values; at strength 1 up "
                "to 60 degrees, twice the size, half the picture, 45 degrees",
                torch="torchvision TrivialAugmentWide, RandAugment",
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
                formula="0 for t from a to a + share T, a uniform",
                helps="speech and sensors, where no short stretch should decide",
                hurts="tasks that hang on single moments, such as the adding problem",
                values="share 0.05 .. 0.2 of the sequence",
                paper="Park et al. 2019 (SpecAugment), section 2",
            ),
        ),
        "time_shift": AugmentRow(
            signals.time_shift,
            ("sequence",),
            Card(
                does="begins a sequence earlier or later",
                formula="x[t + s], s uniform in -share T .. share T; 0 enters",
                helps="events that may happen at any time",
                hurts="where the moment is the answer; networks that read only the last step",
                values="share 0.05 .. 0.2 of the sequence",
                paper="Piczak 2015, Environmental sound classification with CNNs: random delays",
            ),
        ),
        "time_warp": AugmentRow(
            signals.time_warp,
            ("sequence",),
            Card(
                does="lets time run faster before a random moment and slower after it",
                formula="x at a piecewise linear time that maps b to a; both ends stay",
                helps="speech, gestures, sensors: the same thing done at another pace",
                hurts="periodic signals whose frequency is the label; exact symbols, which it "
                "averages",
                values="share 0.05 .. 0.2 of the sequence",
                paper="Park et al. 2019 (SpecAugment), section 2; Um et al. 2017",
                dialect="linear between steps and on both sides, as SpecAugment's one-point warp",
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
        "swap_noise": AugmentRow(
            signals.swap_noise,
            ("vector",),
            Card(
                does="replaces values by those of other examples, column by column",
                formula="x[i, j] or, with probability share, x[k, j], k uniform in the batch",
                helps="tables of mixed columns: what enters is always a value of its column",
                hurts="tables where few columns carry the label",
                values="share 0.05 .. 0.2",
                paper="Yoon et al. 2020 (VIME), section 4.1",
                dialect="from the same batch, at test time from what is predicted beside it; as "
                "augmentation, not to be reconstructed",
            ),
        ),
    },
)
