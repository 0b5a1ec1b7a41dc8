"""Frames of animations and pages of documents: files that hold more than the picture shown first."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from core.errors import ImageError
from core.images.color import to_rgb
from core.images.decode import MAX_MEGAPIXELS
from core.images.files import read_file
from core.images.formats import identify, open_picture

_ONE_PICTURE = ("HEIC", "RAW")  # and their parsers run in a process of their own only
_MOST_PIXELS = MAX_MEGAPIXELS * 1_000_000
"""Of all frames that have to be decoded on the way to one; those further on are not read."""


def count_frames(data: bytes | Path) -> int:
    """How many frames or pages a picture file has; 1 for one that cannot be counted."""
    try:
        return _count(_opened(data))
    except Exception:  # parsers of hostile bytes raise nearly anything
        return 1


def load_frames(data: bytes | Path, places: Sequence[int]) -> Iterator[Image.Image]:
    """The frames at `places` (0 is the first, in ascending order) as RGB, one after another.

    Animations are decoded from their beginning, so late frames of long ones cost time and are left out:
    the iterator ends early where more than `MAX_MEGAPIXELS` would be decoded on the way.

    Raises:
        ImageError: the file, or one of these frames, cannot be read.
    """
    try:
        opened = _opened(data)
        count = _count(opened)
        cost = 0
        before = -1
        for place in places:
            if not 0 <= place < count:
                raise ImageError(f"There is no frame {place + 1}: the file has {count}.")
            opened.seek(place)
            # The pages of a TIFF are reached directly; an animation is drawn frame by frame.
            steps = 1 if opened.format == "TIFF" else place - before
            cost += steps * opened.width * opened.height
            if cost > _MOST_PIXELS:
                return
            before = place
            opened.load()
            yield to_rgb(opened.copy())
    except ImageError:
        raise
    except Exception as error:
        raise ImageError("A later frame or page of the file is damaged.") from error


def _opened(data: bytes | Path) -> Image.Image:
    content = read_file(data) if isinstance(data, Path) else data
    format_name = identify(content)
    if format_name is None or format_name in _ONE_PICTURE:
        raise ImageError("The file does not hold several pictures.")
    opened = open_picture(content, format_name)
    if not isinstance(opened, Image.Image):
        raise ImageError("The pages of a file of this kind are not read.")
    return opened


def _count(opened: Image.Image) -> int:
    return int(getattr(opened, "n_frames", 1))
