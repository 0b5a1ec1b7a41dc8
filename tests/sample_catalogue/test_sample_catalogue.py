"""The plan of the sample catalogue: names, words, counts and truth, without drawing anything."""

from collections import Counter

import pytest

from core.sample_catalogue import COPY_KINDS, SampleItem, draw, sample_items, sample_verdicts
from core.sample_catalogue.palette import COLOURS
from core.sample_catalogue.patterns import PATTERNS


@pytest.fixture(scope="module")
def items() -> dict[str, SampleItem]:
    return {item.name: item for item in sample_items()}


def test_about_three_hundred_pictures_of_more_than_a_dozen_kinds(items):
    assert len(items) == len(sample_items())
    assert 280 <= len(items) <= 320
    labels = Counter(item.label for item in items.values())
    assert len(labels) >= 12
    assert min(labels.values()) >= 14


def test_names_are_sorted_relative_paths_with_plain_characters(items):
    assert list(items) == sorted(items)
    for name in items:
        folder, file = name.split("/")
        assert folder.replace("-", "").isalpha()
        assert all(c.isascii() and (c.isalnum() or c in "-.") for c in file)


def test_names_labels_and_captions_say_the_same(items):
    for item in items.values():
        words = item.caption.split()
        assert words[0] in {"a", "an", "another"}
        assert (words[0] == "an") == (words[1][0] in "aeiou" and words[0] != "another")
        assert words[1] in COLOURS
        assert item.label in words
        slug = item.name.split("/")[1]
        assert words[1] in slug
        assert item.label in slug
        for pattern in PATTERNS:
            assert (pattern in words) == (pattern in slug)


def test_every_colour_pattern_and_kind_of_place_occurs(items):
    captions = " ".join(item.caption for item in items.values()).split()
    for word in (*COLOURS, *PATTERNS[1:], "wooden", "marble", "garden", "paper", "white", "wall", "linen"):
        assert word in captions


def test_copies_refer_to_originals_that_exist(items):
    copies = [item for item in items.values() if item.copy_of]
    assert 36 <= len(copies) <= 48
    kinds = Counter(item.copy_kind for item in copies)
    assert set(kinds) == set(COPY_KINDS)
    assert min(kinds.values()) >= 5
    for copy in copies:
        original = items[copy.copy_of]
        assert original.copy_of is None
        assert (copy.label, copy.caption) == (original.label, original.caption)
        assert copy.look_alike_of is None
    assert any(count > 1 for count in Counter(copy.copy_of for copy in copies).values())


def test_look_alikes_refer_to_originals_of_the_same_label(items):
    alike = [item for item in items.values() if item.look_alike_of]
    assert 26 <= len(alike) <= 40
    for item in alike:
        assert item.copy_of is None
        assert items[item.look_alike_of].label == item.label
        assert items[item.look_alike_of].look_alike_of is None


def test_verdicts_name_existing_pairs_and_agree_with_the_items(items):
    verdicts = sample_verdicts()
    pairs = [frozenset((v.a, v.b)) for v in verdicts]
    assert len(set(pairs)) == len(pairs)
    assert all(len(pair) == 2 and pair <= items.keys() for pair in pairs)
    duplicate = {frozenset((v.a, v.b)) for v in verdicts if v.verdict == "duplicate"}
    different = {frozenset((v.a, v.b)) for v in verdicts if v.verdict == "different"}
    assert duplicate | different == set(pairs)
    for item in items.values():
        if item.copy_of:
            assert frozenset((item.name, item.copy_of)) in duplicate
        if item.look_alike_of:
            assert frozenset((item.name, item.look_alike_of)) in different


def test_an_item_of_another_catalogue_is_refused():
    with pytest.raises(ValueError, match=r"no picture 'shoes/unknown\.jpg'"):
        draw(SampleItem("shoes/unknown.jpg", "shoe", "a shoe", None, None, None))
    with pytest.raises(ValueError, match=r"no picture 'gone\.jpg'"):
        draw(SampleItem("copy.jpg", "shoe", "a shoe", "gone.jpg", "resized", None))
