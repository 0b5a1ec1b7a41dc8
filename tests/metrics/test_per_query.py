import numpy as np
import pytest

from core.errors import MetricError
from core.metrics.per_query import PerQuery

VALUES = PerQuery(np.array([0.5, np.nan, 0.0, 1.0, 0.0]))


def test_a_query_without_a_value_is_in_no_mean():
    assert VALUES.mean == pytest.approx(1.5 / 4)
    assert (VALUES.counted, VALUES.skipped) == (4, 1)
    assert VALUES.kept.tolist() == [0.5, 0.0, 1.0, 0.0]


def test_the_worst_come_first_and_never_one_without_a_value():
    assert VALUES.worst(3).tolist() == [2, 4, 0]
    assert VALUES.worst(99).tolist() == [2, 4, 0, 3]


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_a_mean_of_nothing_is_refused_in_plain_words(values):
    with pytest.raises(MetricError, match="nothing to average"):
        _ = PerQuery(np.array(values)).mean
