from core.clustering.naming.from_labels import caption_words, label_of, tidy


def test_the_label_that_most_bear_with_its_share():
    assert label_of(["mug", "mug", "mug", "cup"]) == ("mug", 0.75)


def test_no_majority_is_no_name():
    assert label_of(["mug", "cup"]) is None
    assert label_of([None, None]) is None
    assert label_of([]) is None


def test_a_few_labels_prove_little_of_many_pictures():
    assert label_of(["mug", "mug", *[None] * 98]) is None
    assert label_of(["mug"] * 6 + [None] * 94) == ("mug", 0.75)


def test_a_label_becomes_one_line():
    assert tidy(" red\n\tmug\x00 ") == "red mug"
    assert len(tidy("x" * 500)) == 60


def test_words_of_captions_that_the_others_lack():
    captions = [
        ["a red mug on the table", "the red mug of my aunt", "red mug"],
        ["a blue bottle on the table", "my blue bottle"],
    ]
    first, second = caption_words(captions, 3)
    assert [term for term, _ in first] == ["red mug"]
    assert [term for term, _ in second] == ["blue bottle"]


def test_a_word_of_every_caption_names_none():
    assert caption_words([["photo of shoes"] * 3, ["photo of shoes"] * 3], 3) == [[], []]


def test_one_cluster_alone_is_named_by_its_commonest_words():
    assert caption_words([["green tea", "green tea", "kettle"]], 1)[0][0][0] == "green tea"


def test_clusters_without_captions_have_no_words():
    assert caption_words([[], ["a mug", "a mug"]], 3) == [[], [("mug", 1.0)]]
