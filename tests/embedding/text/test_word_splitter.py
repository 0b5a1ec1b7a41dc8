import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.embedding.text.word_splitter import CompoundSplitter

WORDS = ["the", "long", "sleeve", "hand", "bag", "handb", "foot", "wear", "##ing", "cap", "a"]
SPLITTER = CompoundSplitter({word: rank for rank, word in enumerate(WORDS)}, frozenset({"footcap"}))


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("longsleeve", "long sleeve"),
        ("a LongSleeve, the handbag!", "a Long Sleeve, the hand bag!"),
        ("footcap", "footcap"),  # known as a whole
        ("acap", "acap"),  # too short a part
        ("xyzzy 123 👗", "xyzzy 123 👗"),
        ("", ""),
    ],
)
def test_split(text, split):
    assert SPLITTER.split(text) == split


@given(st.text())
def test_only_spaces_are_added(text):
    assert SPLITTER.split(text).replace(" ", "") == text.replace(" ", "")
