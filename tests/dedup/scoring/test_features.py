from dataclasses import replace

import numpy as np
import pytest

from core.dedup.scoring.features import FEATURES, NEITHER, UNLIKE, features
from core.dedup.scoring.model import default_judge
from tests.support.evidence import COPY, NOTHING


def row(evidence):
    return dict(zip(FEATURES, features([evidence])[0], strict=True))


def test_the_numbers_of_a_copy():
    copy = row(COPY)
    assert copy["hash"] == pytest.approx(1 - 2 / 24)
    assert copy["inliers"] == pytest.approx(np.log(241))
    assert copy["inlier ratio"] == pytest.approx(240 / 250)
    assert copy["colour difference"] == pytest.approx(3 / 60)
    assert all(copy[name] == 0 for name in FEATURES if "few keypoints" in name)


def test_without_keypoints_hash_cosine_and_agreement_stand_in():
    plain = row(replace(COPY, keypoints=0, inliers=0, matches=0))
    assert plain["few keypoints"] == 1
    assert plain["hash, few keypoints"] == plain["hash"] > 0.9
    assert plain["agreement, few keypoints"] == 1
    assert plain["cosine over strangers, few keypoints"] == pytest.approx(0.3)


def test_colours_of_pictures_that_do_not_show_the_same_whole_say_nothing():
    assert row(NOTHING)["colour difference"] == 0.5
    assert row(replace(COPY, overlap_a=0.3, hash_distance=20))["colour difference"] == 0.5


def test_more_likeness_never_makes_a_copy_less_likely_by_default():
    weights = dict(zip(default_judge().names, default_judge().weights, strict=True))
    assert all(weights[name] <= 0 for name in UNLIKE)
    assert all(weights[name] >= 0 for name in FEATURES if name not in UNLIKE | NEITHER)
