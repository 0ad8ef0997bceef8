"""The table of preprocessing methods: every row is fitted on the training split only."""

from __future__ import annotations

from trainlab.data.preprocess import columns, rotate, scale
from trainlab.data.preprocess.method import PreprocessRow
from trainlab.tables import Card, Table

__all__ = ["PREPROCESS"]

PREPROCESS = Table(
    "preprocess",
    {
        "standardize": PreprocessRow(
            scale.standardize,
            Card(
                does="gives each feature mean 0 and standard deviation 1 (z-score)",
                formula="(x - mean) / std, per feature; std of the population (1/n)",
                helps="features in different units; the default for tables and small images",
                hurts="features with extreme outliers: see robust",
                values="no options; a constant feature becomes 0",
                paper="LeCun, Bottou, Orr & Mueller 1998, Efficient BackProp, section 4.3",
                dialect="scikit-learn's StandardScaler",
            ),
        ),
        "min_max": PreprocessRow(
            scale.min_max,
            Card(
                does="maps each feature's range to low .. high",
                formula="low + (x - min) / (max - min) * (high - low)",
                helps="bounded features, such as pixels; sigmoid-like input ranges",
                hurts="one outlier squeezes all others together; test values may fall outside",
                values="low 0, high 1; or -1 and 1",
                paper="Han & Kamber 2000, Data mining, on transformation of data",
                dialect="scikit-learn's MinMaxScaler, without clipping",
            ),
        ),
        "robust": PreprocessRow(
            scale.robust,
            Card(
                does="subtracts the median and divides by the distance between two percentiles",
                formula="(x - median) / (upper percentile - lower percentile)",
                helps="tables with outliers",
                hurts="features that are mostly one value: their percentiles coincide",
                values="lower 25, upper 75 (percent)",
                paper="Huber 1981, Robust statistics",
                dialect="scikit-learn's RobustScaler",
            ),
        ),
        "mean_image": PreprocessRow(
            scale.mean_image,
            Card(
                does="subtracts the training split's mean picture, one mean per pixel",
                formula="x - mean[c, h, w]",
                helps="centred pictures of one size",
                hurts="pictures whose content moves: a mean per channel is enough",
                values="nothing to choose",
                paper="Krizhevsky, Sutskever & Hinton 2012 (AlexNet), section 2",
            ),
        ),
        "channel_mean": PreprocessRow(
            scale.channel_mean,
            Card(
                does="subtracts one mean per channel",
                formula="x - mean[c]",
                helps="natural pictures",
                hurts="where 0 says that nothing is there: masks, sparse pictures",
                values="nothing to choose",
                paper="Simonyan & Zisserman 2015 (VGG), section 2.1",
            ),
        ),
        "channel_standardize": PreprocessRow(
            scale.channel_standardize,
            Card(
                does="gives each channel mean 0 and standard deviation 1",
                formula="(x - mean[c]) / std[c], over examples and places",
                helps="pictures and sequences: all places share one scale; the default for images",
                hurts="channels whose scales tell something beside each other: flow, depth",
                values="no options; for vectors a channel is a feature",
                paper="He et al. 2016 (ResNet), as in its reference implementations",
                torch="torchvision.transforms.Normalize",
            ),
        ),
        "pca": PreprocessRow(
            rotate.pca,
            Card(
                does="rotates onto the principal axes and keeps the leading ones",
                formula="(x - mean) V_k; V the eigenvectors of the covariance",
                helps="many correlated features; fewer inputs with most of the variance",
                hurts="the label may live in a direction of small variance; the grid is lost",
                values="components 10 .. 100, or variance 0.95 .. 0.99",
                paper="Pearson 1901; Hotelling 1933",
                dialect="scikit-learn's PCA, signs included",
            ),
        ),
        "pca_whiten": PreprocessRow(
            rotate.pca_whiten,
            Card(
                does="rotates onto the principal axes and gives each variance 1",
                formula="(x - mean) V / sqrt(lambda + eps)",
                helps="badly conditioned inputs: the Hessian of a first layer becomes round",
                hurts="axes of tiny variance carry noise, which eps holds down",
                values="eps 1e-5; larger for noisy pictures",
                paper="LeCun, Bottou, Orr & Mueller 1998, section 4.3",
                dialect="scikit-learn's PCA(whiten=True) at eps = 0",
            ),
        ),
        "zca_whiten": PreprocessRow(
            rotate.zca_whiten,
            Card(
                does="ZCA whitening, by the symmetric matrix: pictures keep their looks",
                formula="(x - mean) V diag(1 / sqrt(lambda + eps)) V^T",
                helps="small pictures for convolutional networks",
                hurts="d x d matrix: 32x32 RGB needs 75 MB and a minute; not beyond",
                values="eps 1e-2 for pixels in 0 .. 1; smaller sharpens noise",
                paper="Bell & Sejnowski 1997; Krizhevsky 2009, appendix A",
            ),
        ),
        "l2_normalize": PreprocessRow(
            scale.l2_normalize,
            Card(
                does="gives each example length 1",
                formula="x / norm(x)",
                helps="where only the direction counts: counts of words, spectra",
                hurts="where the size itself tells; it cannot be undone",
                values="nothing to choose",
                paper="Salton, Wong & Yang 1975, A vector space model for automatic indexing",
                dialect="scikit-learn's Normalizer",
            ),
        ),
        "one_hot": PreprocessRow(
            columns.one_hot,
            Card(
                does="gives each category of the training split a column of 0 and 1",
                formula="x[c] = 1 where the category is c, else 0",
                helps="categories without order; done by itself for tables unless another is named",
                hurts="columns of thousands of categories",
                values="unknown: ignore (all 0) or error",
                paper="Suits 1957, Use of dummy variables in regression equations",
                dialect="scikit-learn's OneHotEncoder, words sorted",
            ),
        ),
        "ordinal": PreprocessRow(
            columns.ordinal,
            Card(
                does="numbers the categories of the training split in sorted order",
                formula="x = 0, 1, 2, ... in sorted order",
                helps="two categories, or an order that sorting gives",
                hurts="it invents an order where there is none",
                values="unknown: error or ignore (-1)",
                paper="Stevens 1946, On the theory of scales of measurement",
                dialect="scikit-learn's OrdinalEncoder",
            ),
        ),
        "impute": PreprocessRow(
            columns.impute,
            Card(
                does="fills missing and infinite values with a statistic of the training split",
                formula="x, or the statistic where x is missing or infinite",
                helps="tables with gaps; with `indicator` the gap itself becomes a feature",
                hurts="where being missing depends on the label and no indicator tells so",
                values="fill: median, mean, most_frequent or zero; indicator: true or false",
                paper="Rubin 1976 on when gaps may be ignored",
                dialect="scikit-learn's SimpleImputer; infinite counts as missing",
            ),
        ),
    },
)
