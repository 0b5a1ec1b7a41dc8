import pytest

from core import SearchEngine, Workspace
from core.errors import CollectionError, EvaluationError
from core.evaluation.answer_review import mark, propose_queries, review, reviewed_queries
from core.evaluation.evaluate import measure
from core.evaluation.protocols.text import MarksProtocol
from core.evaluation.store import MarkStore
from core.jobs import Cancelled, Monitor
from tests.evaluation.conftest import describe, fill
from tests.support.pictures import jpeg

COLOURS = {"red": (200, 20, 20), "dark": (120, 10, 10), "green": (20, 160, 50), "blue": (30, 40, 200)}


@pytest.fixture
def colours(shop):
    shop.add_files([(name, jpeg(colour=colour)) for name, colour in COLOURS.items()])
    return shop


def test_marks_stand_until_they_are_changed_and_keep_their_history(colours):
    engine = SearchEngine(colours)
    (asked,) = review(engine, ["  red   things "], k=3)
    assert asked.text == "red things"
    assert [answer.relevant for answer in asked.answers] == [None, None, None]
    assert (asked.precision, asked.marked) == (None, 0)
    first, second = (answer.picture for answer in asked.answers[:2])
    mark(colours, "red  things", first.id, False)
    mark(colours, "red things", first.id, True)
    mark(colours, "red things", second.id, False)
    mark(colours, "blue", second.id, True)
    (again,) = review(engine, ["red things"], k=3)
    assert [answer.relevant for answer in again.answers] == [True, False, None]
    assert (again.right, again.marked, again.precision) == (1, 2, 0.5)
    assert [said for said, _ in MarkStore(colours.catalogue).history("red things", first.sha256)] == [
        False,
        True,
    ]
    mark(colours, "red things", first.id, None)
    assert [a.relevant for a in review(engine, ["red things"], k=3)[0].answers] == [None, False, None]
    assert reviewed_queries(colours) == ("red things", "blue")


def test_marks_outlive_the_picture_and_come_back_with_it(colours):
    picture = colours.page()[0]
    mark(colours, "red", picture.id, True)
    colours.remove([picture.id])
    colours.empty_bin()
    assert [m.sha256 for m in MarkStore(colours.catalogue).latest("red")] == [picture.sha256]
    colours.add_files([("again", jpeg(colour=COLOURS[picture.name]))])
    (asked,) = review(SearchEngine(colours), ["red"])
    assert [a.relevant for a in asked.answers if a.picture.sha256 == picture.sha256] == [True]


def test_marks_become_relevance(colours):
    ids = {p.name: p.id for p in colours.page()}
    for name, relevant in (("red", True), ("dark", True), ("blue", False)):
        mark(colours, "red", ids[name], relevant)
    found = measure(colours, MarksProtocol(), k=2, metrics=["p@2", "map"])
    assert found.figure("p@2").mean == 1.0
    assert found.figure("map").mean == 1.0


def test_what_cannot_be_reviewed_or_marked(colours):
    engine = SearchEngine(colours)
    for texts in ([], ["red", "  "]):
        with pytest.raises(EvaluationError, match="Write the queries"):
            review(engine, texts)
    with pytest.raises(EvaluationError, match="at most 20 queries at a time; there are 21"):
        review(engine, [f"thing {i}" for i in range(21)])
    with pytest.raises(EvaluationError, match="needs the query"):
        mark(colours, " ", 1, True)
    with pytest.raises(CollectionError, match="no picture 99"):
        mark(colours, "red", 99, True)
    stopped = Monitor()
    stopped.cancel()
    with pytest.raises(Cancelled):
        review(engine, ["red"], monitor=stopped)


def test_proposals_come_from_labels_and_captions(shop):
    assert propose_queries(shop) == ()
    ids = fill(shop, {f"p{i}": ("big_mug" if i < 4 else "vase", 20 * i) for i in range(6)})
    assert propose_queries(shop) == ("big mug", "vase")
    describe(shop, {ids[f"p{i}"]: f" caption  {i % 5}" for i in range(6)})
    proposed = propose_queries(shop, 4)
    assert proposed[:2] == ("big mug", "vase")
    # one of each label in turn, so that captions of a rare label are not drowned
    assert len({int(text[-1]) < 4 for text in proposed[2:]}) >= 1
    assert len(propose_queries(shop, 20)) == 2 + 5
    assert propose_queries(shop, 4) == proposed


def test_proposals_of_the_sample_are_twenty_and_all_different(sample_home):
    proposed = propose_queries(Workspace(sample_home).open("sample"))
    assert len(set(proposed)) == 20
    assert "mug" in proposed
    assert sum(len(text.split()) > 3 for text in proposed) == 10
