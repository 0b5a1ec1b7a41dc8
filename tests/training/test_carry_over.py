from core.clustering.store import ClusteringStore
from core.dedup.store import PairStore
from core.index_manager.custom import build_index, recipe_of
from core.projection.store import MapStore
from core.training import store
from core.training.carry_over import carried_over
from tests.support.adapters import adapter_for, run_with
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder


def due(shop):
    return {one.key for one in carried_over(shop) if one.due}


def test_what_other_spaces_have_is_due_after_a_switch_and_is_there_again_after_rolling_back(shop):
    fill(shop, unit(300))
    assert carried_over(shop) == []  # one space: nothing to carry over
    shop.indexes.use(build_index(shop, recipe_of("IVF4,Flat")).id)
    MapStore(shop.catalogue).put(shop.space().id, "{}", "{}", b"")
    ClusteringStore(shop.catalogue).add("mine", shop.space().id, "{}", "{}", b"")
    PairStore(shop.catalogue).mark_compared(shop.space().id, [1, 2])
    for name in ("duplicates.json", "reranker.json"):
        shop.space_file(name).write_text("{}")
    found = store.accept(shop, store.keep(shop, run_with(adapter_for(TinyEncoder()))).id)
    assert due(shop) == {"index", "duplicates", "map", "clusters", "reranker"}
    assert all(one.command for one in carried_over(shop) if one.due)
    PairStore(shop.catalogue).mark_compared(shop.space().id, [1])
    assert "duplicates" in due(shop)  # compared, but the score has not learned here yet
    shop.space_file("duplicates.json").write_text("{}")
    MapStore(shop.catalogue).put(shop.space().id, "{}", "{}", b"")
    assert due(shop) == {"index", "clusters", "reranker"}
    shop.adapted.roll_back()
    assert due(shop) == {"index"}  # never proven there either
    shop.adapted.delete(found.id)
    assert not list(shop.root.glob("*-adapter-*"))


def test_a_collection_without_anything_to_lose(shop):
    fill(shop, unit(20))
    store.accept(shop, store.keep(shop, run_with(adapter_for(TinyEncoder()))).id)
    assert due(shop) == set()
