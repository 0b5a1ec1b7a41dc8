"""The score model: the probability that two pictures are duplicates, from all evidence.

Logistic regression on standardised features. Its default weights were learned from copies of real photos
(`benchmarks/learn_duplicates.py`) and are stored beside this module as JSON. A refit on labels is regularised
towards them (a Gaussian prior around the default weights instead of around 0: Bishop, "Pattern Recognition
and Machine Learning", 2006, 4.5), so that ten labels change it a little and a thousand determine it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...stats.logistic import maximise, sigmoid
from ...stored import from_json
from ..evidence.transform_type import ceiling
from ..types import Evidence
from .features import FEATURES, features

FloatArray = NDArray[np.float64]

HELD = 4.0
"""Strength of the prior on each default weight, in equivalent examples."""
_LEAST, _MOST = 1e-4, 1 - 1e-4
"""Maximum probability of pairs without equal pixels."""


@dataclass(frozen=True)
class Judge:
    """Weights over `core.dedup.scoring.features.FEATURES`.

    Attributes:
        names: the features, in order.
        centres: by which they are centred.
        deviations: by which they are scaled, above 0.
        weights: of the standardised features.
        bias: log odds of a pair that is average in every feature.
        labels: number of labels of the refit; 0 for the default.
    """

    names: tuple[str, ...]
    centres: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    labels: int = 0

    def __post_init__(self) -> None:
        if not len(self.names) == len(self.centres) == len(self.deviations) == len(self.weights):
            raise ValueError("as many names as centres, deviations and weights expected")
        numbers = (*self.centres, *self.deviations, *self.weights, self.bias)
        if not np.isfinite(numbers).all() or min(self.deviations, default=1.0) <= 0:
            raise ValueError("finite numbers and deviations above 0 expected")

    def probabilities(self, pairs: Sequence[Evidence]) -> FloatArray:
        """Compute the probability that each pair is a duplicate, ``(N,)`` in ``[0, 1]``; 1 only for equal
        pixels.

        Never above the limit for its kind (`core.dedup.evidence.transform_type.ceiling`).
        """
        sure = np.array([pair.same_pixels for pair in pairs], bool)
        most = np.clip(np.array([ceiling(pair) for pair in pairs], np.float64), _LEAST, _MOST)
        return np.where(sure, 1.0, np.minimum(self.predict(features(pairs)), most))

    def predict(self, rows: FloatArray) -> FloatArray:
        """Compute the probabilities of pairs with features ``(N, F)``, whose pixels differ."""
        logits = self._standardised(rows) @ np.array(self.weights) + self.bias
        return np.clip(sigmoid(logits), _LEAST, _MOST)

    def refit(self, pairs: Sequence[Evidence], duplicate: NDArray[np.bool_], held: float = HELD) -> "Judge":
        """Refit on labelled pairs, regularised towards the current weights; without pairs it is unchanged.

        Args:
            pairs: the evidence in the labelled pairs.
            duplicate: ``(N,)`` bool, their labels.
            held: strength of the prior on each weight, in equivalent examples; above 0.

        Raises:
            ValueError: the shapes do not match, or `held` is not above 0.
        """
        told = [i for i, pair in enumerate(pairs) if not pair.same_pixels]
        return self.refit_rows(features([pairs[i] for i in told]), np.asarray(duplicate, bool)[told], held)

    def refit_rows(self, rows: FloatArray, duplicate: NDArray[np.bool_], held: float = HELD) -> "Judge":
        """Refit on features ``(N, F)``; see `refit`."""
        if rows.shape != (len(duplicate), len(self.names)) or held <= 0:
            raise ValueError(f"features of shape ({len(duplicate)}, {len(self.names)}) and held > 0 expected")
        if not len(rows):
            return self
        start = np.append(self.weights, self.bias)
        design = np.hstack([self._standardised(rows), np.ones((len(rows), 1))])
        # The prior on the bias is worth only one example: the share of duplicates is what differs most
        # between collections.
        penalty = np.array([held] * len(self.names) + [min(1.0, held)])
        w = maximise(design, duplicate.astype(np.float64), start, penalty)
        return Judge(
            self.names, self.centres, self.deviations, tuple(map(float, w[:-1])), float(w[-1]), len(rows)
        )

    def _standardised(self, rows: FloatArray) -> FloatArray:
        return np.asarray((rows - self.centres) / self.deviations, np.float64)


def read_judge(file: Path) -> Judge:
    """Read the judge that was stored in `file`.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds something else, or a judge by other features.
    """
    judge = from_json(Judge, file.read_bytes())
    if judge.names != FEATURES:
        raise ValueError("this judge of pairs looks at other features")
    return judge


@cache
def default_judge() -> Judge:
    """Load the default model."""
    return read_judge(Path(__file__).parent / "default_model.json")
