import numpy as np

from core.clustering.members import Members
from core.clustering.naming.from_encoder import names_from_words
from core.clustering.naming.vocabulary import Noun, Vocabulary

NOUNS = (Noun("mug", "mugs"), Noun("tall mug", "tall mugs"), Noun("shoe", "shoes"), Noun("thing", "things"))


def axes(*at):
    rows = np.zeros((len(at), 8), np.float32)
    for row, places in enumerate(at):
        rows[row, list(places)] = 1
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


# Mugs lie along 0, shoes along 2, "thing" along 3, which every picture has; red along 4, blue along 5.
WORDS = Vocabulary(NOUNS, axes((0,), (0, 1), (2,), (3,)), ("red", "blue"), axes((4,), (5,)))


def people(vectors, clusters):
    count = len(clusters)
    return Members(np.arange(count), vectors, np.array(clusters, np.int32), np.ones(count, np.float32))


def test_what_fits_every_cluster_names_none():
    vectors = axes(*[(0, 3)] * 6, *[(2, 3)] * 6)
    mugs, shoes = names_from_words(people(vectors, [0] * 6 + [1] * 6), 2, WORDS, top=2)
    assert mugs[0].name == "mugs"
    assert shoes[0].name == "shoes"
    assert "things" not in {name.name for name in (mugs[0], shoes[0])}


def test_names_of_one_list_are_of_different_things():
    vectors = axes(*[(0, 1, 3)] * 6, *[(2, 3)] * 6)
    mugs, _ = names_from_words(people(vectors, [0] * 6 + [1] * 6), 2, WORDS, top=3)
    assert [name.name for name in mugs] == ["tall mugs", "things", "shoes"]


def test_first_names_differ_and_a_colour_that_stands_out_is_named():
    vectors = axes(*[(0, 4)] * 6, *[(0, 5)] * 6, *[(2, 4)] * 3, *[(2, 5)] * 3)
    found = names_from_words(people(vectors, [0] * 6 + [1] * 6 + [2] * 6), 3, WORDS)
    assert [group[0].name for group in found][:2] == ["red mugs", "blue mugs"]
    assert found[2][0].name == "shoes"


def test_one_cluster_alone_is_still_named():
    (only,) = names_from_words(people(axes(*[(2,)] * 4), [0] * 4), 1, WORDS, top=1)
    assert only[0].name == "shoes"


def test_a_cluster_without_pictures_has_no_names_and_one_of_a_single_picture_has():
    found = names_from_words(people(axes((0,), (2,), (2,)), [0, 2, 2]), 3, WORDS)
    assert found[0][0].name in {"mugs", "tall mugs"}
    assert found[1] == []


def test_more_clusters_than_words_are_named_all_the_same():
    found = names_from_words(people(axes(*[(0,)] * 3, *[(2,)] * 3), range(6)), 6, WORDS, top=1)
    assert all(len(group) == 1 for group in found)
