"""p-values of many comparisons at once, adjusted so that luck does not pass for a finding."""

import numpy as np

from .arrays import FloatArray, IntArray


def holm(p_values: FloatArray) -> FloatArray:
    """p-values adjusted so that the chance of *any* false finding among those below α is at most α.

    In rising order the i-th of M is multiplied by M − i + 1, and none is below the one before it. Holds
    whatever the dependence between comparisons. Holm, "A simple sequentially rejective multiple test
    procedure", Scandinavian Journal of Statistics 1979.

    Args:
        p_values: ``(M,)``, in ``[0, 1]``.

    Returns:
        ``(M,)``, in the order given, in ``[0, 1]``.

    Raises:
        ValueError: the shape does not fit or a value is no probability.
    """
    order = _rising(p_values)
    factors = np.arange(len(order), 0, -1)
    raised = np.maximum.accumulate(p_values[order] * factors)
    return _in_place(np.minimum(raised, 1.0), order)


def _rising(p_values: FloatArray) -> IntArray:
    if p_values.ndim != 1 or not np.all((p_values >= 0) & (p_values <= 1)):
        raise ValueError("p-values of shape (M,) in [0, 1] expected")
    return np.argsort(p_values, kind="stable")


def _in_place(adjusted: FloatArray, order: IntArray) -> FloatArray:
    back = np.empty(len(order))
    back[order] = adjusted
    return back
