"""What is seen in a pair of strangers, and in a picture and its copy."""

from dataclasses import replace

from core.dedup.types import Evidence

NOTHING = Evidence(
    same_pixels=False,
    cosine=0.6,
    cosine_normalised=0.0,
    hash_distance=24,
    hash_turn="none",
    difference=90.0,
    keypoints=500,
    matches=12,
    mean_distance=60.0,
    inliers=0,
    overlap_a=0.0,
    overlap_b=0.0,
    agreement=0.0,
    mirrored=False,
    rotation=0.0,
    scale=1.0,
    size_a=(400, 300),
    size_b=(400, 300),
)
COPY = replace(
    NOTHING,
    cosine=0.95,
    cosine_normalised=0.3,
    hash_distance=2,
    difference=3.0,
    matches=250,
    mean_distance=20.0,
    inliers=240,
    overlap_a=1.0,
    overlap_b=1.0,
    agreement=1.0,
)
