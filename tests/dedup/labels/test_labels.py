import numpy as np
import pytest

from core.collection.verdicts import Judgement
from core.dedup.labels.labeled_pairs import DIFFERENT, DUPLICATE, UNSURE, judged_pairs
from core.dedup.labels.labels import judge, next_chosen, remarks, undo
from core.dedup.scoring import model_store
from core.dedup.scoring.model import default_judge
from core.dedup.scoring.train import learn
from core.errors import DedupError
from tests.support.judged import judged, scored
from tests.support.pictures import write_folder

TWENTY = [(i, i + 1, 0.5) for i in range(1, 40, 2)]


@pytest.fixture
def six(shop, tmp_path):
    shop.add_folder(write_folder(tmp_path / "photos", 6))
    return shop


def test_judging_and_taking_back(six):
    written = judge(six, 2, 1, "unsure", purpose="chosen", source="anna")
    (said,) = six.verdicts()
    assert (said.id, said.verdict, said.purpose, said.source) == (written, "unsure", "chosen", "anna")
    assert undo(six, [written]) == 1
    assert six.verdicts() == []


def test_a_chosen_pair_that_the_random_sample_has_judged_is_taken_over_and_not_asked_again(six):
    found = [scored(1, 2, 0.5), scored(3, 4, 0.1)]
    judge(six, 1, 2, "duplicate", purpose="random")
    pairs = judged_pairs(six, found)
    assert next_chosen(six, pairs) == 1
    assert [v.source for v in six.judgements.history(1, 2)] == ["person", "taken over"]


def test_remarks_on_too_few_on_one_kind_and_on_none_at_all():
    assert remarks(judged([])) == ("There are no candidate pairs: no two pictures are similar.",)
    (few,) = remarks(judged(TWENTY, [(1, 2, UNSURE)]))
    assert few == "Fewer than 10 pairs are labelled; 9 more, and the score can learn from them."
    (same,) = remarks(judged(TWENTY, [(a, b, DUPLICATE) for a, b, _ in TWENTY[:12]]))
    assert same.startswith("All 12 labels say “duplicates”")
    both = [(a, b, DUPLICATE if a % 4 == 1 else DIFFERENT) for a, b, _ in TWENTY]
    assert remarks(judged(TWENTY, both)) == ()


def test_remarks_on_contradictions_and_on_what_is_gone():
    rows = [*TWENTY, (100, 101, 0.5), (101, 102, 0.5), (100, 102, 0.5)]
    verdicts = [(a, b, DIFFERENT) for a, b, _ in TWENTY]
    pairs = judged(rows, [*verdicts, (100, 101, 1), (101, 102, 1), (100, 102, DIFFERENT)])
    (said,) = remarks(pairs)
    assert said.startswith("1 verdict contradicts others: pictures 100 and 102")


def test_verdicts_on_removed_pictures_are_mentioned(six):
    judge(six, 1, 2, "duplicate")
    six.remove([1])
    assert (
        "1 verdict is on pictures that were removed since"
        in remarks(judged_pairs(six, [scored(3, 4, 1.0)]))[-1]
    )


def test_learning_needs_ten_labels_of_both_kinds_and_then_moves_the_score(six):
    ids = six.ids()
    found = [scored(a, b, 0.5) for a in ids for b in ids if a < b]
    six.judgements.judge([Judgement(p.a, p.b, "duplicate") for p in found[:9]])
    with pytest.raises(DedupError, match="there are 9"):
        learn(six, judged_pairs(six, found))
    six.judgements.judge([Judgement(p.a, p.b, "duplicate") for p in found[9:12]])
    with pytest.raises(DedupError, match="All 12 labels"):
        learn(six, judged_pairs(six, found))
    six.judgements.judge([Judgement(p.a, p.b, "different") for p in found])
    six.judgements.judge([Judgement(found[0].a, found[0].b, "duplicate")])
    learned = learn(six, judged_pairs(six, found))
    assert learned.labels == 15
    assert model_store.load(six) == learned
    seen = [found[0].evidence]
    assert learned.probabilities(seen) < default_judge().probabilities(seen)


def test_random_labels_alone_are_too_few_to_learn_from(six):
    ids = six.ids()
    found = [scored(a, b, 0.5) for a in ids for b in ids if a < b]
    six.judgements.judge([Judgement(p.a, p.b, "duplicate", purpose="random") for p in found])
    assert not judged_pairs(six, found).learnable.any()
    with pytest.raises(DedupError, match="there are none"):
        learn(six, judged_pairs(six, found))
    assert np.all(judged_pairs(six, found).verdict == DUPLICATE)
