"""Against the real server on loopback and against Milvus Lite: search, filters, every way to be cut off."""

import os
import subprocess
import sys
import time
from itertools import count

import numpy as np
import pytest

from core.errors import ForeignIndexError, IndexingError, RemoteIndexError
from core.index.base import SearchParameters
from core.index.flat import FlatIndex
from core.index.milvus.connect import connect
from core.index.milvus.index import MilvusIndex
from core.index.milvus.sync import reconcile, wait_for_index
from core.jobs import Cancelled, Monitor
from tests.support import milvus_process

CI = os.environ.get("CI") == "true"
DIM = 32
SPACE = "shop/fingerprint"
_names = (f"test_{number}" for number in count())


@pytest.fixture(scope="module")
def server(milvus):
    """The real server, one for all tests."""
    return milvus


@pytest.fixture(params=["server", "lite"])
def uri(request, tmp_path):
    """Where Milvus is, both kinds in turn."""
    if request.param == "server":
        return request.getfixturevalue("server").uri
    return str(tmp_path / "vectors.db")


@pytest.fixture
def name():
    """A collection that no other test uses."""
    return next(_names)


@pytest.fixture
def opened():
    """`connect` for collections of this module, exact ones if nothing else is said; closed at the end."""
    indexes = []

    def open_(uri, name, **settings):
        settings = {"dim": DIM, "space": SPACE, "family": "flat", "timeout_s": 30} | settings
        indexes.append(connect(uri, collection=name, **settings))
        return indexes[-1]

    yield open_
    for index in indexes:
        index.close()


@pytest.fixture(scope="module")
def vectors():
    """3,000 unit vectors in ten tight clusters, 300 in a row each."""
    rng = np.random.default_rng(7)
    centres = rng.standard_normal((10, DIM))
    found = np.repeat(centres, 300, axis=0) + 0.3 * rng.standard_normal((3000, DIM))
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def exactly(vectors, ids=None):
    index = FlatIndex(DIM)
    index.add(np.arange(len(vectors)) if ids is None else ids, vectors)
    return index


def same(found, expected):
    assert found.ids.tolist() == expected.ids.tolist()
    there = expected.ids >= 0
    assert found.scores[there] == pytest.approx(expected.scores[there], abs=1e-5)
    assert np.isneginf(found.scores[~there]).all()


def eventually(work, within_s=90):
    """`work` again and again until the server has recovered."""
    give_up = time.monotonic() + within_s
    while True:
        try:
            return work()
        except RemoteIndexError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.5)


def test_the_same_as_exact_search_with_any_filter(uri, name, opened, vectors):
    index = opened(uri, name)
    index.add(np.arange(3000), vectors)
    exact = exactly(vectors)
    rng = np.random.default_rng(1)
    queries = vectors[::100]
    far_away = np.arange(1500, 3000)  # over half of all, and none of them near the first queries
    for allowed in [
        None,
        rng.choice(3000, 40, replace=False),
        rng.choice(3000, 1800, replace=False),
        far_away,
        np.array([7, 2999, 5_000_000]),
        np.array([5_000_000]),
        np.array([], np.int64),
    ]:
        same(index.search(queries, 10, allowed), exact.search(queries, 10, allowed))
    everything = index.search(queries[:2], 3100)
    assert everything.ids.shape == (2, 3100)
    assert (everything.ids[:, :10] == exact.search(queries[:2], 10).ids).all()
    assert ((everything.ids < 0) == np.isneginf(everything.scores)).all()
    assert (everything.ids[:, 3000:] == -1).all()
    assert index.search(queries[:0], 5).ids.shape == (0, 5)
    assert index.size == 3000
    assert index.ids.tolist() == list(range(3000))
    assert index.dim == DIM


def test_what_is_removed_is_not_found_again_and_what_is_sent_again_replaces(uri, name, opened, vectors):
    index = opened(uri, name)
    index.add(np.arange(100), vectors[:100])
    assert len(index.ids) == 100
    index.remove(np.array([3, 4, 77_777]))
    assert not np.isin(index.search(vectors[3:5], 50).ids, [3, 4]).any()
    assert index.size == index.count() == len(index.ids) == 98
    index.add(np.array([3, 5]), vectors[[5, 3]])
    assert index.search(vectors[[3, 5]], 1).ids.tolist() == [[5], [3]]
    kept = [i for i in range(100) if i != 4]
    assert index.ids.tolist() == kept
    another = opened(uri, name)
    assert another.size == another.count() == 99
    assert another.ids.tolist() == kept
    assert another.search(vectors[9:10], 1).ids.tolist() == [[9]]
    another.drop()
    assert opened(uri, name).size == 0


def test_what_makes_no_sense_is_refused(tmp_path, name, opened, vectors):
    index = opened(str(tmp_path / "vectors.db"), name)
    with pytest.raises(IndexingError, match="k ≥ 1"):
        index.search(vectors[:1], 0)
    with pytest.raises(IndexingError, match="length 32"):
        index.search(np.ones((1, DIM + 1), np.float32), 1)
    with pytest.raises(IndexingError, match="Vector 1"):
        index.add(np.arange(2), np.array([np.ones(DIM), np.full(DIM, np.nan)], np.float32))
    with pytest.raises(RemoteIndexError, match="at most 16,384 hits at once, not 20,000"):
        index.search(vectors[:1], 20_000)
    assert index.count() == 0


def test_what_belongs_to_somebody_else_is_refused_and_left_alone(uri, name, opened, vectors):
    index = opened(uri, name)
    index.add(np.arange(5), vectors[:5])
    with pytest.raises(ForeignIndexError, match="vectors of another collection or encoder"):
        opened(uri, name, space="shop/another fingerprint")
    with pytest.raises(ForeignIndexError, match="another length than 16"):
        opened(uri, name, dim=16)
    strange = f"{name}_strange"
    index._link.call("test", lambda c: c.create_collection(strange, dimension=DIM, timeout=30))
    with pytest.raises(ForeignIndexError, match="was not made by Lookalike"):
        opened(uri, strange)
    assert index.count() == 5


def test_a_collection_whose_making_was_cut_off_is_finished(uri, name, opened, vectors, monkeypatch):
    def cut(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("core.index.milvus.connect._made_ready", cut)
        with pytest.raises(KeyboardInterrupt):
            opened(uri, name)
    index = opened(uri, name)
    index.add(np.arange(20), vectors[:20])
    assert index.search(vectors[5:6], 1).ids.tolist() == [[5]]


@pytest.mark.parametrize(
    ("family", "kind", "narrow", "broad"),
    [
        ("ivf", "IVF_FLAT", SearchParameters(nprobe=1), SearchParameters(nprobe=1024)),
        ("hnsw", "HNSW", SearchParameters(ef_search=1), SearchParameters(ef_search=1000)),
    ],
)
def test_search_parameters_reach_the_index(tmp_path, name, opened, family, kind, narrow, broad):
    noise = np.random.default_rng(2).standard_normal((5000, DIM)).astype(np.float32)
    queries = noise[:200] + 0.5 * noise[200:400]
    index = opened(str(tmp_path / "vectors.db"), name, family=family)
    index.add(np.arange(5000), noise)
    best = exactly(noise).search(queries, 1).ids
    give_up = time.monotonic() + 60
    # Until the server has built its index, it compares with every vector.
    while (index.search(queries, 1, None, narrow).ids == best).mean() > 0.9:
        assert time.monotonic() < give_up
        time.sleep(0.2)
    assert index.kind == kind
    assert (index.search(queries, 1, None, broad).ids == best).mean() > 0.99


def test_reconciling_brings_exactly_what_the_catalogue_has(uri, name, opened, vectors):
    index = opened(uri, name)
    first = reconcile(index, np.arange(500), lambda ids: vectors[ids])
    assert (first.added, first.removed) == (500, 0)
    again = reconcile(index, np.arange(500), lambda ids: vectors[ids])
    assert (again.added, again.removed) == (0, 0)
    wanted = np.arange(600, 99, -1)
    moved = reconcile(index, wanted, lambda ids: vectors[ids])
    assert (moved.added, moved.removed) == (101, 100)
    assert index.ids.tolist() == list(range(100, 601))
    same(index.search(vectors[::300], 9), exactly(vectors[wanted], wanted).search(vectors[::300], 9))
    emptied = reconcile(index, np.array([], np.int64), lambda ids: vectors[ids])
    assert (emptied.removed, index.count()) == (501, 0)


def test_reconciling_can_be_cancelled_and_run_again(tmp_path, name, opened, vectors, monkeypatch):
    monkeypatch.setattr(MilvusIndex, "block", 100)
    index = opened(str(tmp_path / "vectors.db"), name)

    class Impatient(Monitor):
        def advance(self, n=1):
            super().advance(n)
            if self.snapshot().done >= 300:
                self.cancel()

    with pytest.raises(Cancelled):
        reconcile(index, np.arange(1000), lambda ids: vectors[ids], Impatient())
    assert index.count() == 300
    monitor = Monitor()
    assert reconcile(index, np.arange(1000), lambda ids: vectors[ids], monitor).added == 700
    assert monitor.snapshot().fraction == 1.0
    assert index.count() == 1000


def test_a_loader_killed_halfway_is_made_good(uri, name, opened, vectors, tmp_path):
    np.save(tmp_path / "vectors.npy", vectors)
    loader = subprocess.Popen(
        [sys.executable, milvus_process.__file__, uri, name, SPACE, tmp_path / "vectors.npy"],
        stdout=subprocess.PIPE,
        text=True,
    )
    with loader:
        for line in loader.stdout:
            if int(line) >= 700:
                break
        loader.kill()
    index = opened(uri, name)
    made_good = reconcile(index, np.arange(3000), lambda ids: vectors[ids])
    assert 0 < made_good.added <= 2300
    assert index.count() == 3000
    same(index.search(vectors[::100], 10), exactly(vectors).search(vectors[::100], 10))


def test_waiting_for_the_servers_own_index(server, name, opened, vectors):
    index = opened(server.uri, name, family=None)
    index.send(np.arange(3000), vectors)
    assert index.rows_without_index() == 3000
    index.settle()
    asked = Monitor()
    wait_for_index(index, asked)
    assert asked.snapshot().note.startswith("Milvus is building its index")
    assert index.kind == "HNSW"
    found, best = index.search(vectors[::30], 10).ids, exactly(vectors).search(vectors[::30], 10).ids
    assert np.mean([np.isin(b, f).mean() for b, f in zip(best, found, strict=True)]) > 0.95
    stopped = Monitor()
    stopped.cancel()
    index.send(np.arange(3000, 5000), vectors[:2000])
    with pytest.raises(Cancelled):
        wait_for_index(index, stopped)


def test_rows_that_came_twice_are_made_one(server, name, opened, vectors):
    index = opened(server.uri, name)
    index.add(np.arange(100), vectors[:100])
    # What a message of a lost client can do that arrives after the next load.
    rows = [{"id": i, "vector": vectors[i]} for i in range(10)]
    index._link.call("test", lambda c: c.insert(name, rows, timeout=30))
    assert index.count() == 110
    reconcile(index, np.arange(100), lambda ids: vectors[ids])
    assert index.count() == 100
    assert (
        index.search(vectors[:1], 20).ids.tolist()
        == exactly(vectors[:100]).search(vectors[:1], 20).ids.tolist()
    )


def test_a_frozen_server_holds_nobody_up_and_serves_when_it_thaws(server, name, opened, vectors):
    opened(server.uri, name).add(np.arange(10), vectors[:10])
    index = eventually(lambda: opened(server.uri, name, timeout_s=1))
    server.freeze()
    try:
        with pytest.raises(RemoteIndexError, match=r"did not answer within 1 s while searching"):
            index.search(vectors[:1], 1)
        with pytest.raises(RemoteIndexError, match=r"did not answer within 1 s while connecting"):
            opened(server.uri, name, timeout_s=1)
    finally:
        server.thaw()
    assert eventually(lambda: index.search(vectors[:1], 1)).ids.tolist() == [[0]]


def test_a_server_killed_before_it_wrote_anything_out_is_made_good(server, name, opened, vectors):
    index = opened(server.uri, name, timeout_s=10)
    index.add(np.arange(2000), vectors[:2000])
    index.remove(np.arange(50))
    server.kill()
    with pytest.raises(RemoteIndexError, match="No Milvus server answers at"):
        index.search(vectors[:1], 1)
    with pytest.raises(RemoteIndexError, match="No Milvus server answers at"):
        index.add(np.arange(2000, 2010), vectors[2000:2010])
    with pytest.raises(RemoteIndexError, match="No Milvus server answers at"):
        opened(server.uri, name)
    server.start()
    made_good = eventually(lambda: reconcile(index, np.arange(100, 2010), lambda ids: vectors[ids]))
    assert made_good.added >= 10
    assert index.ids.tolist() == list(range(100, 2010))
    expected = exactly(vectors[100:2010], np.arange(100, 2010))
    same(index.search(vectors[::100], 10), expected.search(vectors[::100], 10))
    anew = eventually(lambda: opened(server.uri, name))
    assert anew.count() == 1910
