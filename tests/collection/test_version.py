from core.clustering.store import ClusteringStore
from core.collection.storage.catalogue import AREAS
from tests.support.pictures import jpeg


def test_what_belongs_to_one_feature_changes_no_version_but_its_own(shop):
    shop.add_files([("a.jpg", jpeg(1)), ("b.jpg", jpeg(2))])
    before = {area: shop.version(area) for area in AREAS}
    plain, seen = shop.version(), shop.snapshot()
    run = ClusteringStore(shop.catalogue).add("by sight", shop.space().id, "{}", "{}", b"")
    ClusteringStore(shop.catalogue).set_name(run.id, 0, "mugs")
    assert shop.version("clusters") == before["clusters"] + 2
    assert (shop.version(), shop.snapshot()) == (plain, seen)
    assert {area: shop.version(area) for area in AREAS if area != "clusters"} == {
        area: before[area] for area in AREAS if area != "clusters"
    }
    assert shop.version(*AREAS) == plain + 2


def test_a_change_of_a_picture_changes_every_version(shop):
    shop.add_files([("a.jpg", jpeg(1)), ("b.jpg", jpeg(2))])
    before = {area: shop.version(area) for area in AREAS}
    shop.set_label([1], "mug")
    assert all(shop.version(area) == before[area] + 1 for area in AREAS)
    assert shop.snapshot().version == shop.version()
