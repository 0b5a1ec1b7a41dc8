"""The pure parts of the duplicates screen: addresses, wording, events, what is decided."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st

from core.dedup.groups.best_image import Binned
from core.dedup.groups.complete_linkage import Group, Link, group
from core.dedup.labels.csv_io import ImportReport
from core.dedup.labels.labeled_pairs import judged_pairs
from core.dedup.types import Evidence, ScoredPair
from tests.support.picture_bytes import encode, halves
from widgets.components.pair_view import SideAct, read_side_act
from widgets.components.picture_sets import SetAct, read_set_act
from widgets.duplicates import deciding, reviewing
from widgets.duplicates.address import (
    CONFIDENCES,
    MODES,
    PARTS,
    PRECISIONS,
    WORTHS,
    DuplicatesView,
    read_pair,
)
from widgets.duplicates.already_here import door_line, still_here
from widgets.duplicates.labelling import Desk, answer, reason
from widgets.duplicates.lists import report_line
from widgets.duplicates.reviewing import steps
from widgets.duplicates.why import differing
from widgets.duplicates.wording import evidence_rows, movement, proposed, sureness, threshold

thresholds = st.none() | st.integers(1, 999).map(lambda n: n / 1000)
views = st.builds(
    DuplicatesView,
    part=st.sampled_from(list(PARTS)),
    threshold=thresholds,
    other=thresholds,
    precision=st.sampled_from(PRECISIONS),
    confidence=st.sampled_from(CONFIDENCES),
    mode=st.sampled_from(list(MODES)),
    worth=st.sampled_from(WORTHS),
    pair=st.none() | st.tuples(st.integers(1, 10**8), st.integers(10**8 + 1, 10**9)),
    at=st.integers(1, 999),
)

SEEN = Evidence(
    same_pixels=False, cosine=0.91, cosine_normalised=0.42, hash_distance=3, hash_turn="mirror",
    difference=4.0, keypoints=400, matches=120, mean_distance=30.0, inliers=90, overlap_a=0.5, overlap_b=1.0,
    agreement=0.9, mirrored=True, rotation=-9.6, scale=0.5, size_a=(400, 300), size_b=(200, 150),
)  # fmt: skip


@given(views)
def test_a_view_is_an_address(view):
    assert DuplicatesView.read(view.write()) == view


@pytest.mark.parametrize(
    "params",
    [{"part": ["<b>"]}, {"t": ["nan"]}, {"t": ["0"]}, {"t": ["1e99"]}, {"precision": ["0.5"]}, {"at": ["²"]},
     {"pair": ["3-3"]}, {"pair": ["1-2-3"]}, {"pair": ["-1"]}, {"worth": ["7"]}, {"mode": ["x"]}],
)  # fmt: skip
def test_nonsense_in_an_address_is_left_out(params):
    assert DuplicatesView.read(params) == DuplicatesView()


@pytest.mark.parametrize(
    ("text", "pair"), [("2-1", (1, 2)), ("1-2", (1, 2)), ("1", None), ("", None), ("a-b", None)]
)
def test_a_pair_in_an_address(text, pair):
    assert read_pair(text) == pair


@pytest.mark.parametrize(
    ("probability", "said"),
    [(1.0, "over 99.9 %"), (0.0, "under 0.1 %"), (0.83, "83 %"), (0.995, "99.5 %"), (0.004, "0.4 %"),
     (None, "only a person's word")],
)  # fmt: skip
def test_how_sure(probability, said):
    assert sureness(probability) == said


@pytest.mark.parametrize(("value", "said"), [(0.83, "0.83"), (0.5, "0.50"), (0.995, "0.995"), (0.9, "0.90")])
def test_a_threshold_as_it_is_written(value, said):
    assert threshold(value) == said


def test_evidence_in_plain_words():
    rows = {row.what: row for row in evidence_rows(SEEN)}
    assert rows["Fingerprint"].found == "3 bits of 64 differ, mirrored"
    assert rows["Details"].found == "90 of 120 matching points agree"
    assert rows["Overlap"].found == "50 % of left, 100 % of right"
    assert rows["Overlap"].meaning == "Right shows a part of left."
    assert rows["Movement"].found == "mirrored, turned 10° to the left, 0.5 times as large"
    assert rows["Pixels"].meaning == "Left has 4.0 times as many."
    (only,) = evidence_rows(replace(SEEN, same_pixels=True))
    assert "exactly the same" in only.meaning


def test_evidence_of_blank_pictures():
    blank = replace(SEEN, hash_distance=64, keypoints=0, matches=0, inliers=0, overlap_a=0.0, overlap_b=0.0)
    rows = {row.what: row for row in evidence_rows(blank)}
    assert rows["Fingerprint"].found == "none"
    assert "corner" in rows["Details"].meaning
    assert "Overlap" not in rows


def test_nothing_moved():
    assert movement(replace(SEEN, mirrored=False, rotation=0.4, scale=1.01)) == ""


def test_what_proposed_a_pair():
    pair = ScoredPair(1, 2, ("hash", "neighbour", "details"), SEEN, 0.9, "edited")
    assert proposed(pair).count(" and ") == 1


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "nothing"), (0.005, "less than 1 %"), (0.2, "20 % of what both show")]
)
def test_how_much_differs(share, said):
    assert differing(share).startswith(said)


@given(st.floats(0.002, 0.998))
def test_the_slider_stops_where_the_threshold_is(at):
    stops = steps(at)
    assert stops == sorted(set(stops))
    assert round(at, 3) in stops


@pytest.mark.parametrize(
    "value",
    [None, 3, {}, {"kind": "eval", "row": "1", "id": 1}, {"kind": "bin", "row": 1, "id": 1},
     {"kind": "bin", "row": "1", "id": True}],
)  # fmt: skip
def test_events_that_are_none_of_ours(value):
    assert read_set_act(value) is None


def test_events_of_sets_and_of_pairs():
    assert read_set_act({"kind": "keep", "row": "1,2", "id": 2}) == SetAct("keep", "1,2", 2)
    assert read_side_act({"kind": "duplicate", "key": "2-9"}) == SideAct("duplicate", (2, 9))
    assert read_side_act({"kind": "undo", "key": ""}) == SideAct("undo", None)
    assert read_side_act({"kind": "duplicate", "key": "nonsense"}) is None
    assert read_side_act({"kind": "drop table", "key": "1-2"}) is None


def test_what_came_of_an_import():
    assert report_line(ImportReport((1,), 0, 0, ())) == "1 label imported"
    assert report_line(ImportReport((), 2, 3, ())) == (
        "0 labels imported · 2 said what stands already · 3 could not be used"
    )


# ---- deciding


@pytest.fixture
def state(monkeypatch):
    """The viewer's session, as a dictionary."""
    held = {}
    monkeypatch.setattr(streamlit, "session_state", held)
    return held


@pytest.fixture
def three(shop):
    """Three pictures that are copies of one another, largest first."""
    sizes = ((120, 90), (80, 60), (40, 30))
    shop.add_files([(f"{w}.png", encode(halves(w, h), "PNG")) for w, h in sizes])
    return shop, tuple(sorted(shop.ids()))


def test_the_best_is_kept_unless_the_viewer_chose(three, state):
    shop, ids = three
    assert deciding.decided(shop, ids).keep == ids[0]
    deciding.choose(shop, ids, ids[2])
    assert deciding.decided(shop, ids).keep == ids[2]
    deciding.keep_best(shop, ids)
    assert shop.ids() == [ids[2]]
    assert "2 pictures moved to the bin" in state["undo"].text
    state["undo"].back()
    assert shop.ids() == list(ids)


def test_a_group_that_is_none(three, state):
    shop, ids = three
    deciding.part(shop, ids)
    assert len(shop.verdicts()) == 3
    assert {v.verdict for v in shop.verdicts()} == {"different"}
    shop.judgements.withdraw(state["undo"].verdicts)
    deciding.part(shop, ids, ids[1])
    assert len(shop.verdicts()) == 2


def test_what_was_dismissed_never_comes_back(three, state):
    shop, ids = three
    scored = [
        ScoredPair(a, b, ("hash",), SEEN, 0.99, "edited") for a, b in ((ids[0], ids[1]), (ids[0], ids[2]))
    ]
    assert len(group(judged_pairs(shop, scored), 0.5).groups) == 1
    deciding.part(shop, ids)
    assert group(judged_pairs(shop, scored), 0.5).groups == ()


def test_what_cannot_be_kept_is_said(three, state):
    shop, _ = three
    deciding.told(shop, Binned((), ("gone",)))
    assert "1 group left alone" in state["undo"].text


@pytest.mark.parametrize(("kind", "verdicts", "removed"), [("bin", 0, 2), ("apart", 3, 0), ("leave", 2, 0)])
def test_each_button_of_a_group(three, state, kind, verdicts, removed):
    shop, ids = three
    one = Group(ids, Link(ids[0], ids[2], 0.7, False))
    reviewing.apply(shop, one, SetAct(kind, "", ids[1] if kind == "leave" else 0), lambda **parts: None)
    assert (len(shop.verdicts()), len(shop.removed_ids())) == (verdicts, removed)


def test_why_asks_for_the_weakest_pair_or_the_one_beside_the_best(three, state):
    shop, ids = three
    asked = []
    one = Group(ids, Link(ids[1], ids[2], 0.7, False))
    for picture in (0, ids[2]):
        reviewing.apply(shop, one, SetAct("why", "", picture), lambda **parts: asked.append(parts["pair"]))
    assert asked == [(ids[1], ids[2]), (ids[0], ids[2])]


# ---- labelling


def test_an_answer_is_written_and_taken_back(three, state):
    shop, (a, b, c) = three
    state["duplicates-labelling"] = Desk("shop", asked=("random", (a, b)))
    answer(shop, SideAct("duplicate", (a, c)), "random")
    assert shop.verdicts() == [], "an answer to a pair that is no longer asked"
    answer(shop, SideAct("duplicate", (a, b)), "random")
    (said,) = shop.verdicts()
    assert (said.verdict, said.purpose) == ("duplicate", "random")
    desk = state["duplicates-labelling"]
    assert desk.asked is None
    answer(shop, SideAct("undo", None), "chosen")
    assert shop.verdicts() == []
    assert desk.asked == ("chosen", (a, b)), "the pair is shown again"
    answer(shop, SideAct("undo", None), "chosen")
    assert desk.given == ()


@pytest.mark.parametrize(
    ("mode", "probability", "said"),
    [("chosen", 0.5, "unsure"), ("chosen", 0.99, "unlike what was judged"),
     ("random", 0.9, "Drawn at random** from the 1 pair at"),
     ("random", 0.1, "below the threshold")],
)  # fmt: skip
def test_why_a_pair_is_asked(three, mode, probability, said):
    shop, (a, b, _) = three
    pairs = judged_pairs(shop, [ScoredPair(a, b, ("hash",), SEEN, probability, "edited")])
    promise = SimpleNamespace(next=SimpleNamespace(threshold=0.8))
    assert said in reason(pairs, 0, promise, mode)


# ---- at the door


def newcomer(shop, new, old, probability=0.97, together=False):
    pair = ScoredPair(min(new, old), max(new, old), ("hash",), SEEN, probability, "resized")
    return SimpleNamespace(new=shop.get(new), existing=shop.get(old), pair=pair, together=together)


def test_who_is_here_already(three):
    shop, (a, b, c) = three
    found = [newcomer(shop, c, a), newcomer(shop, c, b, 0.92), newcomer(shop, b, a)]
    told = still_here(shop, found)
    assert [(one.new.id, one.existing.id) for one in told] == [(c, a), (b, a)]
    assert door_line(told) == "2 pictures of these look like pictures that are here already"
    with_it = newcomer(shop, c, b, together=True)
    assert door_line([with_it]) == "40\\.png looks like 80\\.png, added with it (97 % sure)"
    assert door_line([told[1], with_it, with_it]).endswith(
        "2 pictures of these look like others added with them"
    )
    shop.remove([b])
    (only,) = still_here(shop, found)
    assert door_line([only]) == "40\\.png is here already, as 120\\.png (97 % sure)"
