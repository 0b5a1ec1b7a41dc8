"""No cell is a formula, and every cell is read back as it was."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import Workspace
from core.csv_export import csv_text, guarded, unguarded
from tests.support.pictures import jpeg

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "dress", "a=b", "-3", "+4.5", "'tis", "''"])
def test_other_text_is_left_alone(text):
    assert guarded(text) == unguarded(text) == text


@given(st.text(st.sampled_from("'=-+@\t\rab1＝"), max_size=6))
@example("'=x")
@example("''-2")
def test_what_was_written_is_read_back(text):
    assert unguarded(guarded(text)) == text


def test_rows_and_empty_cells():
    text = csv_text(["a", "b"], [["=x", None], [-1.5, "-1.5"]])
    assert list(csv.reader(io.StringIO(text))) == [["a", "b"], ["'=x", ""], ["-1.5", "-1.5"]]


def test_an_export_is_safe_and_can_be_imported_again(run, answer, workspace, tiny, tmp_path):
    shop = workspace.create("shop", encoder="tiny")
    names = ["=1+1.jpg", "-a.jpg", "'=quoted.jpg", "plain.jpg"]
    shop.add_files([(name, jpeg(colour=(40 * n, 0, 0))) for n, name in enumerate(names)])
    ids = {picture.name: picture.id for picture in shop.page(0, 10)}
    labels = dict(zip(names, ["@label", "'+x", "+1 extra", "plain"], strict=True))
    for name, label in labels.items():
        shop.set_label([ids[name]], label)
    out = tmp_path / "out.csv"
    answer("export", "shop", out, "--workspace", workspace.path)
    with out.open(newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    again = Workspace(tmp_path / "again").create("shop", encoder="tiny")
    again.add_files([(name, jpeg(colour=(40 * n, 0, 0))) for n, name in enumerate(names)], labels=out)
    assert {picture.name: picture.label for picture in again.page(0, 10)} == labels
