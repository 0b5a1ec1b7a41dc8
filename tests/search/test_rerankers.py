from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from core import Query, SearchEngine, Workspace
from core.collection.storage.feature_cache import FeatureCache
from core.errors import CollectionError, ImageError, QueryError
from core.search import local_match
from core.search.local_match import FirstOrder, look_again
from core.search.query import Region
from core.search.rerankers import SecondOrder, find_reranker, rerankers
from core.search.slots import Slots
from tests.support.pictures import jpeg
from tests.support.scenes import png, scene
from tests.support.tiny import TinyEncoder, register


@pytest.fixture
def scenes(shop):
    """Scenes whose mean colours, all that the tiny encoder sees, are much alike."""
    shop.add_files(
        [(f"scene-{seed}.png", png(scene(seed, (320, 240)))) for seed in range(6)]
        + [(f"flat-{c}.png", jpeg(colour=(c, c, c))) for c in (90, 120, 150)]
    )
    return shop


def names(result):
    return [hit.name.removesuffix(".png") for hit in result]


def id_of(shop, name):
    return next(p.id for p in shop.page() if p.name == f"{name}.png")


# Upside down, so that the tiny encoder's grid of colours does not know it again.
PART = scene(4, (320, 240)).crop((60, 40, 240, 200)).transpose(Image.Transpose.ROTATE_180)


def test_the_picture_that_a_part_was_cut_from_comes_first(scenes):
    engine = SearchEngine(scenes)
    first = engine.search(Query(image=png(PART)), 9)
    result = engine.search(Query(image=png(PART)), 9, rerank="local")
    assert names(first)[0] != "scene-4"
    assert names(result)[0] == "scene-4"
    # The others keep their order, and each hit knows where it stood.
    assert names(result)[1:] == [name for name in names(first) if name != "scene-4"]
    assert [names(first)[hit.first_rank - 1] for hit in result] == names(result)
    assert [hit.rank for hit in result] == list(range(1, 10))
    assert (result.reranked, result.note) == ("local", "")
    assert result.timings.rerank_ms > 0
    assert (first.reranked, first.timings.rerank_ms < result.timings.rerank_ms) == ("", True)
    assert all(hit.first_rank is None and hit.evidence.local is None for hit in first)


def test_the_evidence_can_be_drawn(scenes):
    hit = SearchEngine(scenes).search(Query(image=png(PART)), 1, rerank="local")[0]
    local = hit.evidence.local
    assert local.decisive
    assert local.inliers == len(local.lines) >= 8
    assert local.inliers <= local.matches
    assert local.overlap_query == pytest.approx(1, abs=0.05)
    assert local.overlap_hit == pytest.approx(180 * 160 / (320 * 240), abs=0.05)
    for ax, ay, bx, by in local.lines:  # the part ends at (240, 200) of 320 x 240
        assert bx == pytest.approx((240 - ax * 180) / 320, abs=0.03)
        assert by == pytest.approx((200 - ay * 160) / 240, abs=0.03)


def test_mirrored_copies_are_found_too(scenes):
    result = SearchEngine(scenes).search(Query(image=png(ImageOps.mirror(PART))), 1, rerank="local")
    assert names(result) == ["scene-4"]
    assert result[0].evidence.local.mirrored


def test_a_region_and_a_picture_of_the_collection_can_be_looked_for(scenes):
    engine = SearchEngine(scenes)
    region = Region(0.2, 0.2, 0.8, 0.8)
    whole = png(scene(2, (320, 240)))
    assert names(engine.search(Query(image=whole, region=region), 1, rerank="local")) == ["scene-2"]
    own = Query(like=(id_of(scenes, "scene-2"),), region=region)
    assert names(engine.search(own, 1, rerank="local")) == ["scene-2"]
    scenes.add_files([("part.png", png(PART))])
    like = engine.search(Query(like=(id_of(scenes, "part"),)), 3, rerank="local")
    assert names(like)[0] == "scene-4"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (Query(text="red"), "for words the order was kept"),
        (Query(like=("red",)), "for words the order was kept"),
        (Query(text="red", image=png(PART)), "one picture and nothing else"),
        (Query(image=png(PART), unlike=("red",)), "one picture and nothing else"),
        (Query(like=(1, 2)), "one picture and nothing else"),
        (Query(like=(1, "blue")), "one picture and nothing else"),
        (Query(image=jpeg(colour=(100, 100, 100))), "no details to compare"),
    ],
)
def test_where_local_features_do_not_apply_the_first_order_stands_and_says_why(scenes, query, words):
    engine = SearchEngine(scenes)
    result = engine.search(query, 9, rerank="local")
    assert names(result) == names(engine.search(query, 9))
    assert words in result.note
    assert all(hit.evidence.local is None for hit in result)


def test_lost_originals_are_passed_over(shop, tmp_path):
    (tmp_path / "in").mkdir()
    for seed in range(4):
        scene(seed, (320, 240)).save(tmp_path / "in" / f"{seed}.png")
    shop.add_folder(tmp_path / "in")
    (tmp_path / "in" / "0.png").unlink()
    engine = SearchEngine(shop)
    result = engine.search(Query(image=png(scene(3, (320, 240)).crop((20, 20, 200, 200)))), 4, rerank="local")
    assert result[0].name.endswith("3.png")
    assert "1 picture could not be compared" in result.note
    gone = next(p.id for p in shop.page() if p.name.endswith("0.png"))
    with pytest.raises(CollectionError, match="is gone"):
        engine.search(Query(like=(gone,)), 4, rerank="local")


def test_only_the_first_are_looked_at_again(scenes):
    engine = SearchEngine(scenes)
    query = Query(image=png(PART))
    first = names(engine.search(query, 9))
    place = first.index("scene-4")
    assert names(engine.search(query, 9, rerank="local", depth=place)) == first
    assert names(engine.search(query, 2, rerank="local", depth=place + 1))[0] == "scene-4"


@pytest.mark.parametrize("name", ["k-reciprocal", "expansion", "diverse"])
def test_the_other_orders_hold_the_same_pictures(scenes, name):
    engine = SearchEngine(scenes)
    for query in (Query(image=png(PART)), Query(text="red"), Query(text="red", unlike=("blue",))):
        result = engine.search(query, 9, rerank=name)
        assert sorted(names(result)) == sorted(names(engine.search(query, 9)))
        assert sorted(hit.first_rank for hit in result) == list(range(1, 10))


def test_another_encoder_gives_a_second_opinion(scenes):
    class Opposite(TinyEncoder):
        """Sees light as dark, so that its neighbours are the same but its vectors are not."""

        def prepare(self, image):
            return -super().prepare(image)[:, ::-1]

    register(Opposite("opposite"))
    engine = SearchEngine(scenes)
    query = Query(image=png(PART))
    with pytest.raises(QueryError, match="not embedded with opposite yet"):
        engine.search(query, 3, rerank="encoder:opposite")
    assert [r.name for r in rerankers(scenes)] == ["local", "k-reciprocal", "expansion", "diverse"]
    scenes.add_space("opposite")
    assert rerankers(scenes)[-1].name == "encoder:opposite"
    second = engine.search(query, 9, rerank="encoder:opposite")
    alone = SearchEngine(scenes, "opposite").search(query, 9)
    drawn = [name for name in names(second) if name.startswith("scene")]  # the flat ones tie
    assert drawn == [name for name in names(alone) if name.startswith("scene")]
    scenes.add_files([("late.png", png(scene(9)))])
    with pytest.raises(QueryError, match="once more"):
        engine.search(query, 3, rerank="encoder:opposite")


def test_a_reranker_of_ones_own(scenes):
    @dataclass(frozen=True)
    class Backwards:
        name: str = "backwards"

        def rerank(self, first):
            assert len(first.ids) == len(first.scores) == 4
            return SecondOrder(list(range(len(first.ids)))[::-1], note="turned over")

    engine = SearchEngine(scenes)
    first = names(engine.search(Query(text="red"), 9))
    result = engine.search(Query(text="red"), 9, rerank=Backwards(), depth=4)
    assert names(result) == first[3::-1] + first[4:]
    assert (result.reranked, result.note) == ("backwards", "turned over")


@pytest.mark.parametrize("name", ["", "nonsense", "encoder:", "LOCAL"])
def test_unknown_rerankers_are_refused_with_the_list(scenes, name):
    with pytest.raises(QueryError, match="local, k-reciprocal, expansion"):
        SearchEngine(scenes).search(Query(text="red"), rerank=name)
    with pytest.raises(QueryError):
        find_reranker(name)


@pytest.mark.parametrize("depth", [0, -1, 1001])
def test_an_absurd_depth_is_refused(scenes, depth):
    with pytest.raises(QueryError, match="to re-rank"):
        SearchEngine(scenes).search(Query(text="red"), rerank="local", depth=depth)


def test_a_broken_query_picture_is_refused_and_an_empty_collection_has_no_answers(scenes, workspace):
    with pytest.raises(ImageError):
        SearchEngine(scenes).search(Query(image=b"no picture"), rerank="local")
    empty = workspace.create("empty", encoder="tiny")
    for name in ("local", "k-reciprocal", "expansion", "diverse"):
        assert len(SearchEngine(empty).search(Query(text="red"), rerank=name)) == 0


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(6)), depth=st.integers(1, 12), size=st.integers(0, 6))
def test_looking_again_keeps_every_candidate(order, depth, size):
    @dataclass(frozen=True)
    class Given:
        name: str = "given"

        def rerank(self, first):
            return SecondOrder([place for place in order if place < len(first.ids)])

    first = FirstOrder(
        Query(text="x"), None, "", np.empty(0, np.float32), list(range(10, 10 + size)), [0.0] * size
    )
    second = look_again(Given(), first, depth)
    assert sorted(second.order) == list(range(size))
    assert list(second.order)[depth:] == list(range(size))[depth:]


def test_copies_in_the_sample_catalogue_come_first(home):
    """Cropped copies of drawn things, among look-alikes of the same drawing."""
    from core.sample_catalogue import sample_items

    collection = Workspace(home).open("sample")
    engine = SearchEngine(collection)
    ids = {picture.name: picture.id for picture in collection.page(0, 1000)}
    found, before = 0, 0
    copies = [item for item in sample_items() if item.copy_kind == "cropped"][:8]
    for item in copies:
        query = Query(like=(ids[item.name],))
        before += engine.search(query, 1)[0].name == item.copy_of
        found += engine.search(query, 1, rerank="local")[0].name == item.copy_of
    assert found >= before
    assert found >= len(copies) - 1


@pytest.mark.parametrize(
    ("waiting", "patience", "compared"), [(0, 0.0, 5), (3, 1e9, 5), (3, 0.0, 1), (3, 0.0, 2)]
)
def test_a_search_that_took_its_time_lets_the_others_compare(
    scenes, monkeypatch, waiting, patience, compared
):
    class Queue(Slots):
        waiting = 0

    Queue.waiting = waiting
    monkeypatch.setattr(local_match, "SLOTS", Queue(2))
    monkeypatch.setattr(local_match, "AT_ONCE", 2)
    query, ids = Query(like=(scenes.ids()[0],)), scenes.ids()[:5]
    first = FirstOrder(query, scenes, scenes.encoder_name, np.empty(0), ids, [1.0] * 5, patience)
    if compared == 2:  # somebody else has looked at them before
        FeatureCache(scenes).of(ids)
    second = find_reranker("local").rerank(first)
    assert set(second.local) == set(ids[:compared])
    assert sorted(second.order) == list(range(5))
    assert (f"only {compared} of 5 candidates" in second.note) is (compared < 5)
    patient = find_reranker("local").rerank(replace(first, patience_s=None))
    assert set(patient.local) == set(ids), "an evaluation compares all, whoever waits"


def test_others_that_come_while_a_search_compares_have_their_turn_too(scenes, monkeypatch):
    class Arriving(Slots):
        asked = 0

        @property
        def waiting(self):
            self.asked += 1
            return 0 if self.asked == 1 else 3

    monkeypatch.setattr(local_match, "SLOTS", Arriving(2))
    monkeypatch.setattr(local_match, "_ALONE", 2)
    query, ids = Query(like=(scenes.ids()[0],)), scenes.ids()[:5]
    first = FirstOrder(query, scenes, scenes.encoder_name, np.empty(0), ids, [1.0] * 5, 0.0)
    second = find_reranker("local").rerank(first)
    assert set(second.local) == set(ids[:2])
    assert "only 2 of 5 candidates" in second.note
