import pytest

from tests.report.conftest import draw_shop


def test_from_a_folder_to_a_page(answer, run, tmp_path):
    photos = draw_shop(tmp_path / "photos")
    out = tmp_path / "shop report.html"
    found = answer("report", "shop", photos, "--out", out, "--encoder", "tiny", "--seed", 5)
    assert found["bytes"] == out.stat().st_size
    assert (found["pictures"], found["seed"]) == (31, 5)
    by_name = {one["name"]: one for one in found["sections"]}
    assert by_name["index"]["figures"]["recall"] == 1.0
    assert "exact_p50_ms" in by_name["index"]["times"]
    assert "<title>shop: a report</title>" in out.read_text(encoding="utf-8")

    said = run("report", "shop", "--out", out).stdout  # nothing to add: what is there
    assert f"Wrote {out}" in said
    assert "Near-duplicates:" in said


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["shop", "out.html"], 2, "evaluation-report"),
        (["shop", "--target", "1.5"], 2, "between 0 and 1"),
        (["shop", "--queries", "1"], 2, "queries"),
        (["shop", "nowhere"], 1, "no file or folder"),
        (["/", "--encoder", "tiny"], 1, "cannot be a collection's name"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_made(run, tmp_path, monkeypatch, args, code, said):
    monkeypatch.chdir(tmp_path)
    result = run("report", *args)
    assert result.exit_code == code
    assert said in result.output + str(result.exception)
    assert not (tmp_path / "home").exists()


def test_a_page_that_cannot_be_written_is_a_sentence(run, tmp_path):
    photos = draw_shop(tmp_path / "photos", each=2)
    result = run("report", "shop", photos, "--encoder", "tiny", "--out", tmp_path / "nowhere" / "out.html")
    assert result.exit_code == 1
    assert "no folder" in str(result.exception)
    assert not (tmp_path / "home").exists()  # said before minutes of work
    result = run("report", "shop", photos, "--encoder", "tiny", "--out", tmp_path)
    assert "is a folder" in str(result.exception)
