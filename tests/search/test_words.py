"""What is wanted and what is not, as people put it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import Query, SearchEngine
from core.search.words import MULTILINGUAL, read_words, split_negation
from tests.support.pictures import jpeg


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("not shoes", "", ("shoes",)),
        ("-shoes", "", ("shoes",)),
        ("no shoes", "", ("shoes",)),
        ("Not the shoes!", "!", ("shoes",)),
        ("red dress -stripes", "red dress", ("stripes",)),
        ('dress -"long sleeves" -hat', "dress", ("long sleeves", "hat")),
        ("a dress without sleeves", "a dress", ("sleeves",)),
        ("a dress without sleeves with a belt", "a dress with a belt", ("sleeves",)),
        ("clothes but not hats or shoes", "clothes", ("hats", "shoes")),
        ("no hats, no shoes", "", ("hats", "shoes")),
        ("everything except for trousers", "everything", ("trousers",)),
        ("t-shirt", "t-shirt", ()),
        ("long-sleeve t-shirt", "long-sleeve t-shirt", ()),
        ("a no smoking sign", "a no smoking sign", ()),
        ("forget-me-not", "forget-me-not", ()),
        ("knots", "knots", ()),
        ("-20 degrees", "-20 degrees", ()),
        ("not", "not", ()),
        ("-", "-", ()),
        ("", "", ()),
    ],
)
def test_negation_is_taken_out_of_the_words(text, wanted, unwanted):
    assert split_negation(text) == (wanted, unwanted)


@given(st.text(st.sampled_from("not -a,b\"' without"), max_size=40))
def test_any_text_is_read(text):
    wanted, unwanted = split_negation(text)
    assert all(one.strip() for one in unwanted)
    assert unwanted or wanted == text


class English:
    def unknown_words(self, text):
        return tuple(word for word in text.split() if word == "kleid")


def test_unknown_words_are_said_with_an_encoder_that_knows_more():
    read = read_words(Query(text="rotes kleid", unlike=("kleid", 7)), English())
    assert read.query == Query(text="rotes kleid", unlike=("kleid", 7))
    assert read.note.count("“kleid”") == 1
    assert MULTILINGUAL in read.note
    assert not read_words(Query(text="dress"), English()).note
    assert not read_words(Query(text="kleid"), object()).note, "an encoder that does not say"


def test_a_search_leaves_out_what_is_not_wanted_and_says_so(shop):
    colours = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220)}
    shop.add_files([(f"{name}.jpg", jpeg(colour=colour)) for name, colour in colours.items()])
    engine = SearchEngine(shop)
    assert engine.search(Query(text="red"))[0].name == "red.jpg"
    found = engine.search(Query(text="not red"))
    assert found[-1].name == "red.jpg"
    assert "“red”" in found.about_words
    assert engine.search(Query(text="red")).about_words == ""
