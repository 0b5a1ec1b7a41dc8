"""A logistic classifier of pairs: the probability that two pictures belong together.

Logistic regression, fitted by iteratively reweighted least squares (McCullagh and Nelder, "Generalized
Linear Models", 1989) on standardised features with a ridge. It learns from a handful of pairs, and its ten
numbers are stored as JSON: nothing is unpickled.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..stats.logistic import maximise, sigmoid

FloatArray = NDArray[np.float64]


class UnfitError(ValueError):
    """The examples cannot be learned from: there are none, all are of one class, or a value is not a
    number.
    """


@dataclass(frozen=True)
class PairClassifier:
    """Weights over named features of a pair.

    Attributes:
        names: of the features.
        means: of the examples, by which features are centred.
        deviations: of the examples, by which they are scaled.
        weights: of the standardised features.
        bias: log odds of a pair that is average in every feature.
        positives: number of training pairs that belong together.
        negatives: number of training pairs that do not.
    """

    names: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    positives: int
    negatives: int

    def __post_init__(self) -> None:
        numbers = (*self.means, *self.deviations, *self.weights, self.bias)
        if not len(self.names) == len(self.means) == len(self.deviations) == len(self.weights):
            raise ValueError("as many names as means, deviations and weights expected")
        if not np.isfinite(numbers).all() or min(self.deviations, default=1.0) <= 0:
            raise ValueError("finite numbers and deviations above 0 expected")

    @classmethod
    def fit(
        cls, features: FloatArray, together: NDArray[np.bool_], names: tuple[str, ...], ridge: float = 1.0
    ) -> "PairClassifier":
        """Fit to labeled pairs; both classes have the same total weight, whatever their sizes.

        Args:
            features: ``(N, F)``, finite.
            together: ``(N,)`` bool, whether each pair belongs together.
            names: of the F features.
            ridge: strength of the pull of the weights towards 0, in equivalent examples; above 0, so that
                weights stay finite when the classes are perfectly separable.

        Raises:
            UnfitError: one of the two classes has no pairs, or a feature is not finite.
            ValueError: the shapes do not fit or `ridge` is not above 0.
        """
        x, y = np.asarray(features, np.float64), np.asarray(together, bool)
        if x.ndim != 2 or x.shape != (len(y), len(names)) or ridge <= 0:
            raise ValueError(f"features of shape ({len(y)}, {len(names)}) and ridge > 0 expected")
        positives, negatives = int(y.sum()), int((~y).sum())
        if not positives or not negatives:
            raise UnfitError("To learn, there must be pairs that belong together and pairs that do not.")
        if not np.isfinite(x).all():
            raise UnfitError("A feature of a pair is not a number.")
        means, deviations = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
        design = np.hstack([(x - means) / deviations, np.ones((len(x), 1))])
        balance = np.where(y, len(y) / (2 * positives), len(y) / (2 * negatives))
        penalty = np.array([ridge] * len(names) + [0.0])
        w = maximise(design, y.astype(np.float64), np.zeros(len(names) + 1), penalty, balance)
        return cls(
            names,
            tuple(map(float, means)),
            tuple(map(float, deviations)),
            tuple(map(float, w[:-1])),
            float(w[-1]),
            positives,
            negatives,
        )

    def predict(self, features: FloatArray) -> FloatArray:
        """Predict the probabilities in ``[0, 1]`` that pairs with features ``(N, F)`` belong together,
        ``(N,)``.

        They assume balanced classes, and serve to order candidates.
        """
        x = (np.asarray(features, np.float64) - self.means) / self.deviations
        return sigmoid(x @ np.asarray(self.weights) + self.bias)
