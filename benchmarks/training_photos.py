"""The clothing photos as training takes them: embeddings, splits, words, and altered copies of them."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks import quality
from benchmarks.copies import DUPLICATES, made
from core.embedding import Encoder, cache_dir, digest, load_encoder
from core.images import load_image
from core.jobs import Monitor
from core.sample_catalogue import draw, sample_items
from core.training import CopySource, ImageCopies, TrainingDataset, embed_copies

COPIES_TO_LEARN, COPIES_TO_WATCH = 900, 200


class Clothing:
    """The photos, their embeddings and words."""

    def __init__(self, data: Path) -> None:
        self.data, self.encoder = data, load_encoder("efficientnet-lite0")
        self.photos = quality.find(data)
        self.vectors = quality.embed(self.encoder, self.photos)
        self.rows = np.arange(len(self.vectors))

    def part(self, name: str) -> np.ndarray:
        """Rows of the photos of one split."""
        return np.flatnonzero(self.photos.splits == name)

    def dataset(self, rows: np.ndarray | None = None, **more: object) -> TrainingDataset:
        """The photos at `rows`, or all of them, with the split of the folders."""
        rows = self.rows if rows is None else rows
        parts = tuple(self.photos.splits[rows].tolist())
        made_of = dataset_of(self.encoder, self.vectors[rows], self.photos.labels[rows].tolist())
        return replace(made_of, parts=parts, **more)


def dataset_of(encoder: Encoder, vectors: np.ndarray, labels: list[str]) -> TrainingDataset:
    count = len(vectors)
    return TrainingDataset(
        ids=np.arange(count),
        embeddings=vectors,
        base_fingerprint=encoder.fingerprint,
        labels=tuple(labels),
        captions=(None,) * count,
        duplicate_groups=np.arange(count),
        encode_texts=encoder.encode_texts,
    )


def all_copies(clothing: Clothing) -> ImageCopies:
    """Random edits of some training and validation photos; four kinds of copies of each test photo.

    The kinds are those of benchmarks/duplicates.py, in turn.
    """
    return stored_copies(
        clothing, "some", lambda: joined_copies(edited(clothing, *some_rows(clothing)), of_test(clothing))
    )


def every_copy(clothing: Clothing) -> ImageCopies:
    """The same, and random edits of all other training and validation photos."""
    learned = set(np.concatenate(some_rows(clothing)).tolist())
    others = [row for name in ("validation", "train") for row in clothing.part(name) if row not in learned]
    rest = stored_copies(clothing, "rest", lambda: edited(clothing, np.array(others)))
    return joined_copies(all_copies(clothing), rest)


def stored_copies(clothing: Clothing, name: str, make: Callable[[], ImageCopies]) -> ImageCopies:
    """What `make` gives, kept in the cache of benchmarks."""
    names = (path.name for path in clothing.photos.paths)
    key = digest(clothing.encoder.fingerprint, *names, str(COPIES_TO_LEARN), name)
    kept = cache_dir("benchmarks") / f"training-copies-{key[:16]}.npz"
    if kept.exists():
        with np.load(kept, allow_pickle=False) as stored:
            return ImageCopies(stored["vectors"], stored["source"], tuple(stored["kinds"].tolist()))
    result = make()
    np.savez(kept, vectors=result.embeddings, source=result.source, kinds=np.array(result.kinds))
    return result


def joined_copies(*parts: ImageCopies) -> ImageCopies:
    return ImageCopies(
        np.concatenate([one.embeddings for one in parts]),
        np.concatenate([one.source for one in parts]),
        tuple(kind for one in parts for kind in one.kinds),
    )


def some_rows(clothing: Clothing) -> tuple[np.ndarray, np.ndarray]:
    """Validation and training photos that copies are made of where labels teach."""
    rng = np.random.default_rng(0)
    watched = rng.permutation(clothing.part("validation"))[:COPIES_TO_WATCH]
    return watched, rng.permutation(clothing.part("train"))[:COPIES_TO_LEARN]


def edited(clothing: Clothing, *rows: np.ndarray) -> ImageCopies:
    paths = clothing.photos.paths
    sources = [
        CopySource(int(row), (0, int(row)), partial(_opened, paths[row])) for row in np.concatenate(rows)
    ]
    return embed_copies(sources, clothing.encoder, Monitor())


def of_test(clothing: Clothing) -> ImageCopies:
    """Four copies of every test photo, in an order of kinds that depends on nothing else."""
    paths, encoder, rng = clothing.photos.paths, clothing.encoder, np.random.default_rng(0)
    for name in ("validation", "train"):
        rng.permutation(clothing.part(name))  # drawn before these, and so the order stays
    items = sample_items()
    pages = [load_image(draw(item)).image for item in items[:: max(1, len(items) // 40)]]
    vectors, source, kinds = [], [], list[str]()
    for place, row in enumerate(rng.permutation(clothing.part("test"))):
        picture = load_image(paths[row]).image
        chosen = [DUPLICATES[(place * 4 + copy) % len(DUPLICATES)] for copy in range(4)]
        files = [made(kind, picture, paths[row].name, pages[place % len(pages)]) for kind in chosen]
        pictures = [load_image(file, min_side=encoder.min_side).image for file in files]
        vectors.append(encoder.encode_images(pictures))
        source.append(np.full(4, row))
        kinds += chosen
    return ImageCopies(np.concatenate(vectors), np.concatenate(source), tuple(kinds))


def _opened(path: Path) -> Image.Image:
    return load_image(path, min_side=400).image


def copies_within(made_of: ImageCopies, rows: np.ndarray) -> ImageCopies:
    """The copies of the images at `rows`, which become rows 0 to N − 1 of a smaller dataset."""
    kept = np.flatnonzero(np.isin(made_of.source, rows))
    source = np.searchsorted(rows, made_of.source[kept])
    return ImageCopies(made_of.embeddings[kept], source, tuple(made_of.kinds[i] for i in kept))
