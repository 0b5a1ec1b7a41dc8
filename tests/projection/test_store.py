from core.projection.store import MapStore
from tests.support.pictures import jpeg


def test_a_space_has_one_map_at_most(shop):
    shop.add_files([("a.jpg", jpeg(1))])
    space = shop.space().id
    assert MapStore(shop.catalogue).record(space) is None
    first = MapStore(shop.catalogue).put(space, "{}", "{}", b"first")
    second = MapStore(shop.catalogue).put(space, '{"seed":1}', "{}", b"second")
    assert MapStore(shop.catalogue).record(space) == second
    assert MapStore(shop.catalogue).places(first.id) is None
    MapStore(shop.catalogue).replace_places(second.id, b"more")
    assert MapStore(shop.catalogue).places(second.id) == b"more"
    assert MapStore(shop.catalogue).delete(space)
    assert not MapStore(shop.catalogue).delete(space)
    assert MapStore(shop.catalogue).record(space) is None
