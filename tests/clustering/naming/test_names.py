import pytest

from core.clustering.naming.names import (
    NOISE_NAME,
    display_names,
    propose_names,
    rename,
    stored_proposals,
)
from core.clustering.store import ClusteringStore
from core.clustering.types import NOISE
from core.errors import ClusteringError
from tests.support.clusterings import made
from tests.support.rows import fill, unit
from tests.support.tiny import TinyEncoder, register


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LOOKALIKE_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def wordless(workspace):
    """Twelve pictures under an encoder that has no words."""
    register(TinyEncoder("wordless", has_text=False))
    shop = workspace.create("wordless", encoder="wordless")
    fill(shop, unit(12))
    return shop


def test_a_cluster_is_called_by_its_label(wordless):
    ids = wordless.ids()
    wordless.set_label(ids[:4], "mug")
    wordless.set_label(ids[6:], "shoe")
    run = made(wordless, [0] * 6 + [1] * 6, "two")
    proposed = propose_names(wordless, run)
    assert (proposed[0][0].name, proposed[0][0].source) == ("mug", "label")
    assert stored_proposals(wordless, run) == proposed
    assert display_names(wordless, run) == {0: "mug", 1: "shoe"}


def test_without_words_labels_and_captions_they_are_numbered(wordless):
    run = made(wordless, [0] * 6 + [1] * 5 + [NOISE], "two")
    assert propose_names(wordless, run) == {0: (), 1: ()}
    assert display_names(wordless, run) == {0: "Cluster 1", 1: "Cluster 2", NOISE: NOISE_NAME}


def test_clusters_of_one_label_are_told_apart(shop):
    fill(shop, unit(12))
    shop.set_label(shop.ids(), "mug")
    names = display_names(shop, made(shop, [0] * 4 + [1] * 4 + [2] * 4, "three"))
    assert len(set(names.values())) == 3
    assert all(name.startswith("mug") for name in names.values())


def test_one_label_and_no_words_leaves_numbers_for_the_others(wordless):
    wordless.set_label(wordless.ids(), "mug")
    assert display_names(wordless, made(wordless, [0] * 6 + [1] * 6)) == {0: "mug", 1: "Cluster 2"}


def test_the_words_of_the_encoder_name_what_nobody_labelled(shop):
    fill(shop, unit(6))
    proposed = propose_names(shop, made(shop, [0] * 3 + [1] * 2 + [2]), top=3)
    assert all(len(group) == 3 and group[0].source == "words" for group in proposed.values())
    assert len({group[0].name for group in proposed.values()}) == 3


def test_a_person_s_name_stands_before_all(wordless):
    wordless.set_label(wordless.ids()[:6], "mug")
    run = made(wordless, [0] * 6 + [1] * 6, "two")
    rename(wordless, run, 1, "  Mug\n")
    assert display_names(wordless, run) == {0: "Cluster 1", 1: "Mug"}
    rename(wordless, run, 1, None)
    assert display_names(wordless, run) == {0: "mug", 1: "Cluster 2"}


def test_names_that_cannot_be_given(wordless):
    run = made(wordless, [0] * 6 + [1] * 6, "two")
    rename(wordless, run, 0, "mugs")
    with pytest.raises(ClusteringError, match="Another cluster is called “MUGS” already"):
        rename(wordless, run, 1, "MUGS")
    with pytest.raises(ClusteringError, match="no cluster 9"):
        rename(wordless, run, 8, "x")
    with pytest.raises(ClusteringError, match="has 81 characters"):
        rename(wordless, run, 1, "x" * 81)
    with pytest.raises(ClusteringError, match="not stored yet"):
        rename(wordless, made(wordless, [0] * 12), 0, "x")


def test_pictures_removed_since(wordless):
    run = made(wordless, [0] * 6 + [1] * 6, "two")
    wordless.set_label(wordless.ids()[6:], "shoe")
    wordless.remove(wordless.ids()[:6])
    assert display_names(wordless, run) == {0: "Cluster 1", 1: "shoe"}
    wordless.remove(wordless.ids())
    assert propose_names(wordless, run) == {0: (), 1: ()}


def test_what_cannot_be_read_is_proposed_again(wordless):
    run = made(wordless, [0] * 12, "one")
    ClusteringStore(wordless.catalogue).propose(run.id, '{"0": [["mug"')
    wordless.set_label(wordless.ids(), "mug")
    assert display_names(wordless, run) == {0: "mug"}
