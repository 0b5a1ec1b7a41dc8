"""Multiple testing: p-values of several comparisons, adjusted for their number."""

import numpy as np

from .arrays import FloatArray, IntArray


def holm(p_values: FloatArray) -> FloatArray:
    """Adjust p-values so that the probability of *any* false positive among those below α is at most α.

    In ascending order, the i-th of M is multiplied by M − i + 1, and none is smaller than the one before it.
    Valid under any dependence between the comparisons. Holm, "A simple sequentially rejective multiple test
    procedure", Scandinavian Journal of Statistics 1979.

    Args:
        p_values: ``(M,)``, in ``[0, 1]``.

    Returns:
        ``(M,)``, in the order given, in ``[0, 1]``.

    Raises:
        ValueError: the shape is wrong or a value is not a probability.
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
