import shutil
import threading

import numpy as np
import pytest

from core import Query, SearchEngine
from core.index.base import AS_BUILT, SearchParameters
from core.index.spec import Recipe
from core.index.storage import load
from core.index_manager import exact
from core.index_manager import manager as keeping
from core.index_manager.builder import make
from core.index_manager.manager import IndexKeeper
from core.index_manager.search_settings import Settings
from core.stored import to_json
from tests.support.rows import fill, unit

GRAPH = Recipe("hnsw", "HNSW16", 80)
SETTINGS = Settings(SearchParameters(ef_search=64), SearchParameters(ef_search=200))


@pytest.fixture
def filled(shop):
    fill(shop, unit(400))
    return shop


def with_graph(collection, build=True):
    """Let a graph serve the collection."""
    record = collection.indexes.add(collection.space().id, to_json(GRAPH), to_json(SETTINGS), "{}")
    if build:
        make(collection, record)
    return collection.indexes.use(record.id)


def nearest(keeper, query, k=10, **more):
    return keeper.search(query[None], k, **more)


def test_without_an_index_search_is_exact(filled):
    found = nearest(IndexKeeper(filled, "tiny"), unit(400)[7])
    assert found.neighbours.ids[0, 0] == filled.ids()[7]
    assert (found.served.name, found.served.index_id, found.size) == ("exact", None, 400)


def test_an_empty_collection_has_nothing_to_find(shop):
    found = nearest(IndexKeeper(shop, "tiny"), unit(1)[0], k=3)
    assert found.neighbours.ids.tolist() == [[-1, -1, -1]]
    assert found.size == 0


def test_the_chosen_index_serves_with_the_parameters_of_the_kind(filled):
    record = with_graph(filled)
    keeper = IndexKeeper(filled, "tiny")
    image = nearest(keeper, unit(400)[7])
    assert image.neighbours.ids[0, 0] == filled.ids()[7]
    assert (image.served.said, image.served.index_id) == ("HNSW M=16, efSearch=64", record.id)
    assert image.served.parameters.ef_search == 64
    assert nearest(keeper, unit(400)[7], kind="text").served.parameters.ef_search == 200
    own = SearchParameters(ef_search=17)
    assert nearest(keeper, unit(400)[7], parameters=own).served.parameters is own


def test_choosing_another_index_is_noticed(filled):
    keeper = IndexKeeper(filled, "tiny")
    assert nearest(keeper, unit(1)[0]).served.index_id is None
    record = with_graph(filled)
    assert nearest(keeper, unit(1)[0]).served.index_id == record.id
    filled.indexes.set_settings(record.id, to_json(Settings(SearchParameters(ef_search=5))))
    assert nearest(keeper, unit(1)[0]).served.parameters.ef_search == 5
    filled.indexes.use_exact(filled.space().id)
    assert nearest(keeper, unit(1)[0]).served.name == "exact"


@pytest.mark.parametrize("graph", [False, True])
def test_what_is_added_and_deleted_later_is_taken_in(filled, graph):
    if graph:
        with_graph(filled)
    keeper = IndexKeeper(filled, "tiny")
    assert keeper.size == 400
    later = unit(30, seed=1)
    ids = fill(filled, later)
    assert nearest(keeper, later[3]).neighbours.ids[0, 0] == ids[3]
    filled.remove(ids[:10])
    filled.empty_bin()
    assert nearest(keeper, later[3]).neighbours.ids[0, 0] != ids[3]
    assert keeper.size == 420
    assert sorted(keeper._now.index.ids) == filled.ids()


def test_a_saved_index_catches_up_when_it_is_opened(filled):
    with_graph(filled)
    later = unit(30, seed=1)
    ids = fill(filled, later)
    first = filled.ids()[0]
    assert nearest(IndexKeeper(filled, "tiny"), later[3]).neighbours.ids[0, 0] == ids[3]
    filled.remove([first, ids[5]])
    filled.empty_bin()
    keeper = IndexKeeper(filled, "tiny")
    assert keeper.size == 428
    assert sorted(keeper._now.index.ids) == filled.ids()
    assert nearest(keeper, unit(400)[0]).neighbours.ids[0, 0] != first
    assert nearest(keeper, later[3]).neighbours.ids[0, 0] == ids[3]


def damaged(folder):
    largest = max(folder.iterdir(), key=lambda file: file.stat().st_size)
    largest.write_bytes(largest.read_bytes()[: largest.stat().st_size // 2])


@pytest.mark.parametrize("harm", [shutil.rmtree, damaged])
def test_lost_or_damaged_files_are_made_again_while_search_is_exact(filled, harm, monkeypatch):
    record = with_graph(filled)
    harm(filled.indexes.folder(record.id))
    go = threading.Event()

    def wait_then_make(*given):
        go.wait(30)
        make(*given)

    monkeypatch.setattr("core.index_manager.manager.make", wait_then_make)
    keeper = IndexKeeper(filled, "tiny")
    meanwhile = nearest(keeper, unit(400)[7])
    assert meanwhile.neighbours.ids[0, 0] == filled.ids()[7]
    assert meanwhile.served.index_id is None
    assert "being rebuilt" in meanwhile.served.note
    later = unit(5, seed=3)
    ids = fill(filled, later)
    assert nearest(keeper, later[0]).neighbours.ids[0, 0] == ids[0]
    go.set()
    keeper.wait()
    after = nearest(keeper, later[0])
    assert after.served.index_id == record.id
    assert after.served.note == ""
    assert after.neighbours.ids[0, 0] == ids[0]


def test_an_index_never_made_is_made(filled):
    with_graph(filled, build=False)
    keeper = IndexKeeper(filled, "tiny")
    assert nearest(keeper, unit(400)[7]).neighbours.ids[0, 0] == filled.ids()[7]
    keeper.wait()
    assert nearest(keeper, unit(400)[7]).served.name == "HNSW M=16"


def test_many_may_search_while_pictures_are_added(filled):
    with_graph(filled)
    keeper = IndexKeeper(filled, "tiny")
    wrong, stop = [], threading.Event()
    vectors, first = unit(400), filled.ids()

    def search():
        at = 0
        while not stop.is_set():
            at = (at + 37) % 400
            if nearest(keeper, vectors[at]).neighbours.ids[0, 0] != first[at]:
                wrong.append(at)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seed in range(1, 16):
        fill(filled, unit(20, seed=seed))
    stop.set()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    assert keeper.size == 700


def test_a_space_too_large_for_memory_stays_in_its_file(filled, monkeypatch):
    monkeypatch.setattr(exact, "IN_MEMORY_BYTES", 1000)
    keeper = IndexKeeper(filled, "tiny")
    assert nearest(keeper, unit(400)[7]).neighbours.ids[0, 0] == filled.ids()[7]
    ids = fill(filled, unit(3, seed=5))
    assert nearest(keeper, unit(3, seed=5)[2]).neighbours.ids[0, 0] == ids[2]
    assert keeper.size == 403


def test_hits_of_an_index_carry_exact_cosines_and_say_what_answered(filled):
    with_graph(filled)
    ids = filled.ids()
    result = SearchEngine(filled).search(Query(like=(ids[7],)), k=5)
    vectors = unit(400)
    assert result.served.name == "HNSW M=16"
    for hit in result:
        assert hit.score == pytest.approx(float(vectors[7] @ vectors[ids.index(hit.id)]), abs=1e-5)
    assert [h.score for h in result] == sorted((h.score for h in result), reverse=True)
    text = SearchEngine(filled).search(Query(text="red"), k=5)
    assert text.served.parameters.ef_search == 200
    assert (
        SearchEngine(filled).search(Query(text="red"), k=5, parameters=AS_BUILT).served.parameters == AS_BUILT
    )


def test_settings_survive_the_catalogue():
    assert Settings.from_json(to_json(SETTINGS)) == SETTINGS
    assert np.array_equal(SETTINGS.of("text").ef_search, 200)


def test_much_at_once_is_taken_in_while_searches_go_on(filled, monkeypatch):
    monkeypatch.setattr(keeping, "AT_ONCE", 50)
    monkeypatch.setattr(keeping, "_WORTH_SAVING", 100)
    record = with_graph(filled)
    keeper = IndexKeeper(filled, "tiny")
    assert keeper.size == 400
    later = unit(230, seed=1)
    ids = fill(filled, later)
    during = nearest(keeper, unit(400)[7])
    assert during.neighbours.ids[0, 0] == filled.ids()[7]
    assert during.served.index_id == record.id
    keeper.wait()
    assert nearest(keeper, later[229]).neighbours.ids[0, 0] == ids[229]
    assert nearest(keeper, later[0]).served.note == ""
    assert load(filled.indexes.folder(record.id)).size == 630


def test_what_was_taken_in_is_saved_once_it_is_worth_it(filled, monkeypatch):
    monkeypatch.setattr(keeping, "_WORTH_SAVING", 30)
    record = with_graph(filled)
    folder = filled.indexes.folder(record.id)
    keeper = IndexKeeper(filled, "tiny")
    for seed, saved in ((1, 400), (2, 440)):
        fill(filled, unit(20, seed=seed))
        assert keeper.size == 400 + 20 * seed
        keeper.wait()
        assert load(folder).size == saved


def test_a_mapped_index_is_read_into_memory_while_it_serves(filled):
    record = with_graph(filled)
    keeper = IndexKeeper(filled, "tiny")
    before = nearest(keeper, unit(400)[7]).neighbours.ids
    keeper.wait()
    assert load(filled.indexes.folder(record.id)).mapped
    assert not keeper._now.index.mapped
    assert np.array_equal(nearest(keeper, unit(400)[7]).neighbours.ids, before)
