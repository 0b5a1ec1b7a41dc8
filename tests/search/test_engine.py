from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Query, SearchEngine
from core.collection.storage.catalogue import Catalogue
from core.collection.types import Filter
from core.errors import CollectionError, EncoderError, ImageError, QueryError
from core.search.query import Region
from core.search.query_vectors import Spread, WeightedPart, combine
from tests.support.pictures import jpeg
from tests.support.tiny import TinyEncoder, register

COLOURS = {
    "red": (200, 20, 20),
    "dark-red": (120, 10, 10),
    "green": (20, 160, 50),
    "blue": (30, 40, 200),
    "grey": (120, 120, 120),
}


@pytest.fixture
def colours(shop):
    shop.add_files([(f"{name}.jpg", jpeg(colour=colour)) for name, colour in COLOURS.items()])
    for picture in shop.page():
        shop.set_label([picture.id], "warm" if "red" in picture.name else "cold")
    return shop


def names(result):
    return [hit.name.removesuffix(".jpg") for hit in result]


def id_of(shop, name):
    return next(p.id for p in shop.page() if p.name == f"{name}.jpg")


def test_words_find_pictures_and_say_how(colours):
    result = SearchEngine(colours).search(Query(text=" red "), k=2)
    assert names(result) == ["red", "dark-red"]
    assert [hit.rank for hit in result] == [1, 2]
    assert result[0].score == pytest.approx(result[0].evidence.parts[0].cosine, abs=1e-5)
    assert result[0].evidence.parts[0].name == "“red”"
    assert result[0].evidence.parts[0].z > 0.5
    assert [concept.name for concept in result.read_as] == ["red"]
    assert result.searched == 5
    assert result.timings.total_ms > 0


def test_a_picture_finds_itself_first(colours):
    result = SearchEngine(colours).search(Query(image=jpeg(colour=COLOURS["blue"])), k=5)
    assert names(result)[0] == "blue"
    assert result[0].score == pytest.approx(1, abs=1e-5)


def test_a_region_of_a_picture_is_searched_for_alone(colours, tmp_path):
    from PIL import Image

    halves = Image.new("RGB", (100, 50), COLOURS["green"])
    halves.paste(COLOURS["blue"], (50, 0, 100, 50))
    halves.save(tmp_path / "halves.png")
    engine = SearchEngine(colours)
    for region, expected in [(Region(0, 0, 0.5, 1), "green"), (Region(1, 1, 0.5, 0), "blue")]:
        assert names(engine.search(Query(image=tmp_path / "halves.png", region=region), k=1)) == [expected]
    own = Query(like=(id_of(colours, "red"),), region=Region(0, 0, 0.5, 0.5))
    assert names(engine.search(own, k=1)) == ["red"]


def test_like_and_unlike_steer_the_order(colours):
    engine = SearchEngine(colours)
    red, blue = id_of(colours, "red"), id_of(colours, "blue")
    result = engine.search(Query(like=(red,)), k=4)
    assert names(result)[0] == "dark-red"
    assert "red" not in names(result)  # what it should be like is not an answer
    away = engine.search(Query(text="red", unlike=("blue", blue)), k=5)
    assert names(away)[-1] == "blue"
    assert [part.name for part in away[0].evidence.parts] == ["“red”", "unlike “blue”", "unlike blue.jpg"]
    assert names(engine.search(Query(unlike=(red,)), k=5))[-1] in ("red", "dark-red")


def test_filters_narrow_what_may_be_found(colours):
    engine = SearchEngine(colours)
    result = engine.search(Query(text="red", where=Filter(labels=("cold",))), k=10)
    assert (set(names(result)), result.searched) == ({"green", "blue", "grey"}, 3)
    assert names(engine.search(Query(text="red", where=Filter(name="DARK")))) == ["dark-red"]
    assert len(engine.search(Query(text="red", where=Filter(taken_from=date(2020, 1, 1))))) == 0


def test_the_engine_follows_the_collection(colours):
    engine = SearchEngine(colours)
    assert names(engine.search(Query(text="red"), k=1)) == ["red"]
    colours.add_files([("redder.jpg", jpeg(colour=(220, 30, 30)))])
    assert names(engine.search(Query(text="red"), k=1)) == ["redder"]
    redder = id_of(colours, "redder")
    colours.remove([redder])
    assert names(engine.search(Query(text="red"), k=1)) == ["red"]
    colours.empty_bin()
    assert engine.search(Query(text="red"), k=10).searched == 5
    colours.add_files([("redder.jpg", jpeg(colour=(220, 30, 30)))])
    assert names(engine.search(Query(text="red"), k=1)) == ["redder"]


def test_the_engine_follows_when_the_pictures_are_embedded_anew(colours):
    engine = SearchEngine(colours)
    engine.search(Query(text="red"))
    register(TinyEncoder(version="2"))
    with pytest.raises(CollectionError, match="another version"):
        engine.search(Query(text="red"))
    colours.add_space("tiny")
    assert engine.search(Query(text="red"), k=10).searched == 5
    assert names(engine.search(Query(text="red"), k=1)) == ["red"]


@pytest.mark.parametrize(
    ("query", "error", "words"),
    [
        (Query(), QueryError, "Say what to look for"),
        (Query(text="  \n"), QueryError, "Say what to look for"),
        (Query(like=("",)), QueryError, "Say what to look for"),
        (Query(region=Region(0, 0, 1, 1)), QueryError, "needs one picture"),
        (Query(image=b"no picture"), ImageError, "ot a picture"),
        (Query(image=jpeg(1), region=Region(0.5, 0.5, 0.5, 0.9)), QueryError, "region is empty"),
        (Query(like=(999,)), CollectionError, "no picture 999"),
        (Query(like=(1,), unlike=(1, 1)), None, ""),
    ],
)
def test_queries_that_cannot_be_answered_say_so(colours, query, error, words):
    engine = SearchEngine(colours)
    if error is None:
        assert len(engine.search(query)) > 0
    else:
        with pytest.raises(error, match=words):
            engine.search(query)


@pytest.mark.parametrize("k", [0, -3, 10_001])
def test_an_absurd_number_of_results_is_refused(colours, k):
    with pytest.raises(QueryError, match="between 1 and"):
        SearchEngine(colours).search(Query(text="red"), k)


def test_an_empty_collection_has_no_answers(shop):
    result = SearchEngine(shop).search(Query(text="red"))
    assert (len(result), result.searched) == (0, 0)


def test_words_are_refused_by_an_encoder_without_any(workspace):
    register(TinyEncoder("mute", has_text=False))
    mute = workspace.create("mute", encoder="mute")
    mute.add_files([("red.jpg", jpeg(colour=COLOURS["red"]))])
    with pytest.raises(EncoderError, match="no words"):
        SearchEngine(mute).search(Query(text="red"))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), parts=st.integers(1, 5))
def test_one_combined_vector_ranks_as_the_weighed_z_scores_do(seed, parts):
    rng = np.random.default_rng(seed)
    gallery = rng.standard_normal((30, 16)).astype(np.float32)
    vectors = rng.standard_normal((parts, 16)).astype(np.float32)
    weights = rng.uniform(-1, 1, parts)
    spread = [Spread(rng.uniform(-1, 1), rng.uniform(0.1, 2)) for _ in range(parts)]
    pieces = [WeightedPart("p", v, float(w)) for v, w in zip(vectors, weights, strict=True)]
    z = sum(
        w * ((gallery @ v) - s.mean) / s.deviation for w, v, s in zip(weights, vectors, spread, strict=True)
    )
    combined = combine(pieces, spread)
    assert np.linalg.norm(combined) == pytest.approx(1, abs=1e-5)
    scores = gallery @ combined
    # Equal up to one positive factor and one constant.
    factor, constant = np.polyfit(scores, z, 1)
    assert factor > 0
    assert factor * scores + constant == pytest.approx(z, abs=1e-2)


def test_parts_that_cancel_out_are_refused():
    v = np.array([1, 0], np.float32)
    with pytest.raises(QueryError, match="cancel out"):
        combine([WeightedPart("a", v, 0.5), WeightedPart("b", v, -0.5)], [Spread(0, 1), Spread(0, 1)])


@pytest.mark.parametrize("query", [{"text": "red"}, {"like": (1, 2)}, {"text": "red", "unlike": (3,)}])
def test_an_unchanged_collection_is_asked_at_most_three_times_for_a_query(colours, monkeypatch, query):
    engine = SearchEngine(colours)
    engine.search(Query(**query), k=3, alpha=0.1)
    asked, execute = [], Catalogue.execute

    def counted(catalogue, sql, values=()):
        asked.append(sql)
        return execute(catalogue, sql, values)

    monkeypatch.setattr(Catalogue, "execute", counted)
    assert engine.search(Query(**query), k=3, alpha=0.1).hits
    assert len(asked) <= 3
