"""Altered copies of images, to learn from without any label what an edit does not change.

A copy gets one to three edits drawn at random, as an image may on its way around: cropped, turned, mirrored,
recoloured, compressed, blurred, framed, drawn over, put on a page. Chen et al., "A simple framework for
contrastive learning of visual representations" (SimCLR), ICML 2020, show which edits teach most (cropping and
recolouring together); Pizzi et al., "A self-supervised descriptor for image copy detection" (SSCD), CVPR
2022, add those of copy detection.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from ...embedding.base import Encoder
from ...errors import ImageError
from ...jobs import Monitor
from .dataset import FloatArray, ImageCopies

EmbeddedCopies = tuple[FloatArray, tuple[str, ...]]
"""The embeddings of an image's copies ``(per_image, d)``, and what was done to each."""
Edit = Callable[[Image.Image, np.random.Generator], Image.Image]

_LONGEST_SIDE = 512
"""Edits are made at this size: encoders look at 224 to 384 pixels, and larger images only cost time."""
_BATCH = 16


@dataclass(frozen=True)
class CopySource:
    """An image to make copies of.

    Attributes:
        row: of the dataset.
        seed: not negative; the same image with the same seed gives the same copies.
        open_image: gives the RGB image; an `ImageError` or `OSError` leaves it out.
        key: what its copies are stored under, such as its content hash.
    """

    row: int
    seed: Sequence[int]
    open_image: Callable[[], Image.Image]
    key: str = ""


class CopyStore(Protocol):
    """Where embedded copies are stored between runs."""

    def read(self, key: str) -> EmbeddedCopies | None:
        """The embeddings ``(per_image, d)`` and kinds stored under `key`, or None."""

    def write(self, key: str, copies: EmbeddedCopies) -> None:
        """Store what was embedded for `key`."""


def embed_copies(
    sources: Sequence[CopySource],
    encoder: Encoder,
    monitor: Monitor,
    per_image: int = 2,
    store: CopyStore | None = None,
) -> ImageCopies:
    """Make and embed `per_image` copies of each image, or read them from `store`.

    Args:
        sources: the images.
        encoder: the one whose embeddings are trained on.
        monitor: counts images, and may cancel.
        per_image: copies of each image.
        store: of copies made before by this encoder.

    Raises:
        Cancelled: the user asked to stop; what was embedded until then stays in `store`.
    """
    monitor.expect(len(sources))
    found: dict[int, EmbeddedCopies] = {}
    waiting: list[tuple[CopySource, list[FloatArray], tuple[str, ...]]] = []

    def embed() -> None:
        prepared = [one for _, images, _ in waiting for one in images]
        vectors = encoder.encode_prepared(np.stack(prepared))
        for at, (source, _, kinds) in enumerate(waiting):
            found[source.row] = made = (vectors[at * per_image : (at + 1) * per_image], kinds)
            if store is not None:
                store.write(source.key, made)
        waiting.clear()

    for source in sources:
        monitor.check()
        known = None if store is None else store.read(source.key)
        if known is not None and len(known[1]) == per_image:
            found[source.row] = known
        elif (altered_images := _altered_images(source, per_image)) is not None:
            images, kinds = altered_images
            waiting.append((source, [encoder.prepare(image) for image in images], kinds))
        if len(waiting) * per_image >= _BATCH:
            embed()
        monitor.advance()
    if waiting:
        embed()
    made = [(source.row, *found[source.row]) for source in sources if source.row in found]
    return ImageCopies(
        np.concatenate([vectors for _, vectors, _ in made] or [np.zeros((0, encoder.dim), np.float32)]),
        np.repeat(np.array([row for row, _, _ in made], np.int64), per_image),
        tuple(kind for _, _, kinds in made for kind in kinds),
    )


def _altered_images(source: CopySource, count: int) -> tuple[list[Image.Image], tuple[str, ...]] | None:
    try:
        image = source.open_image()
    except (ImageError, OSError):
        return None
    rng = np.random.default_rng(source.seed)
    copies = [altered(image, rng) for _ in range(count)]
    return [copy for copy, _ in copies], tuple(kind for _, kind in copies)


def altered(image: Image.Image, rng: np.random.Generator) -> tuple[Image.Image, str]:
    """A copy of an RGB `image` with one to three edits, and their names such as ``"crop+grey"``."""
    small = image.convert("RGB")
    small.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.BILINEAR)
    names = rng.permutation(list(EDITS))[: int(rng.integers(1, 4))]
    # Cropped first and compressed last, as it happens to images; the others in the order of the table.
    chosen = [name for name in EDITS if name in names]
    for name in chosen:
        small = EDITS[name](small, rng)
    return small, "+".join(chosen)


def _crop(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    side = float(rng.uniform(0.45, 0.95))
    width, height = max(1, round(image.width * side)), max(1, round(image.height * side))
    left, top = int(rng.integers(0, image.width - width + 1)), int(rng.integers(0, image.height - height + 1))
    return image.crop((left, top, left + width, top + height))


def _mirror(image: Image.Image, _: np.random.Generator) -> Image.Image:
    return ImageOps.mirror(image)


def _quarter_turn(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    turns = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    return image.transpose(turns[int(rng.integers(3))])


def _rotate(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    ground = tuple(int(value) for value in rng.choice([0, 255], 1).repeat(3))
    return image.rotate(float(rng.uniform(-30, 30)), Image.Resampling.BILINEAR, expand=True, fillcolor=ground)


def _recolour(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    values = np.asarray(image, np.float32)[..., rng.permutation(3)] * rng.uniform(0.8, 1.2, 3)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _tone(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = enhancer(image).enhance(float(rng.uniform(0.5, 1.7)))
    return image


def _grey(image: Image.Image, _: np.random.Generator) -> Image.Image:
    return ImageOps.grayscale(image).convert("RGB")


def _blur(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.5, 3.0))))


def _drawn_over(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A few coloured bars, as lettering and logos cover a part."""
    out = image.copy()
    pen = ImageDraw.Draw(out)
    for _ in range(int(rng.integers(2, 7))):
        x, y = rng.uniform(0, 0.8, 2) * image.size
        length, height = rng.uniform(0.1, 0.6) * image.width, rng.uniform(0.02, 0.1) * image.height
        pen.rectangle((x, y, x + length, y + height), tuple(int(value) for value in rng.integers(0, 256, 3)))
    return out


def _framed(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    grey = int(rng.choice([0, 128, 255]))
    return ImageOps.expand(image, max(1, int(max(image.size) * rng.uniform(0.03, 0.2))), (grey, grey, grey))


def _on_a_page(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Smaller, on a ground of two colours."""
    top, bottom = rng.integers(0, 256, (2, 3))
    share = np.linspace(0, 1, image.height)[:, None, None]
    ground = np.broadcast_to(top * (1 - share) + bottom * share, (image.height, image.width, 3))
    out = Image.fromarray(ground.astype(np.uint8))
    side = float(rng.uniform(0.4, 0.8))
    small = image.resize((max(1, round(image.width * side)), max(1, round(image.height * side))))
    left, top_ = rng.integers(0, (image.width - small.width + 1, image.height - small.height + 1))
    out.paste(small, (int(left), int(top_)))
    return out


def _compress(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=int(rng.integers(10, 60)))
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def _shrink(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    side = float(rng.uniform(0.2, 0.6))
    return image.resize((max(1, round(image.width * side)), max(1, round(image.height * side))))


EDITS: dict[str, Edit] = {
    "crop": _crop,
    "mirror": _mirror,
    "quarter_turn": _quarter_turn,
    "rotate": _rotate,
    "recolour": _recolour,
    "tone": _tone,
    "grey": _grey,
    "blur": _blur,
    "drawn_over": _drawn_over,
    "framed": _framed,
    "on_a_page": _on_a_page,
    "shrink": _shrink,
    "compress": _compress,
}
"""What may be done to a copy, by name, in the order in which edits are applied."""
