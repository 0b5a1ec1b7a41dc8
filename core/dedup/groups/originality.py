"""Originality of copies:

which was made from which, and what only one of them contains. Everything here is measured on demand, once per
picture: the originals are read only if the catalogue does not decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...collection.reader import Reader
from ...collection.types import Picture
from ...errors import CollectionError, ImageError
from ...images.decoding.decode import load_image
from ...images.metadata.exif_preview import exif_preview
from ...images.metadata.gps import position_of
from ...images.quality.damage import jpeg_damage
from ...images.quality.framing import content_share, is_framed
from ...images.quality.sharpness import sharpness_of
from .enlargement import could_be_enlarged, enlarged_from
from .jpeg_traces import BlockValues, FloatArray, luma, luma_steps, made_from

Origin = Literal["compression", "enlarged", "mirrored", "changed"]
"""The evidence that a picture was made from another: it shows the other's JPEG compression; it was enlarged
from it; or the preview in its file differs from the file, mirrored or otherwise.
"""

_RIVALS = 8
"""Number of copies with which one copy is compared; those with the same JPEG steps and size count as one."""
_AS_MANY = 1.15
"""Tolerance of the ratio of content pixels between a copy and its source."""
_OPPOSITE = 0.15
"""Minimum difference in correlation of a preview with the mirrored picture and with the picture itself."""
_PREVIEW_SIDE = 32
_OTHER_CONTRAST = 0.03
_SHADOWS, _LIGHTS = 16, 251
_AT_TOP = 3
"""Levels below the maximum of a thumbnail that count as clipped."""
_MORE_CUT, _BRIGHTER = 0.03, 1.03
_MIDDLE, _MIDDLING = 118.0, 40.0


@dataclass(frozen=True)
class Source:
    """The source of a copy, as far as its file shows; `picture` is None if it is not in the group."""

    picture: Picture
    how: Origin


@dataclass(frozen=True)
class Margin:
    """The share of a picture inside a plain margin, in ``(0, 1]``, and whether the margin was drawn around
    it.
    """

    inside: float
    drawn: bool


@dataclass(frozen=True)
class Highlights:
    """The highlights of a picture.

    Attributes:
        cut: share of the pixels with a colour at the picture's maximum, as in clipped areas.
        bright: mean grey level of the whole, 0 to 255.
    """

    cut: float
    bright: float

    def brightened_from(self, other: "Highlights") -> bool:
        """Whether this is brighter than `other`, of the same scene, and has lost colours by that.

        True for 41 of 70 photos brightened by 5 to 30 %; for none of the same photos made grey, paler, more
        saturated, or saved again; and for 5 photos compared with a darkened copy.
        """
        return self.cut >= other.cut + _MORE_CUT and self.bright >= other.bright * _BRIGHTER


class Examination:
    """Examines the pictures of one group. Created for one decision, because it caches its results."""

    def __init__(self, collection: Reader, ids: Sequence[int]) -> None:
        self._collection, self._ids = collection, ids
        self._data: dict[int, bytes | None] = {}
        self._grey: dict[int, NDArray[np.uint8] | None] = {}
        self._steps: dict[int, FloatArray | None] = {}
        self._blocks: dict[int, BlockValues | None] = {}

    def exists(self, picture: Picture) -> bool:
        """Whether the file of a picture is still there."""
        try:
            self._collection.original_path(picture.id)
        except CollectionError:
            return False
        return True

    def damaged(self, picture: Picture) -> bool:
        """Whether the data of a JPEG is corrupt, so that a part of the picture is lost."""
        data = self._bytes(picture)
        return data is not None and bool(jpeg_damage(data))

    def margin(self, picture: Picture) -> Margin:
        """Measure the plain margin of a picture, from its thumbnail."""
        grey = self._thumbnail(picture)
        if grey is None:
            return Margin(1.0, drawn=False)
        return Margin(content_share(grey), is_framed(grey))

    def known(self, picture: Picture) -> tuple[str, ...]:
        """List the known metadata of a picture: “date”, “place”, “label”, “caption”, “verdicts”.

        A label counts if it was given by hand; date and place are in the file itself.
        """
        found = []
        if picture.taken_at is not None:
            found.append("date")
        data = self._bytes(picture)
        if data is not None and position_of(data) is not None:
            found.append("place")
        if picture.id in self._labelled:
            found.append("label")
        if picture.caption:
            found.append("caption")
        if picture.sha256 in self._judged:
            found.append("verdicts")
        return tuple(found)

    def sharpness(self, picture: Picture) -> float | None:
        """Measure the sharpness (`core.images.quality.sharpness`); None if the original cannot be read."""
        return sharpness_of(self._bytes(picture))

    def lost_tones(self, picture: Picture) -> float:
        """Compute the share of nearly black or white pixels, and the distance of the mean from the middle."""
        grey = self._thumbnail(picture)
        if grey is None:
            return 0.0
        lost = float(np.mean((grey < _SHADOWS) | (grey >= _LIGHTS)))
        return lost + max(0.0, abs(float(grey.mean()) - _MIDDLE) - _MIDDLING) / 255

    def highlights(self, picture: Picture) -> Highlights:
        """Measure a picture's clipped highlights; none if its file is missing."""
        image, grey = self._small(picture), self._thumbnail(picture)
        if image is None or grey is None:
            return Highlights(0.0, 0.0)
        strongest = np.asarray(image).max(axis=2)
        return Highlights(
            float((strongest >= np.percentile(strongest, 99.9) - _AT_TOP).mean()), float(grey.mean())
        )

    def source(self, copy: Picture, others: Sequence[Picture]) -> Source | None:
        """Find which of `others`, best first, this picture was made from; None without evidence."""
        rivals = self._distinct(others)
        for other in rivals:
            if self._enlarged(copy, other):
                return Source(other, "enlarged")
        # A grid of blocks survives cropping and framing, but not resizing.
        rivals = [other for other in rivals if self._content(copy) <= _AS_MANY * self._content(other)]
        # What a brightened copy has lost cannot reappear in a picture made from it.
        own = self.highlights(copy)
        rivals = [other for other in rivals if not self.highlights(other).brightened_from(own)]
        mine = self._values(copy) if rivals else None
        if mine is not None:
            for other in rivals:
                theirs = self._values(other)
                if theirs is not None and self._made_from(mine, theirs, copy, other):
                    return Source(other, "compression")
        unlike = self._unlike_its_preview(copy)
        if unlike is not None and rivals and self._unlike_its_preview(rivals[0]) is None:
            return Source(rivals[0], unlike)
        return None

    def coarseness(self, picture: Picture) -> float | None:
        """Compute the mean step of a JPEG's lowest frequencies, in grey levels; None for other files."""
        steps = self.steps(picture)
        return None if steps is None else float(steps[:4, :4].mean())

    def steps(self, picture: Picture) -> FloatArray | None:
        """Read the JPEG steps of a picture's file; None if it is not a JPEG or missing."""
        if picture.id not in self._steps:
            data = self._bytes(picture)
            self._steps[picture.id] = None if data is None else luma_steps(data)
        return self._steps[picture.id]

    def _content(self, picture: Picture) -> float:
        """Count the pixels inside the plain margin."""
        return picture.width * picture.height * self.margin(picture).inside

    def _distinct(self, others: Sequence[Picture]) -> list[Picture]:
        found: dict[tuple[bytes, tuple[int, int]], Picture] = {}
        for other in others:
            steps = self.steps(other)
            sides = (min(other.width, other.height), max(other.width, other.height))
            found.setdefault((b"" if steps is None else steps.tobytes(), sides), other)
        return list(found.values())[:_RIVALS]

    def _enlarged(self, copy: Picture, other: Picture) -> bool:
        sizes = (copy.width, copy.height), (other.width, other.height)
        if not could_be_enlarged(*sizes):
            return False
        large, small = self._image(copy), self._image(other)
        if large is None or small is None:
            return False
        return enlarged_from(large, small, self.steps(copy), self.steps(other))

    def _made_from(self, mine: BlockValues, theirs: BlockValues, copy: Picture, other: Picture) -> bool:
        if theirs.steps is None:
            return False
        if made_from(mine, theirs):
            return True
        contrast = self._contrast(copy) / max(1.0, self._contrast(other))
        if abs(contrast - 1) <= _OTHER_CONTRAST or not 0.3 < contrast < 3:
            return False
        return any(made_from(mine, theirs, contrast * near) for near in (0.98, 0.99, 1.0, 1.01, 1.02))

    def _unlike_its_preview(self, picture: Picture) -> Origin | None:
        data, grey = self._bytes(picture), self._thumbnail(picture)
        preview = None if data is None else exif_preview(data)
        if preview is None or grey is None:
            return None
        seen = _squeezed(Image.fromarray(grey))
        # Cameras leave black bars in the preview if its aspect ratio differs.
        inside = _without_bars(np.asarray(preview.convert("L"), np.uint8))
        own = _squeezed(Image.fromarray(inside))
        straight = max(_correlation(seen, np.rot90(own, turns)) for turns in range(4))
        mirrored = max(_correlation(seen, np.rot90(own[:, ::-1], turns)) for turns in range(4))
        if mirrored > straight + _OPPOSITE:
            return "mirrored"
        return "changed" if max(straight, mirrored) < 0.6 else None

    def _contrast(self, picture: Picture) -> float:
        grey = self._thumbnail(picture)
        return 0.0 if grey is None else float(grey.std())

    def _values(self, picture: Picture) -> BlockValues | None:
        if picture.id not in self._blocks:
            image = self._image(picture)
            self._blocks[picture.id] = (
                None if image is None else BlockValues(luma(image), self.steps(picture))
            )
        return self._blocks[picture.id]

    def _image(self, picture: Picture) -> Image.Image | None:
        data = self._bytes(picture)
        try:
            return None if data is None else load_image(data).image
        except ImageError:
            return None

    def _bytes(self, picture: Picture) -> bytes | None:
        if picture.id not in self._data:
            while len(self._data) >= _REMEMBERED:
                self._data.pop(next(iter(self._data)))
            try:
                self._data[picture.id] = self._collection.original(picture.id)
            except CollectionError:
                self._data[picture.id] = None
        return self._data[picture.id]

    def _thumbnail(self, picture: Picture) -> NDArray[np.uint8] | None:
        if picture.id not in self._grey:
            image = self._small(picture)
            self._grey[picture.id] = None if image is None else np.asarray(image.convert("L"), np.uint8)
        return self._grey[picture.id]

    def _small(self, picture: Picture) -> Image.Image | None:
        try:
            return load_image(self._collection.thumbnail(picture.id)).image
        except (CollectionError, ImageError):
            return None

    @cached_property
    def _labelled(self) -> set[int]:
        return {
            one.picture_id for one in self._collection.label_states(self._ids) if one.by_hand and one.label
        }

    @cached_property
    def _judged(self) -> set[str]:
        return {side for one in self._collection.verdicts() for side in (one.a_sha256, one.b_sha256)}


_REMEMBERED = 16
"""Number of files whose bytes are cached."""


def _squeezed(image: Image.Image) -> NDArray[np.float64]:
    small = image.resize((_PREVIEW_SIDE, _PREVIEW_SIDE), Image.Resampling.BOX)
    values = np.asarray(small, np.float64)
    return np.asarray((values - values.mean()) / max(1e-6, float(values.std())), np.float64)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float((a * b).mean())


def _without_bars(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows = np.flatnonzero(grey.max(axis=1) > _SHADOWS)
    columns = np.flatnonzero(grey.max(axis=0) > _SHADOWS)
    if not len(rows) or not len(columns):
        return grey
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
