import json

import pytest

from core.errors import EvaluationError
from core.evaluation.evaluate import measure
from core.evaluation.protocols.registry import protocol_from
from core.evaluation.protocols.text import (
    CaptionProtocol,
    ExpectedAnswers,
    MarksProtocol,
    TextProtocol,
    WordsProtocol,
)
from core.evaluation.rankings.eval_set import gather
from core.evaluation.store import MarkStore
from tests.evaluation.conftest import describe, fill, say_duplicates
from tests.support.pictures import jpeg
from tests.support.tiny import TinyEncoder, register

COLOURS = {
    "red-1": ("red", (200, 20, 20)),
    "red-2": ("red", (120, 10, 10)),
    "green": ("green", (20, 160, 50)),
    "blue-1": ("blue", (30, 40, 200)),
    "blue-2": ("blue", (40, 60, 220)),
    "grey": (None, (120, 120, 120)),
}


@pytest.fixture
def colours(shop):
    shop.add_files([(name, jpeg(colour=colour)) for name, (_, colour) in COLOURS.items()])
    for picture in shop.page():
        shop.set_label([picture.id], COLOURS[picture.name][0])
    return shop


def build(shop, protocol, seed=0):
    return protocol.build(gather(shop, [shop.encoder_name]), seed)


def names(shop, ids):
    return sorted(shop.get(int(i)).name for i in ids)


def id_of(shop, name):
    return next(p.id for p in shop.page() if p.name == name)


def csv(tmp_path, text):
    path = tmp_path / "queries.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_label_names_as_words(colours):
    found = measure(colours, WordsProtocol(), k=2)
    assert [q.text for q in found.queries] == ["blue", "green", "red"]
    assert found.figure("map").mean == 1.0
    assert found.figure("recall@2").mean == 1.0
    assert "1 pictures without a label take no part." in found.notes
    assert found.setup.pictures == 5


def test_label_names_are_read_as_words_and_put_into_the_sentence(colours):
    colours.set_label([id_of(colours, "green")], "dark_green-ish")
    colours.set_label([id_of(colours, "red-2")], "dark-green  ish")
    task = build(colours, WordsProtocol("a photo of a {}"))
    assert [q.text for q in task.queries] == [
        "a photo of a blue",
        "a photo of a dark green ish",
        "a photo of a red",
    ]
    assert names(colours, task.relevant(1)) == ["green", "red-2"]
    colours.set_label([id_of(colours, "blue-2")], "__")
    assert "__" in [q.text for q in build(colours, WordsProtocol()).queries]  # nothing else to read it as
    with pytest.raises(EvaluationError, match=r"needs \{\}"):
        build(colours, WordsProtocol("a photo"))


def test_captions_ask_for_their_own_picture_and_its_copies(colours):
    red, copy, blue = (id_of(colours, name) for name in ("red-1", "red-2", "blue-1"))
    describe(
        colours, {red: "something red", blue: " something blue ", id_of(colours, "blue-2"): "something blue"}
    )
    say_duplicates(colours, (red, copy))
    task = build(colours, CaptionProtocol())
    assert [q.text for q in task.queries] == ["something blue", "something red"]
    assert names(colours, task.relevant(0)) == ["blue-1", "blue-2"]
    assert names(colours, task.relevant(1)) == ["red-1", "red-2"]
    assert len(task.gallery) == 6
    assert measure(colours, CaptionProtocol()).figure("mrr").mean == 1.0


def test_captions_that_are_not_there(colours, workspace):
    with pytest.raises(EvaluationError, match="No picture of “shop” has a caption"):
        build(colours, CaptionProtocol())
    single = workspace.create("single", "tiny")
    ids = fill(single, {"x": (None, 0)})
    describe(single, {ids["x"]: "an x"})
    with pytest.raises(EvaluationError, match="one picture only"):
        build(single, CaptionProtocol())


def test_queries_from_a_csv(colours, tmp_path):
    path = csv(
        tmp_path,
        "Query,labels,ids,names\nred things,red,,\nwarm or cold,red; blue ,,\nthis,,3,\nthat,,,grey;red-1\n",
    )
    protocol = TextProtocol.from_csv(path)
    assert protocol.queries[1] == ExpectedAnswers(
        "warm or cold", ("red", "blue"), where="Line 3 of queries.csv"
    )
    task = build(colours, protocol)
    assert names(colours, task.relevant(1)) == ["blue-1", "blue-2", "red-1", "red-2"]
    assert task.relevant(2).tolist() == [3]
    assert names(colours, task.relevant(3)) == ["grey", "red-1"]
    assert len(task.gallery) == 6  # grey has no label, but is named
    assert [q.category for q in task.queries] == ["red", "red; blue", "named pictures", "named pictures"]
    restored = protocol_from("csv", json.loads(json.dumps(protocol.parameters())))
    assert restored == protocol


def test_what_nobody_labelled_is_left_out_only_where_labels_judge(colours, tmp_path):
    by_label = TextProtocol.from_csv(csv(tmp_path, "query;label\nred;red\n"))
    assert len(build(colours, by_label).gallery) == 5
    by_name = TextProtocol.from_csv(csv(tmp_path, "query\tname\nred\tred-1\n"))
    assert len(build(colours, by_name).gallery) == 6


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("query,labels\nred,rd\n", "Line 2 of queries.csv asks for the label “rd”.*perhaps “red” is meant"),
        ("query,names\nred,zzz\n", "names the picture “zzz”, which is not there"),
        ("query,ids\nred,99\n", "names the picture 99, which is not there"),
        ("query,ids\nred,two\n", "gives the id “two”, which is no number"),
        ("query,labels\nred,\n", "says no label, id or name that answers “red”"),
        ("query,labels\n,red\n", "Line 2 of queries.csv has no query"),
        ("query,labels\nred,red\nred,blue\n", "Line 3 of queries.csv asks “red” again"),
        ("query,lables\nred,red\n", "has a column “lables” that means nothing here"),
        ("text,labels\nred,red\n", "column “text” that means nothing|has no column “query”"),
        ("query,labels,labels\nred,red,red\n", "more than once"),
        ("query,labels\nred,red,blue\n", "has 3 values for 2 columns"),
        ('query,labels\n"red,red\n', "not readable as CSV"),
        ("query,labels\n", "holds no rows"),
        ("", "has no column “query”"),
    ],
)
def test_csv_files_that_are_wrong(colours, tmp_path, text, said):
    with pytest.raises(EvaluationError, match=said):
        build(colours, TextProtocol.from_csv(csv(tmp_path, text)))


def test_a_csv_that_is_missing_or_no_text(tmp_path):
    with pytest.raises(EvaluationError, match=r"nothing.csv cannot be read\. The file is gone"):
        TextProtocol.from_csv(tmp_path / "nothing.csv")
    (tmp_path / "latin.csv").write_bytes("query,labels\nrød,rød\n".encode("latin-1"))
    with pytest.raises(EvaluationError, match="not UTF-8"):
        TextProtocol.from_csv(tmp_path / "latin.csv")


def test_an_encoder_without_words_is_refused(colours):
    register(TinyEncoder("mute", has_text=False))
    colours.add_space("mute")
    with pytest.raises(EvaluationError, match="mute has no words"):
        measure(colours, WordsProtocol(), encoder="mute")


def mark(shop, query, name, relevant):
    MarkStore(shop.catalogue).add(query, shop.get(id_of(shop, name)).sha256, relevant)


def test_marks_judge_only_what_was_marked(colours):
    mark(colours, "red", "red-1", True)
    mark(colours, "red", "red-2", False)
    mark(colours, "red", "blue-1", True)
    mark(colours, "blue", "blue-1", True)  # all right: says nothing about an order
    task = build(colours, MarksProtocol())
    assert [q.text for q in task.queries] == ["red"]
    assert names(colours, task.gallery) == ["blue-1", "red-1", "red-2"]
    assert "1 reviewed queries do not count: all their answers are right, or all are wrong." in task.notes
    found = measure(colours, MarksProtocol(), metrics=["map"])
    assert {colours.get(a.picture_id).name for a in found.answers(0)} == {"blue-1", "red-1", "red-2"}
    # both reds lie along the same direction or nearly: 1, then 2/3
    assert found.figure("map").mean == pytest.approx((1 + 2 / 3) / 2, abs=0.26)


def test_a_mark_for_another_query_keeps_its_pictures_out(colours):
    for query, right, wrong in (("red", "red-1", "blue-1"), ("blue", "blue-2", "green")):
        mark(colours, query, right, True)
        mark(colours, query, wrong, False)
    task = build(colours, MarksProtocol())
    assert [q.text for q in task.queries] == ["blue", "red"]
    assert names(colours, task.excluded[0]) == ["blue-1", "red-1"]
    assert measure(colours, MarksProtocol()).figure("map").mean == 1.0


def test_marks_that_say_nothing(colours):
    with pytest.raises(EvaluationError, match="No answer has been marked"):
        build(colours, MarksProtocol())
    mark(colours, "red", "red-1", True)
    with pytest.raises(EvaluationError, match="both a right and a wrong"):
        build(colours, MarksProtocol())


def test_protocols_by_name():
    assert protocol_from("captions", {"max_queries": 3}) == CaptionProtocol(3)
    assert protocol_from("words", WordsProtocol("x {}").parameters()) == WordsProtocol("x {}")
    with pytest.raises(EvaluationError, match="no protocol “guess”"):
        protocol_from("guess", {})
    with pytest.raises(EvaluationError, match="another version"):
        protocol_from("words", {"colour": "red"})
