"""Numbers and untrusted names as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.shared.formatting import count, duration, listing, milliseconds, one_line, plain, size, strength


def test_counts_and_sizes():
    assert count(1) == "1 picture"
    assert count(2048) == "2,048 pictures"
    assert count(0, "file") == "0 files"
    assert [size(n) for n in (0, 999, 1500, 250_000, 3_200_000_000)] == [
        "0 bytes",
        "999 bytes",
        "1.5 kB",
        "250 kB",
        "3.2 GB",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0 s"), (59.6, "1 min"), (200, "3 min 20 s"), (700, "11 min"), (7500, "2 h 5 min"), (7200, "2 h")],
)
def test_duration(seconds, said):
    assert duration(seconds) == said


def test_milliseconds_and_listing():
    assert [milliseconds(v) for v in (0.42, 38.4, 1234)] == ["0.4 ms", "38 ms", "1.2 s"]
    assert [listing(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_one_line_keeps_the_layout():
    assert one_line("two\nlines\tand \x00more") == "two lines and more"
    assert one_line("photo\u202egpj.exe") == "photogpj.exe"
    assert one_line("x" * 300, 20) == "xxxxxxxxxxxxx…xxxxxx"
    assert one_line("👩‍👩‍👧 café.jpg") == "👩‍👩‍👧 café.jpg"


@given(st.text(max_size=400))
def test_one_line_is_one_short_line(text):
    line = one_line(text, 60)
    assert len(line) <= 60
    assert len(line.splitlines()) <= 1


def test_plain_defuses_markup():
    said = plain("<img src=x> **b** [a](http://x) :red[c] $x$ :material/home: `d` # e")
    for live in ("<", "**", "](", ":red", "$x", ":material", "`d`"):
        assert live not in said.replace("\\*\\*", "").replace("\\`", "")


def test_strength_in_words():
    assert [strength(z) for z in (5, 3, 1.5, 0, -2)] == ["very strong", "strong", "some", "none", "against"]
    assert [strength(z, unwanted=True) for z in (5, -2)] == ["very close", "far away"]
