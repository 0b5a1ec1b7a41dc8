"""The pure parts of the widgets: reports, examples, explanations, file names, choices."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.collection.types import AddReport, Skip
from core.embedding.base import Concept
from core.errors import CollectionError
from core.jobs import Progress
from core.search.results import Evidence, Part, SearchResult, Timings
from widgets.search.searching import examples, found_line, read_as_line, timing_line
from widgets.shared.add_images import joined
from widgets.shared.collection_picker import choose
from widgets.shared.downloads import archive, safe_name
from widgets.shared.job_panel import progress_line, report_line, skipped_csv
from widgets.shared.tiles import why


def test_progress_says_how_far_and_how_long():
    line = progress_line(Progress(done=120, total=3068, note="Adding folder", elapsed_s=1.2, rate=96.0))
    assert line == "120 of 3,068 pictures · 96 a second · 31 s left · Adding folder"
    assert progress_line(Progress(0, None, "", 0.0, 0.0)) == "Getting ready…"
    assert "left" not in progress_line(Progress(0, 10, "Loading", 1.0, 0.0))


def test_a_report_in_one_line():
    report = AddReport(298, 1, 4, (Skip("a", "b"), Skip("c", "d")), 10.0)
    assert report_line(report) == (
        "Added 298 pictures in 10 s (30 a second) · 1 was here already"
        " · 4 unchanged since last time · 2 skipped"
    )


def test_reports_add_up():
    a = AddReport(1, 2, 3, (Skip("a", "x"),), 1.5)
    b = AddReport(10, 20, 30, (Skip("b", "y"),), 2.5, cancelled=True)
    assert joined([a, b]) == AddReport(11, 22, 33, (Skip("a", "x"), Skip("b", "y")), 4.0, cancelled=True)
    assert joined([]) == AddReport(0, 0, 0, (), 0.0)


def test_the_list_of_skipped_files_holds_no_formula():
    table = skipped_csv([Skip('=HYPERLINK("x")', "not a picture"), Skip('a "b"\n.jpg', "cut off")]).decode(
        "utf-8-sig"
    )
    assert table.splitlines()[1].startswith("\"'=HYPERLINK")
    assert '"a ""b""' in table


def test_examples_suit_the_labels():
    assert examples(["mug", "dress", "umbrella", None])[:3] == ["a red dress", "a blue mug", "an umbrella"]
    assert "a red dress" in examples([])
    assert examples(["IMG_0001", "<b>"]) == examples([])


def test_a_result_in_words():
    concepts = (Concept("gown", 0.5), Concept("hoop skirt", 0.2), Concept("redshank", 0.01))
    result = SearchResult((), Timings(12.0, 0.5, 3.0, 20.0), 302, concepts)
    assert found_line(result) == "**The 0 closest of 302 pictures**"
    assert read_as_line(result) == "Read as: gown and hoop skirt"
    assert timing_line(result.timings).startswith("36 ms: understanding the query 12 ms")


def test_why_a_hit_is_there():
    evidence = Evidence(
        (Part("“a red dress”", 0.2, 3.0), Part("unlike dresses/<b>.jpg", 0.9, 5.0)), (Concept("gown", 0.4),)
    )
    said = why(evidence)
    assert [(p["name"], p["share"], p["word"]) for p in said["parts"]] == [
        ("“a red dress”", 0.5, "strong"),
        ("unlike <b>.jpg", -0.833, "very close"),
    ]
    assert said["concepts"] == "looks like: gown"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ('a<b>:"c".jpg', "a_b___c_.jpg"),
        ("con.jpg", "_con.jpg"),
        ("..", "picture"),
        ("two\nlines.png", "two_lines.png"),
        ("x" * 300 + ".jpg", "x" * 150 + ".jpg"),
    ],
)
def test_a_file_name_that_every_system_takes(name, safe):
    assert safe_name(name) == safe


def test_file_names_do_not_collide():
    assert safe_name("A.jpg", {"a.jpg", "a (2).jpg"}) == "A (3).jpg"


def test_an_archive_says_what_is_missing():
    class Shelf:
        def get_many(self, ids):
            return [SimpleNamespace(id=i, name="shop/mug.jpg") for i in ids]

        def original(self, picture):
            if picture == 2:
                raise CollectionError("The original of mug.jpg is gone.")
            return b"mug %d" % picture

    with zipfile.ZipFile(io.BytesIO(archive(Shelf(), [1, 2, 3]))) as packed:
        assert packed.namelist() == ["mug.jpg", "mug (2).jpg", "NOT INCLUDED.txt"]
        assert packed.read("mug (2).jpg") == b"mug 3"
        assert b"is gone" in packed.read("NOT INCLUDED.txt")


def test_which_collection_is_shown():
    def line(name, day, problem=""):
        return SimpleNamespace(
            name=name, path=Path(name), updated_at=datetime(2024, 1, day, tzinfo=UTC), problem=problem
        )

    lines = [line("a", 1), line("b", 3), line("c", 2), line("broken", 9, "unreadable")]
    assert choose(lines, "a", "c") == "a"
    assert choose(lines, "gone", "c") == "c"
    assert choose(lines, None, None) == "b"
    assert choose([], "a", "b") is None
