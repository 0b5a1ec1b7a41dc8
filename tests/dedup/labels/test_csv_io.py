import pytest

from core.collection.verdicts import Judgement
from core.dedup.labels.csv_io import export_pairs, import_pairs
from core.dedup.labels.labels import undo
from core.errors import CollectionError, DedupError
from tests.support.pictures import jpeg


@pytest.fixture
def shop(shop):
    """Pictures 1 to 4, of which two share a name and one is called like a formula."""
    shop.add_files(
        [("a.jpg", jpeg(0)), ("same.jpg", jpeg(1)), ("same.jpg", jpeg(2)), ("=HYPERLINK(1).jpg", jpeg(3))]
    )
    return shop


def said(collection):
    ids = {sha256: i for i, sha256 in collection.judgements.hashes().items()}
    return {(*sorted((ids[v.a_sha256], ids[v.b_sha256])), v.verdict) for v in collection.verdicts()}


def taken(shop, text):
    return import_pairs(shop, text.encode(), "labels.csv")


def test_names_hashes_and_any_column_order(shop):
    sha256 = shop.get(2).sha256
    report = taken(
        shop, f"verdict;note;B;a\nDuplicate;x;{sha256.upper()};a.jpg\nunsure;;=HYPERLINK(1).jpg;a.jpg\n"
    )
    assert (len(report.imported), report.skipped, report.notes) == (2, 0, ())
    assert said(shop) == {(1, 2, "duplicate"), (1, 4, "unsure")}
    assert {(v.source, v.purpose) for v in shop.verdicts()} == {("csv", "given")}
    assert undo(shop, report.imported) == 2
    assert shop.verdicts() == []


def test_what_cannot_be_used_is_counted_and_said_and_the_rest_goes_on(shop):
    report = taken(
        shop,
        "a,b,verdict\nnobody.jpg,a.jpg,duplicate\nsame.jpg,a.jpg,duplicate\na.jpg,=HYPERLINK(1).jpg,maybe\n"
        "a.jpg,a.jpg,duplicate\na.jpg\n\na.jpg,=HYPERLINK(1).jpg,different\n",
    )
    assert len(report.imported) == 1
    assert report.skipped == 5
    assert report.notes == (
        "Line 2: “nobody.jpg” is not in the collection.",
        "Line 3: 2 pictures are named “same.jpg”; use the content hash.",
        "Line 4: “maybe” is not a verdict; write duplicate, different or unsure.",
        "Line 5 pairs a picture with itself.",
        "Line 6: “” is not a verdict; write duplicate, different or unsure.",
    )


def test_rows_that_contradict_each_other_are_not_taken(shop):
    sha256 = shop.get(4).sha256
    report = taken(shop, f"a,b,verdict\na.jpg,{sha256},duplicate\n{sha256},a.jpg,different\n")
    assert (report.imported, report.skipped) == ((), 2)
    assert report.notes == ("Lines 2 and 3 contradict each other on one pair; none was taken.",)
    report = taken(shop, f"a,b,verdict\na.jpg,{sha256},duplicate\n{sha256},a.jpg,duplicate\n")
    assert (len(report.imported), report.unchanged, report.skipped) == (1, 1, 0)


def test_what_stands_already_is_not_written_again(shop):
    text = "a,b,verdict\na.jpg,=HYPERLINK(1).jpg,different\n"
    taken(shop, text)
    report = taken(shop, text)
    assert (report.imported, report.unchanged) == ((), 1)
    assert len(shop.judgements.history(1, 4)) == 1


def test_out_and_in_again_is_the_same_and_no_cell_is_a_formula(shop, workspace):
    shop.judgements.judge(
        [Judgement(1, 2, "duplicate"), Judgement(3, 4, "different"), Judgement(1, 4, "unsure")]
    )
    before = said(shop)
    text = export_pairs(shop)
    assert text.splitlines()[0] == "a,b,verdict"
    assert "a.jpg" in text
    assert "HYPERLINK" not in text
    assert "same.jpg" not in text
    shop.judgements.withdraw([v.id for v in shop.verdicts()])
    assert taken(shop, text).skipped == 0
    assert said(shop) == before


def test_verdicts_on_removed_pictures_go_out_by_hash_and_are_said_coming_in(shop):
    shop.judgements.judge([Judgement(1, 2, "duplicate")])
    shop.remove([1])
    report = taken(shop, export_pairs(shop))
    assert report.skipped == 1
    assert "is not in the collection" in report.notes[0]


def test_a_hundred_notes_are_enough(shop):
    report = taken(shop, "a,b,verdict\n" + "x,y,duplicate\n" * 250)
    assert report.skipped == 250
    assert len(report.notes) == 101
    assert report.notes[-1] == "150 more such notes."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "lacks a, b, verdict"),
        (b"a,b\n1,2\n", "lacks verdict"),
        (b"a,b,verdict\n\xff\xfe", "not UTF-8"),
        (b"\xff\xd8\x00\x00", "not UTF-8"),
        (b'a,b,verdict\n"' + b"x" * 200_000 + b'",y,duplicate\n', "not readable as CSV"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused(shop, data, words):
    with pytest.raises((DedupError, CollectionError), match=words):
        import_pairs(shop, data, "labels.csv")
    assert shop.verdicts() == []


def test_a_file_that_is_not_there_is_said(shop, tmp_path):
    with pytest.raises(DedupError, match=r"gone\.csv cannot be read"):
        import_pairs(shop, tmp_path / "gone.csv")
