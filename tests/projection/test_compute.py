import shutil

import numpy as np
import pytest

from core.collection.workspace import Workspace
from core.errors import ClusteringError
from core.jobs import Cancelled, Monitor
from core.projection import compute
from core.projection.store import MapStore
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register

GROUPS, EACH = 6, 15


def _groups(seed=0, each=EACH):
    rng = np.random.default_rng(seed)
    vectors = np.repeat(unit(GROUPS), each, axis=0) + 0.03 * rng.standard_normal((GROUPS * each, 48))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with a mapped collection, and its map. Not to be changed."""
    register(TinyEncoder())
    home = tmp_path_factory.mktemp("maps")
    shop = Workspace(home).create("shop", encoder="tiny")
    ids = fill(shop, _groups())
    return home, compute.make_map(shop, seed=3, copies=[[ids[0], ids[1]]])


@pytest.fixture
def mapped(made, tmp_path, tiny):
    """A copy of that collection that a test may change."""
    return Workspace(shutil.copytree(made[0], tmp_path / "copy")).open("shop")


def test_groups_stay_together_and_apart(made):
    found = made[1]
    assert len(found) == GROUPS * EACH
    assert np.abs(found.xy).max() == pytest.approx(1)
    middles = found.xy.reshape(GROUPS, EACH, 2).mean(axis=1)
    nearest = np.linalg.norm(found.xy[:, None] - middles, axis=2).argmin(axis=1)
    assert nearest.tolist() == np.repeat(range(GROUPS), EACH).tolist()
    assert found.measured.trustworthiness > 0.9
    assert found.measured.knn_preservation == pytest.approx(found.kept[1:].mean())
    assert (found.setup.method, found.setup.seed, found.setup.distinct) == ("umap", 3, GROUPS * EACH - 1)


def test_a_copy_lies_beside_its_original(made):
    assert 0 < np.linalg.norm(made[1].xy[0] - made[1].xy[1]) < 0.02


def test_it_comes_back_as_it_was(made, mapped):
    back, found = compute.load_map(mapped), made[1]
    assert (back.id, back.at, back.setup, back.measured) == (
        found.id,
        found.at,
        found.setup,
        found.measured,
    )
    for name in ("ids", "xy", "placed", "kept"):
        assert getattr(back, name).tolist() == getattr(found, name).tolist()


def test_the_same_seed_draws_the_same_map(made, mapped):
    again = compute.make_map(mapped, seed=3, copies=[made[1].ids[:2].tolist()])
    assert again.xy.tolist() == made[1].xy.tolist()
    assert again.id != made[1].id


def test_what_goes_into_the_bin_leaves_the_map_and_comes_back(mapped):
    ids = mapped.ids()
    mapped.remove(ids[:3])
    assert compute.load_map(mapped).ids.tolist() == ids[3:]
    mapped.restore(ids[:3])
    assert compute.load_map(mapped).ids.tolist() == ids


def test_new_pictures_join_their_group_and_the_others_stay(made, mapped):
    gone = mapped.ids()[5]
    mapped.remove([gone])
    new = fill(mapped, _groups(seed=1, each=2))
    before = compute.load_map(mapped)
    assert compute.unplaced(mapped, before).tolist() == new
    after = compute.place_new(mapped, before)
    assert after.ids.tolist() == mapped.ids()
    assert after.ids[after.placed].tolist() == new
    assert after.xy[~after.placed].tolist() == before.xy.tolist()
    middles = made[1].xy.reshape(GROUPS, EACH, 2).mean(axis=1)
    nearest = np.linalg.norm(after.xy[after.placed][:, None] - middles, axis=2).argmin(axis=1)
    assert nearest.tolist() == np.repeat(range(GROUPS), 2).tolist()
    assert 0 < after.placed_kept <= 1
    assert compute.load_map(mapped).xy.tolist() == after.xy.tolist()
    assert not len(compute.unplaced(mapped, after))
    mapped.restore([gone])
    back = compute.load_map(mapped)
    assert back.xy[back.ids == gone].tolist() == made[1].xy[made[1].ids == gone].tolist()


def test_with_nothing_new_the_map_stays(made, mapped):
    assert compute.place_new(mapped, compute.load_map(mapped)).xy.tolist() == made[1].xy.tolist()


def test_new_pictures_alone_have_nowhere_to_go(mapped):
    before = compute.load_map(mapped)
    mapped.remove(mapped.ids())
    fill(mapped, _groups(seed=1, each=2))
    with pytest.raises(ClusteringError, match="nothing says where"):
        compute.place_new(mapped, before)


def test_a_map_that_is_gone_takes_no_new_pictures(mapped):
    before = compute.load_map(mapped)
    MapStore(mapped.catalogue).delete(mapped.space().id)
    with pytest.raises(ClusteringError, match="deleted or drawn anew meanwhile"):
        compute.place_new(mapped, before)


@pytest.mark.parametrize("damage", ["places", "shapes", "setup"])
def test_damage_is_a_sentence(made, mapped, damage):
    from core.collection.storage.packed import pack

    space, id_ = mapped.space().id, made[1].id
    if damage == "places":
        MapStore(mapped.catalogue).replace_places(id_, b"not an archive")
    elif damage == "shapes":
        short = np.zeros(2)
        MapStore(mapped.catalogue).replace_places(
            id_, pack(ids=np.arange(3), xy=np.zeros((3, 2)), placed=short, kept=short)
        )
    else:
        MapStore(mapped.catalogue).put(space, "{}", "{}", MapStore(mapped.catalogue).places(id_))
    with pytest.raises(ClusteringError, match="stored map of “shop” is damaged; draw it again"):
        compute.load_map(mapped)


@pytest.mark.parametrize("count", [2, 3, 5, 7])
def test_a_handful_lies_along_the_main_axes(shop, count):
    fill(shop, unit(count))
    found = compute.make_map(shop)
    assert found.setup.method == "pca"
    assert len(np.unique(found.xy, axis=0)) == count
    assert np.abs(found.xy).max() == pytest.approx(1)
    assert (found.measured.trustworthiness is None) == (count < 3)


@pytest.mark.parametrize("count", [8, 20])
def test_few_pictures_have_a_map(shop, count):
    fill(shop, unit(count))
    found = compute.make_map(shop)
    assert found.setup.method == "umap"
    assert np.isfinite(found.xy).all()
    assert len(np.unique(found.xy, axis=0)) == count


@pytest.mark.parametrize(
    ("vectors", "says"),
    [
        (unit(0), "holds no pictures"),
        (unit(1), "holds a single picture"),
        (np.repeat(unit(1), 12, axis=0), "All 12 pictures of “shop” show the same"),
    ],
)
def test_too_little_for_a_map_is_a_sentence(shop, vectors, says):
    if len(vectors):
        fill(shop, vectors)
    with pytest.raises(ClusteringError, match=says):
        compute.make_map(shop)
    assert compute.load_map(shop) is None


def test_a_stopped_drawing_leaves_the_map_that_there_was(made, mapped):
    class Impatient(Monitor):
        def say(self, note):
            super().say(note)
            if note == "Finding neighbours":
                self.cancel()

    with pytest.raises(Cancelled):
        compute.make_map(mapped, seed=9, monitor=Impatient())
    assert compute.load_map(mapped).setup.seed == 3
