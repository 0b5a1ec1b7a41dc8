import numpy as np
import pytest

from core.clustering.trust.label_errors import suspects
from core.errors import ClusteringError
from tests.clustering.trust.test_outliers import crowd
from tests.support.rows import fill


@pytest.fixture
def labelled(shop):
    """Twenty mugs in one direction and twenty shoes in another."""
    shoes = crowd(20, seed=1)
    fill(shop, np.concatenate([crowd(20), np.roll(shoes, 1, axis=1)]))
    shop.set_label(shop.ids()[:20], "mug")
    shop.set_label(shop.ids()[20:], "shoe")
    return shop


def test_right_labels_are_not_doubted(labelled):
    assert suspects(labelled) == ()


def test_a_wrong_label_is_found(labelled):
    wrong = labelled.ids()[3]
    labelled.set_label([wrong], "shoe")
    (found,) = suspects(labelled)
    assert (found.id, found.label, found.suggested) == (wrong, "shoe", "mug")
    assert found.share == pytest.approx(1)


def test_copies_with_a_wrong_label_do_not_confirm_one_another(labelled):
    ids = labelled.ids()
    labelled.set_label(ids[:8], "shoe")
    found = {one.id: one.suggested for one in suspects(labelled, copies=[ids[:8]])}
    assert found == dict.fromkeys(ids[:8], "mug")


def test_a_copy_labelled_otherwise_than_the_others(labelled):
    ids = labelled.ids()
    labelled.set_label([ids[0]], "shoe")
    assert [one.id for one in suspects(labelled, copies=[ids[:3]])] == [ids[0]]


def test_pictures_without_a_label_are_left_out(labelled):
    labelled.set_label(labelled.ids()[:10], None)
    assert suspects(labelled) == ()


def test_no_label_at_all(labelled):
    labelled.set_label(labelled.ids(), None)
    with pytest.raises(ClusteringError, match="has a label"):
        suspects(labelled)


def test_a_single_labelled_picture(labelled):
    labelled.set_label(labelled.ids()[1:], None)
    assert suspects(labelled) == ()
