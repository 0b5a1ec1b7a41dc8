"""Frames of animations and pages of documents: files that hold more than the picture shown first.

They are decoded within the budget of all decoders, and in a process of their own where that could take long.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image
from PIL.ImageFile import ImageFile

from ...errors import ImageError
from ...jobs import Cancelled
from ...workers import stop_signal
from ..files import read_file
from ..formats.detect import describe_other, identify
from .budget import DECODE_BYTES, DECODERS
from .color import to_rgb
from .cost import USUAL_PIXELS, decoding_cost, needs_process
from .decode import MAX_MEGAPIXELS, examine, plain_errors
from .process import decode_apart
from .shrink import small_grey

SEVERAL = frozenset({"GIF", "PNG", "TIFF", "WEBP", "AVIF"})
"""Formats of files that may hold more than one picture."""
_MOST_PIXELS = MAX_MEGAPIXELS * 1_000_000
"""Of all frames that have to be decoded on the way to one; those further on are not read."""
_COPY = 7
"""Bytes a pixel of the copy that is converted, and of its digest."""
_NOTHING = hashlib.sha256().hexdigest()


@dataclass(frozen=True, eq=False)
class Frames:
    """What a file holds after its first picture.

    Attributes:
        count: of all its frames or pages; 1 where it holds one picture.
        greys: the grey levels of those asked for that are near enough to be decoded, mode L.
        digest: the SHA-256, in hex digits, of the RGB pixels of all frames after the first, full size. None
            where it was not asked for, or where not all are near enough.
    """

    count: int
    greys: tuple[Image.Image, ...] = ()
    digest: str | None = None


@dataclass(frozen=True)
class Request:
    """What to make of the frames after the first.

    Attributes:
        most: read so many grey, spread evenly, the last one among them; None makes a digest of all instead.
        side: pixels that the longest side of the grey ones has at most.
    """

    most: int | None
    side: int = 0


@dataclass(frozen=True)
class Plan:
    """The places of the frames to read, in a file of `count`, and what decoding them takes, in bytes."""

    count: int
    places: list[int]
    memory: int
    apart: bool


def load_frames(data: bytes | Path, most: int, side: int) -> Frames:
    """Read up to `most` frames spread over those after the first, the last one among them.

    Animations are decoded from their beginning, so late frames of long ones cost time and are left out: those
    before which more than `MAX_MEGAPIXELS` would have to be decoded.

    Raises:
        Cancelled: the work that this is a part of was asked to stop (`core.workers`).
        ImageError: the file, or one of these frames, cannot be read.
    """
    return _read(data, Request(most, side))


def digest_frames(data: bytes | Path) -> str | None:
    """A digest of all frames after the first (see `Frames`), equal for files that hold one picture.

    Raises:
        Cancelled: the work that this is a part of was asked to stop (`core.workers`).
        ImageError: the file, or one of its frames, cannot be read.
    """
    return _read(data, Request(None)).digest


def _read(data: bytes | Path, request: Request) -> Frames:
    content = read_file(data) if isinstance(data, Path) else data
    format_name = identify(content)
    if format_name is None:
        raise ImageError(describe_other(content))
    if format_name not in SEVERAL:
        return Frames(1, digest=_NOTHING)
    stop = stop_signal()
    if stop():
        raise Cancelled
    with plain_errors(content, format_name):
        if not needs_process(content, format_name, None, frames=True):
            opened, plan = plan_frames(content, format_name, request)
            if not plan.apart:
                with DECODERS.reserve(plan.memory, stop):
                    return read_planned(opened, plan, request)
            del opened
        answer = decode_apart(content, {"what": "frames", "format": format_name, **asdict(request)}, stop)
    greys, at = list[Image.Image](), 0
    for width, height in answer.facts["sizes"]:
        greys.append(Image.frombytes("L", (width, height), answer.pixels[at : at + width * height]))
        at += width * height
    return Frames(answer.facts["count"], tuple(greys), answer.facts["digest"])


def plan_frames(data: bytes, format_name: str, request: Request) -> tuple[ImageFile, Plan]:
    """Open a file of one of the formats in `SEVERAL`, and say which frames to read; none is decoded yet.

    Raises:
        ImageError: a frame takes more memory to decode than a picture may, or is of a kind that is not read.
    """
    opened, _ = examine(data, format_name, None, 1)
    if not isinstance(opened, ImageFile):
        raise ImageError("The pages of a file of this kind are not read.")
    count = int(getattr(opened, "n_frames", 1))
    places, pixels, memory, apart, before = list[int](), 0, 0, False, 0
    for place in _spread(count, request.most):
        if format_name == "TIFF":  # pages have sizes of their own, and are reached directly
            opened.seek(place)
        size = opened.width * opened.height
        pixels += size if format_name == "TIFF" else (place - before) * size
        if pixels > _MOST_PIXELS:
            break
        cost = decoding_cost(opened, format_name, None, None)
        memory = max(memory, cost.memory + _COPY * size)
        apart = apart or cost.apart
        places.append(place)
        before = place
    if memory > DECODE_BYTES:
        raise ImageError(
            "A later frame or page takes more memory to decode than the "
            f"{DECODE_BYTES // 2**20} MB that a picture may take."
        )
    return opened, Plan(count, places, memory, apart or pixels > USUAL_PIXELS)


def read_planned(opened: ImageFile, plan: Plan, request: Request) -> Frames:
    """Read the frames; may raise anything that their parser raises."""
    digest, greys = hashlib.sha256(), list[Image.Image]()
    for place in plan.places:
        opened.seek(place)
        opened.load()
        frame = to_rgb(opened.copy())
        if request.most is None:
            digest.update(frame.tobytes())
        else:
            greys.append(small_grey(frame, request.side))
    whole = request.most is None and len(plan.places) == plan.count - 1
    return Frames(plan.count, tuple(greys), digest.hexdigest() if whole else None)


def _spread(count: int, most: int | None) -> Iterator[int]:
    if most is None or count - 1 <= most:
        yield from range(1, count)
    else:
        yield from (round(part * (count - 1) / most) for part in range(1, most + 1))
