import numpy as np
import pytest

from core.collection.storage.packed import pack, unpack
from core.errors import CollectionError


def test_arrays_come_back_as_they_were():
    ids, places = np.array([3, 9]), np.array([[0.5, 1], [2, 3]], np.float32)
    back = unpack(pack(ids=ids, places=places), "the map")
    assert back["ids"].tolist() == [3, 9]
    assert back["places"].dtype == np.float32
    assert back["places"].tolist() == places.tolist()


@pytest.mark.parametrize("data", [b"", b"not an archive", pack(a=np.arange(50))[:60]])
def test_damage_is_a_sentence(data):
    with pytest.raises(CollectionError, match="the map is damaged; create it again"):
        unpack(data, "the map")


def test_objects_are_refused_on_the_way_in():
    with pytest.raises(ValueError, match="allow_pickle"):
        pack(a=np.array([object()]))
