"""Another shot of one scene is told from a copy by what moved of its own."""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.collection.verdicts import Judgement
from core.dedup.evidence.parallax import share_that_moved
from core.dedup.groups.complete_linkage import group
from core.dedup.labels.labeled_pairs import judged_pairs
from core.dedup.scan import pairs, scan
from tests.support.scenes import png, scene, shot_again


def grey(image):
    return np.asarray(image.convert("L"), np.float32)


def saved(image, quality):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out)


@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_of_a_copy_moved_of_its_own(seed):
    picture = scene(seed, (480, 360))
    assert share_that_moved(grey(picture), grey(saved(picture, 30)), np.eye(3)) < 0.02
    shift = np.array([[1, 0, 0.004], [0, 1, -0.003], [0, 0, 1]])  # laid down two pixels aside
    assert share_that_moved(grey(picture), grey(saved(picture, 80)), shift) < 0.02


@pytest.mark.parametrize("seed", [0, 1])
def test_the_near_part_of_another_shot_moved(seed):
    picture = scene(seed, (480, 360))
    assert share_that_moved(grey(picture), grey(shot_again(picture)), np.eye(3)) > 0.2


def test_plain_pictures_have_nothing_to_follow():
    plain = np.full((200, 200), 90, np.float32)
    assert share_that_moved(plain, plain, np.eye(3)) == 0.0
    assert share_that_moved(plain, plain, np.full((3, 3), np.nan)) == 0.0


def test_another_shot_is_a_kind_of_its_own_that_nothing_bins_unasked(shop):
    picture = scene(7, (480, 360))
    shop.add_files(
        [
            ("a.png", png(picture)),
            ("mirror.png", png(ImageOps.mirror(picture))),
            ("again.png", png(shot_again(picture))),
        ]
    )
    scan(shop)
    names = {p.id: p.name for p in shop.page()}
    found = {frozenset((names[p.a], names[p.b])): p for p in pairs(shop)}
    again = found[frozenset(("a.png", "again.png"))]
    assert (again.kind, found[frozenset(("a.png", "mirror.png"))].kind) == (
        "another shot",
        "rotated or mirrored",
    )
    assert again.probability <= 0.5
    judged = judged_pairs(shop, pairs(shop))
    assert [{names[i] for i in one.ids} for one in group(judged, 0.01).groups] == [{"a.png", "mirror.png"}]
    shop.judgements.judge([Judgement(again.a, again.b, "duplicate")])
    judged = judged_pairs(shop, pairs(shop))
    assert judged.found(0.9)[judged.place(again.a, again.b)]
