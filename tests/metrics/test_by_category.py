import numpy as np
import pytest

from core.errors import MetricError
from core.metrics.per_query import PerQuery

VALUES = PerQuery(np.array([1.0, 0.0, 0.5, 0.5, np.nan, np.nan]))
LABELS = ["hat", "shoe", "shoe", "shoe", "shoe", "scarf"]


def test_each_category_has_a_mean_of_its_own():
    hat, shoe, scarf = VALUES.by(LABELS).categories
    assert (hat.name, hat.mean, hat.counted, hat.skipped) == ("hat", 1.0, 1, 0)
    assert (shoe.mean, shoe.counted, shoe.skipped) == (pytest.approx(1 / 3), 3, 1)
    assert (scarf.mean, scarf.counted, scarf.skipped) == (None, 0, 1)


def test_queries_weigh_alike_in_micro_and_categories_in_macro():
    grouped = VALUES.by(np.array(LABELS))
    assert grouped.micro == pytest.approx(VALUES.mean) == pytest.approx(0.5)
    assert grouped.macro == pytest.approx((1 + 1 / 3) / 2)


def test_nothing_to_average_is_said_in_plain_words():
    nothing = PerQuery(np.array([np.nan])).by(["hat"])
    for mean in ("micro", "macro"):
        with pytest.raises(MetricError, match="label more pictures"):
            getattr(nothing, mean)


def test_one_label_a_query():
    with pytest.raises(ValueError, match="6 labels"):
        VALUES.by(["hat"])
