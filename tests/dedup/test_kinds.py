from dataclasses import replace

import pytest

from core.dedup.kinds import kind_of
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
    ],
)
def test_the_most_drastic_change_gives_the_name(change, kind):
    assert kind_of(replace(COPY, **change)) == kind
