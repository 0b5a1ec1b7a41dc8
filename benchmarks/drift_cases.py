"""Batches with and without a change, drawn from the clothing photos and from two other domains."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from benchmarks.quality import Photos, embed
from core.embedding import Encoder, cache_dir, digest
from core.images import load_image
from core.sample_catalogue import draw, sample_items

ALTERED = 400


@dataclass(frozen=True)
class Pool:
    """What batches are drawn from: half of the photos, on which nothing was chosen, and two other domains.

    Attributes:
        vectors: ``(N, dim)`` of the photos.
        classes: ``(N,)``, the class of each as a number.
        names: of the classes.
        generated: ``(G, dim)``, the sample catalogue that is drawn by a program.
        altered: ``(A, dim)``, photos of the other half, dark and out of focus.
    """

    vectors: np.ndarray
    classes: np.ndarray
    names: list[str]
    generated: np.ndarray
    altered: np.ndarray


@dataclass(frozen=True)
class Case:
    """One comparison: `reference` ``(n, dim)``, `batch` ``(m, dim)``, and the classes of both, if any."""

    name: str
    reference: np.ndarray
    batch: np.ndarray
    labels: np.ndarray | None


def load_pool(encoder: Encoder, photos: Photos) -> Pool:
    """The half of the photos that the kernel was not chosen on, and the other domains."""
    vectors = embed(encoder, photos)
    order = np.random.default_rng(0).permutation(len(vectors))
    tuned, reported = order[: len(vectors) // 2], order[len(vectors) // 2 :]
    names, classes = np.unique(photos.labels, return_inverse=True)
    dark = [photos.paths[i] for i in tuned[:ALTERED]]
    return Pool(
        vectors[reported],
        classes[reported],
        names.tolist(),
        _cached(encoder, "generated", _generated),
        _cached(encoder, "altered", lambda: [_altered(path) for path in dark]),
    )


def no_change(pool: Pool, rng: np.random.Generator, reference: int = 300, batch: int = 100) -> Case:
    """Both sides from the same photos, as they come."""
    chosen = rng.permutation(len(pool.vectors))[: reference + batch]
    old, new = chosen[:reference], chosen[reference:]
    return Case("none", pool.vectors[old], pool.vectors[new], pool.classes[chosen])


def class_grows(pool: Pool, rng: np.random.Generator, grown: int) -> Case:
    """Ten classes of 10 % each in the reference (300); one of them has 30 % of the batch (100)."""
    share = np.full(len(pool.names), 0.7 / (len(pool.names) - 1))
    share[grown] = 0.3
    even = np.full(len(pool.names), 1 / len(pool.names))
    while True:  # a small class may not hold as many as were drawn
        counts = rng.multinomial(100, share), rng.multinomial(300, even)
        members = [rng.permutation(np.flatnonzero(pool.classes == c)) for c in range(len(pool.names))]
        if all(len(m) >= a + b for m, a, b in zip(members, *counts, strict=True)):
            break
    new = np.concatenate([m[:a] for m, a in zip(members, counts[0], strict=True)])
    old = np.concatenate([m[a : a + b] for m, a, b in zip(members, *counts, strict=True)])
    return Case("class", pool.vectors[old], pool.vectors[new], pool.classes[np.concatenate([old, new])])


def other_domain(
    pool: Pool, rng: np.random.Generator, domain: str, count: int = 500, share: float = 0.2
) -> Case:
    """A fifth of the batch is from another domain."""
    foreign = pool.generated if domain == "generated" else pool.altered
    strange = round(share * count)
    chosen = rng.permutation(len(pool.vectors))[: 2 * count - strange]
    new = np.concatenate([pool.vectors[chosen[count:]], foreign[rng.permutation(len(foreign))[:strange]]])
    return Case(domain, pool.vectors[chosen[:count]], new, None)


def cases(pool: Pool, each: int, seed: int) -> Iterator[Case]:
    """`each` comparisons of every kind."""
    for number in range(each):
        rng = np.random.default_rng([seed, number])
        yield no_change(pool, rng)
        yield class_grows(pool, rng, number % len(pool.names))
        yield other_domain(pool, rng, "generated")
        yield other_domain(pool, rng, "altered")


def _cached(encoder: Encoder, domain: str, pictures) -> np.ndarray:
    kept = cache_dir("benchmarks") / f"drift-{domain}-{digest(encoder.fingerprint)[:16]}.npy"
    if not kept.exists():
        np.save(kept, encoder.encode_images(pictures()), allow_pickle=False)
    return np.load(kept, allow_pickle=False)


def _generated() -> list[Image.Image]:
    return [load_image(draw(item)).image for item in sample_items()]


def _altered(path: Path) -> Image.Image:
    image = load_image(path, min_side=320).image
    image.thumbnail((400, 400))
    return ImageEnhance.Brightness(image.filter(ImageFilter.GaussianBlur(3))).enhance(0.5)
