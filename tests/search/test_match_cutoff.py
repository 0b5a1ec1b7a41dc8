import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Query, SearchEngine
from core.errors import QueryError
from core.search.match_cutoff import Calibration, calibrated, kind_of
from core.search.query import Region
from tests.support.pictures import jpeg
from tests.support.scenes import png, scene
from tests.support.tiny import TinyEncoder, register


def test_the_cutoff_is_an_order_statistic():
    best = np.arange(1, 20) / 20  # 19 questions: one in twenty falls below the smallest
    assert calibrated(best, 0.05, "text").score == pytest.approx(0.05, abs=1e-5)
    assert calibrated(best, 0.10, "text").score == pytest.approx(0.10, abs=1e-5)
    assert calibrated(best[::-1], 0.5, "text").score == pytest.approx(0.5, abs=1e-5)
    cutoff = calibrated(best, 0.05, "image")
    assert (cutoff.kind, cutoff.alpha, cutoff.questions) == ("image", 0.05, 19)


def test_too_few_questions_promise_less_or_nothing():
    assert calibrated(np.ones(4), 0.5, "text") is None
    few = calibrated(np.array([0.4, 0.2, 0.3, 0.5, 0.6]), 0.05, "text")
    assert few.score == pytest.approx(0.2, abs=1e-5)
    assert few.alpha == pytest.approx(1 / 6)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 1.5, float("nan")])
def test_an_absurd_rate_is_refused(alpha):
    with pytest.raises(QueryError, match="between 0 and 1"):
        calibrated(np.ones(9), alpha, "text")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=5, max_size=60), st.floats(0.01, 0.99))
def test_no_more_than_the_promised_share_of_the_questions_falls_short(best, alpha):
    cutoff = calibrated(np.array(best), alpha, "image")
    assert np.mean(np.array(best) < cutoff.score) <= alpha
    assert cutoff.alpha >= alpha


def test_the_promise_holds_for_questions_that_were_not_calibrated_with():
    """500 times: calibrate with 99 draws, ask a hundredth. The distribution does not matter."""
    rng = np.random.default_rng(0)
    draws = rng.beta(2, 0.5, (500, 100))
    missed = [row[99] < calibrated(row[:99], 0.1, "image").score for row in draws]
    assert np.mean(missed) <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 500)
    assert np.mean(missed) >= 0.1 - 3 * np.sqrt(0.1 * 0.9 / 500)  # and it is not needlessly lenient


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        (Query(text="red"), "text"),
        (Query(like=("red",)), "text"),
        (Query(image=b""), "image"),
        (Query(like=(3,)), "image"),
        (Query(text="red", image=b""), None),
        (Query(like=(3, 4)), None),
        (Query(text="red", like=("blue",)), None),
        (Query(like=(3,), unlike=(4,)), None),
        (Query(image=b"", region=Region(0, 0, 1, 0.5)), None),
        (Query(), None),
    ],
)
def test_mixtures_and_parts_have_no_calibration(query, kind):
    assert kind_of(query) == kind


@pytest.fixture
def reds(shop):
    """Forty shades of red, five of which are called red."""
    shop.add_files([(f"{i}.jpg", jpeg(colour=(150 + i, 20 + i // 2, 30))) for i in range(40)])
    shop.set_label(shop.ids()[:5], "red")
    return shop


def test_a_picture_of_something_else_has_no_good_match(reds):
    engine = SearchEngine(reds)
    red = engine.search(Query(image=jpeg(colour=(170, 30, 30))), 5, alpha=0.05)
    blue = engine.search(Query(image=jpeg(colour=(20, 40, 220))), 5, alpha=0.05)
    assert (red.good, blue.good) == (sum(hit.good for hit in red), 0)
    assert red.good >= 3
    assert red[0].good
    assert len(blue) == 5  # they are still there, only marked
    assert red.cutoff == blue.cutoff
    assert red.cutoff.questions == reds.count()


def test_without_a_rate_nobody_says_anything(reds):
    result = SearchEngine(reds).search(Query(image=jpeg(colour=(170, 30, 30))), 5)
    assert (result.good, result.cutoff) == (None, None)
    assert all(hit.good is None for hit in result)


def test_what_cannot_be_calibrated_says_nothing(reds, workspace):
    engine = SearchEngine(reds)
    assert engine.search(Query(text="red", like=(1,)), 5, alpha=0.05).good is None
    assert engine.search(Query(text="red"), 5, alpha=0.05).good is None  # one label is too few words
    empty = SearchEngine(workspace.create("empty", encoder="tiny"))
    assert empty.search(Query(text="red"), alpha=0.05).good is None
    register(TinyEncoder("mute", has_text=False))
    mute = workspace.create("mute", encoder="mute")
    mute.add_files([("1.jpg", jpeg(1))])
    assert SearchEngine(mute).search(Query(image=jpeg(2)), alpha=0.05).good is None


def test_labels_and_captions_calibrate_words(reds):
    for number, picture_id in enumerate(reds.ids()):
        reds.set_label([picture_id], f"red thing {number % 8}")
    result = SearchEngine(reds).search(Query(text="blue"), 3, alpha=0.05)
    assert result.cutoff.kind == "text"
    assert result.cutoff.questions == 8
    assert result.cutoff.alpha == pytest.approx(1 / 9)
    assert result.good == 0
    assert SearchEngine(reds).search(Query(text="red"), 3, alpha=0.05).good >= 1


def test_it_is_calibrated_anew_once_the_collection_has_grown(reds, monkeypatch):
    calls = []
    honest = Calibration._pictures
    monkeypatch.setattr(Calibration, "_pictures", lambda self, index: calls.append(1) or honest(self, index))
    engine = SearchEngine(reds)
    query = Query(image=jpeg(colour=(170, 30, 30)))
    for alpha in (0.05, 0.2, 0.05):
        engine.search(query, 1, alpha=alpha)
    assert len(calls) == 1
    reds.add_files([("one.jpg", jpeg(1))])
    engine.search(query, 1, alpha=0.05)
    assert len(calls) == 1
    reds.add_files([(f"more-{i}.jpg", jpeg(i)) for i in range(2, 9)])
    engine.search(query, 1, alpha=0.05)
    assert len(calls) == 2


def test_decisive_local_evidence_is_a_good_match_whatever_the_cosine(shop):
    shop.add_files([(f"{i}.jpg", jpeg(colour=(100 + i, 100, 100))) for i in range(30)])
    shop.add_files([("scene.png", png(scene(4, (320, 240))))])
    part = png(scene(4, (320, 240)).crop((60, 40, 240, 200)))
    engine = SearchEngine(shop)
    plain = engine.search(Query(image=part), 31, alpha=0.3)
    looked = engine.search(Query(image=part), 31, rerank="local", alpha=0.3)
    assert not next(hit for hit in plain if hit.name == "scene.png").good
    assert (looked[0].name, looked[0].good, looked.good) == ("scene.png", True, (plain.good or 0) + 1)


def test_copies_in_the_bin_do_not_raise_the_cutoff(shop):
    """Once duplicates were cleaned away, their vectors are still in the index."""
    pictures = [scene(number) for number in range(12)]
    shop.add_files([(f"{number}.png", png(one)) for number, one in enumerate(pictures)])
    engine = SearchEngine(shop)
    query = Query(image=png(pictures[0]))
    before = engine.search(query, alpha=0.5).cutoff
    first = set(shop.ids())
    shop.add_files([(f"copy {number}.bmp", bmp(one)) for number, one in enumerate(pictures)])
    assert engine.search(query, alpha=0.5).cutoff.score > before.score  # every picture has a twin
    shop.remove(sorted(set(shop.ids()) - first))
    after = engine.search(query, alpha=0.5).cutoff
    assert (after.score, after.questions) == (pytest.approx(before.score, abs=1e-5), before.questions)


def bmp(image):
    out = io.BytesIO()
    image.save(out, "BMP")
    return out.getvalue()
