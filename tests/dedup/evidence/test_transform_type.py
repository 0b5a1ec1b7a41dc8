from dataclasses import replace

import pytest

from core.dedup.evidence.transform_type import ceiling, kind_of
from tests.support.evidence import COPY


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"same_pixels": True}, "exact"),
        ({}, "re-encoded"),
        ({"size_b": (200, 150)}, "resized"),
        ({"difference": 60.0}, "edited"),
        ({"difference": 60.0, "size_b": (200, 150)}, "edited"),
        ({"overlap_a": 0.5}, "cropped"),
        ({"overlap_b": 0.5, "size_b": (800, 600)}, "cropped"),
        ({"mirrored": True}, "rotated or mirrored"),
        ({"rotation": 90.0}, "rotated or mirrored"),
        ({"rotation": -10.0, "overlap_a": 0.4}, "rotated or mirrored"),
        ({"rotation": 1.0}, "re-encoded"),
        ({"inliers": 0, "hash_turn": "mirror"}, "rotated or mirrored"),
        ({"inliers": 0, "overlap_a": 0.0, "overlap_b": 0.0}, "re-encoded"),
        ({"inliers": 0, "size_a": (1, 1)}, "resized"),
        ({"changed": 2.0}, "edited"),
        ({"frames_a": 3}, "frame or page"),
        ({"frames_a": 3, "overlap_a": 0.5}, "cropped"),
        ({"frames_a": 3, "frames_b": 2}, "edited"),
        ({"frames_a": 3, "frames_b": 3, "frames_apart": 0.5}, "edited"),
        ({"plain": True}, "nothing to compare"),
        ({"parallax": 0.3}, "another shot"),
        ({"parallax": 0.05}, "re-encoded"),
        ({"parallax": 0.17}, "another shot"),
        ({"parallax": 0.17, "agreement": 0.5}, "re-encoded"),
    ],
)
def test_the_most_drastic_change_gives_the_name(change, kind):
    assert kind_of(replace(COPY, **change)) == kind


@pytest.mark.parametrize(
    ("change", "most"),
    [
        ({}, 1.0),
        ({"changed": 2.0}, 0.99),
        ({"changed": 2.0, "writing": True}, 0.5),
        ({"frames_a": 3}, 0.99),
        ({"frames_a": 3, "frames_b": 3, "frames_apart": 0.3}, 0.5),
        ({"frames_a": 3, "frames_b": 3, "frames_apart": 0.5}, 0.02),
        ({"plain": True, "difference": 6.0}, 0.5),
        ({"plain": True, "difference": 12.0}, 0.0),
        ({"inliers": 0, "hash_distance": 13}, 0.5),
        ({"inliers": 0, "hash_distance": 12}, 1.0),
        ({"same_pixels": True, "plain": True}, 1.0),
    ],
)
def test_no_score_exceeds_what_sets_a_pair_apart(change, most):
    assert ceiling(replace(COPY, **change)) == most
