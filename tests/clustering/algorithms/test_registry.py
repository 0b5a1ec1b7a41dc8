import pytest

from core.clustering.algorithms.registry import METHODS, find_method, method_title
from core.errors import ClusteringError


def test_every_method_is_found_by_its_own_name():
    assert [find_method(one.name) for one in METHODS] == list(METHODS)
    assert len({one.title for one in METHODS}) == len(METHODS)


def test_an_unknown_method_is_refused_with_the_list_and_keeps_its_name_in_old_runs():
    with pytest.raises(ClusteringError, match="kmeans, hdbscan, agglomerative"):
        find_method("optics")
    assert method_title("events") == "events"
