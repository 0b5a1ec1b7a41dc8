import os
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.collection.safe_names import display_name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a/b c.jpg", "a/b c.jpg"),
        ('it\'s "quoted" & <b>bold</b>.png', 'it\'s "quoted" & <b>bold</b>.png'),
        ("Größe 👗 é.jpg", "Größe 👗 é.jpg"),
        ("two\nlines\r.jpg", "two␤lines␍.jpg"),
        ("bell\x07 tab\t del\x7f.jpg", "bell␇ tab␉ del␡.jpg"),
        ("c1\x85.jpg", "c1\\x85.jpg"),
        ("photo\u202egpj.exe", "photo\\u202egpj.exe"),
        ("line\u2028break", "line\\u2028break"),
        (os.fsdecode(b"caf\xe9.jpg"), "caf\\xe9.jpg"),
        ("lone\ud800", "lone\\ud800"),
    ],
)
def test_what_a_name_is_shown_as(raw, shown):
    assert display_name(raw) == shown
    assert display_name(shown) == shown


@given(st.binary(min_size=1, max_size=255))
def test_any_bytes_become_one_line_that_sqlite_holds(name):
    shown = display_name(os.fsdecode(name))
    assert sqlite3.connect(":memory:").execute("SELECT ?", (shown,)).fetchone()[0] == shown
    assert len(shown.splitlines()) == 1
    assert shown.encode("utf-8")


@given(st.text())
def test_text_that_prints_is_left_alone(text):
    if text.isprintable():
        assert display_name(text) == text
