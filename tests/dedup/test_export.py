"""Pairs and groups as CSV: what is found, in order, with names that no spreadsheet runs."""

import csv
import io

import pytest

from core.collection.verdicts import Judgement
from core.dedup.export import groups_csv, pairs_csv
from core.dedup.labels.labeled_pairs import judged_pairs
from core.dedup.types import Evidence, ScoredPair
from tests.support.picture_bytes import encode, halves

EVIDENCE = Evidence(
    same_pixels=False, cosine=0.9, cosine_normalised=0.3, hash_distance=2, hash_turn="none", difference=3.0,
    keypoints=50, matches=20, mean_distance=30.0, inliers=15, overlap_a=1.0, overlap_b=0.5, agreement=0.9,
    mirrored=False, rotation=0.0, scale=1.0, size_a=(40, 30), size_b=(20, 15),
)  # fmt: skip


@pytest.fixture
def four(shop):
    sizes = {"=a.png": (40, 30), "b.png": (20, 15), "c.png": (60, 60), "d.png": (61, 61)}
    shop.add_files([(name, encode(halves(*size), "PNG")) for name, size in sizes.items()])
    ids = {p.name: p.id for p in shop.page()}
    a, b, c, d = (ids[name] for name in sizes)
    scored = [
        ScoredPair(a, b, ("hash", "neighbour"), EVIDENCE, 0.97, "resized"),
        ScoredPair(a, c, ("neighbour",), EVIDENCE, 0.2, "edited"),
    ]
    shop.judgements.judge([Judgement(c, d, "duplicate")])
    return shop, judged_pairs(shop, scored)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_pairs_found_with_their_evidence(four):
    shop, pairs = four
    first, tied = rows(pairs_csv(shop, pairs, 0.9))
    assert (first["a"], first["b"]) == ("'=a.png", "b.png"), "a spreadsheet must not run a file's name"
    assert (first["probability"], first["kind"], first["proposed_by"]) == (
        "0.9700",
        "resized",
        "hash neighbour",
    )
    assert first["a_sha256"] == shop.get(int(pairs.a[0])).sha256
    assert (tied["a"], tied["b"], tied["verdict"], tied["probability"]) == ("c.png", "d.png", "duplicate", "")
    assert len(rows(pairs_csv(shop, pairs, 0.1))) == 3


def test_groups_say_what_to_keep(four):
    shop, pairs = four
    found = rows(groups_csv(shop, pairs, 0.9))
    assert [row["group"] for row in found] == ["1", "1", "2", "2"]
    assert [row["decision"] for row in found] == ["keep", "bin", "keep", "bin"]
    assert found[0]["name"] == "'=a.png"
    assert "40 × 30" in found[0]["reason"]
    assert (found[0]["weakest_link"], found[2]["weakest_link"]) == ("0.9700", "")
