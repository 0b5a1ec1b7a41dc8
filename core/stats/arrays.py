"""The array types that metrics take and return."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
ScoreArray = NDArray[np.floating[Any]]
GainArray = NDArray[np.bool_] | NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int64]
Labels = Sequence[Hashable] | NDArray[Any]
