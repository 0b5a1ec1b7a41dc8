"""Logistic regression with a Gaussian prior.

Newton's method on the posterior (Bishop, "Pattern Recognition and Machine Learning", 2006, section 4.3.3).
Unlike scikit-learn's it holds the weights near those of a model that is there already, each as strongly as is
asked.
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
    """The weights of the highest posterior: likelihood of `y`, and a Gaussian around `start`.

    Newton's method, with the step halved while it makes things worse.

    Args:
        design: ``(N, F)``.
        y: ``(N,)``, 0 or 1, or between for a label that is not certain.
        start: ``(F,)``, the mean of the prior.
        penalty: ``(F,)``, the precision of the prior, at least 0.
        counts: ``(N,)``, how many examples each row stands for; one each by default.
    """
    many = np.ones(len(y)) if counts is None else counts
    w = start.copy()
    value = _posterior(design, y, start, penalty, many, w)
    for _ in range(_ROUNDS):
        p = sigmoid(design @ w)
        slope = design.T @ (many * (y - p)) - penalty * (w - start)
        # The smallest curvature keeps a step finite where everything is told apart already.
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
