from tests.support.pictures import jpeg


def test_a_space_has_one_map_at_most(shop):
    shop.add_files([("a.jpg", jpeg(1))])
    space = shop.space().id
    assert shop.maps.record(space) is None
    first = shop.maps.put(space, "{}", "{}", b"first")
    second = shop.maps.put(space, '{"seed":1}', "{}", b"second")
    assert shop.maps.record(space) == second
    assert shop.maps.places(first.id) is None
    shop.maps.replace_places(second.id, b"more")
    assert shop.maps.places(second.id) == b"more"
    assert shop.maps.delete(space)
    assert not shop.maps.delete(space)
    assert shop.maps.record(space) is None
