"""A small learned judge of pairs: how probable is it that they belong together?

Logistic regression, fitted by iteratively reweighted least squares (McCullagh and Nelder, "Generalized
Linear Models", 1989) on standardised features with a ridge. It learns from a handful of pairs, ten numbers
describe all of it, and they are kept as JSON: nothing is unpickled.
"""

import json
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from ..stats.logistic import maximise, sigmoid

FloatArray = NDArray[np.float64]


class UnfitError(ValueError):
    """The examples cannot teach anything: none, all of one kind, or not numbers."""


@dataclass(frozen=True)
class PairClassifier:
    """Weights over named features of a pair.

    Attributes:
        names: what each feature is.
        means: of the examples, by which features are centred.
        deviations: of the examples, by which they are scaled.
        weights: of the standardised features.
        bias: log odds of a pair that is average in every feature.
        positives: examples that belong together, by which it was fitted.
        negatives: examples that do not.
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
        """Learn from judged pairs; the two kinds weigh alike, however many there are of each.

        Args:
            features: ``(N, F)``, finite.
            together: ``(N,)`` bool, whether each pair belongs together.
            names: of the F features.
            ridge: how strongly weights are held near 0, as if by so many examples; above 0, so that pairs
                which are told apart perfectly do not send them to infinity.

        Raises:
            UnfitError: there are no pairs of one of the two kinds, or a feature is not finite.
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
        """Probabilities in ``[0, 1]`` that pairs with features ``(N, F)`` belong together, ``(N,)``.

        The probability is that among as many pairs of the one kind as of the other; it orders candidates.
        """
        x = (np.asarray(features, np.float64) - self.means) / self.deviations
        return sigmoid(x @ np.asarray(self.weights) + self.bias)

    def to_json(self) -> str:
        """All of it, as one JSON object."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "PairClassifier":
        """What `to_json` wrote.

        Raises:
            ValueError: it is no such object.
        """
        try:
            given = json.loads(text)
            return cls(
                tuple(map(str, given["names"])),
                tuple(map(float, given["means"])),
                tuple(map(float, given["deviations"])),
                tuple(map(float, given["weights"])),
                float(given["bias"]),
                int(given["positives"]),
                int(given["negatives"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"no classifier of pairs: {error}") from error
