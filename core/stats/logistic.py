"""Logistic regression with a Gaussian prior.

Newton's method on the posterior (Bishop, "Pattern Recognition and Machine Learning", 2006, section 4.3.3).
Unlike scikit-learn's, it pulls each weight towards that of an existing model, with a strength of its own.
"""

import numpy as np

from .arrays import FloatArray

_ROUNDS = 100
_SETTLED = 1e-8


def maximise(
    design: FloatArray,
    y: FloatArray,
    start: FloatArray,
    penalty: FloatArray,
    counts: FloatArray | None = None,
) -> FloatArray:
    """Maximise the posterior of the weights: the likelihood of `y` and a Gaussian prior around `start`.

    Newton's method; the step is halved while it lowers the posterior.

    Args:
        design: ``(N, F)``.
        y: ``(N,)``, 0 or 1, or a value between them for an uncertain label.
        start: ``(F,)``, the mean of the prior.
        penalty: ``(F,)``, the precision of the prior, at least 0.
        counts: ``(N,)``, number of examples that each row represents; 1 by default.
    """
    many = np.ones(len(y)) if counts is None else counts
    w = start.copy()
    value = _posterior(design, y, start, penalty, many, w)
    for _ in range(_ROUNDS):
        p = sigmoid(design @ w)
        slope = design.T @ (many * (y - p)) - penalty * (w - start)
        # A minimum curvature keeps the step finite where the classes are already separated.
        curve = design.T @ (design * np.maximum(many * p * (1 - p), 1e-9)[:, None]) + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        for _ in range(30):
            moved = _posterior(design, y, start, penalty, many, w + step)
            if moved >= value:
                break
            step = step / 2
        else:
            break
        w, value = w + step, moved
        if np.abs(step).max() < _SETTLED:
            break
    return w


def _posterior(
    design: FloatArray,
    y: FloatArray,
    start: FloatArray,
    penalty: FloatArray,
    many: FloatArray,
    w: FloatArray,
) -> float:
    logits = design @ w
    likelihood = many * (y * logits - np.logaddexp(0.0, logits))
    return float(likelihood.sum() - 0.5 * (penalty * (w - start) ** 2).sum())


def sigmoid(x: FloatArray) -> FloatArray:
    """The logistic function of each value, in ``[0, 1]``."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -500, 500))), np.float64)
