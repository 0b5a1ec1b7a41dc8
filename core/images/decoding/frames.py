"""Frames of animations and pages of documents.

They are decoded within the memory budget of all decoders, and in a separate process if that could take long.
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
"""Pixels of all frames that must be decoded to reach one; frames beyond that are not read."""
_COPY = 7
"""Bytes per pixel of the converted copy and of its digest."""
_NOTHING = hashlib.sha256().hexdigest()


@dataclass(frozen=True, eq=False)
class Frames:
    """The frames of a file after the first.

    Attributes:
        count: number of frames or pages; 1 for a single picture.
        greys: the requested frames in grey (mode L), as far as they are close enough to the start to be
            decoded.
        digest: the SHA-256, in hex digits, of the RGB pixels of all frames after the first, full size. None
            if it was not requested, or if not all frames are close enough to the start.
    """

    count: int
    greys: tuple[Image.Image, ...] = ()
    digest: str | None = None


@dataclass(frozen=True)
class Request:
    """What to compute from the frames after the first.

    Attributes:
        most: read up to this many in grey, evenly spread, including the last; None computes a digest of all
            instead.
        side: maximum longest side of the grey frames, in pixels.
    """

    most: int | None
    side: int = 0


@dataclass(frozen=True)
class Plan:
    """The positions of the frames to read, in a file of `count`, and the memory for decoding them, in
    bytes.
    """

    count: int
    places: list[int]
    memory: int
    apart: bool


def load_frames(data: bytes | Path, most: int, side: int) -> Frames:
    """Read up to `most` frames, evenly spread over those after the first, including the last.

    Animations are decoded from the start, so late frames of long ones are slow: frames that need more than
    `MAX_MEGAPIXELS` decoded before them are left out.

    Raises:
        Cancelled: the job that this call belongs to was cancelled (`core.workers`).
        ImageError: the file, or one of these frames, cannot be read.
    """
    return _read(data, Request(most, side))


def digest_frames(data: bytes | Path) -> str | None:
    """Compute a digest of all frames after the first (see `Frames`), the same for all single pictures.

    Raises:
        Cancelled: the job that this call belongs to was cancelled (`core.workers`).
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
    """Open a file in one of the formats in `SEVERAL` and choose the frames to read, without decoding any.

    Raises:
        ImageError: a frame needs more memory to decode than a picture may, or is of an unsupported kind.
    """
    opened, _ = examine(data, format_name, None, 1)
    if not isinstance(opened, ImageFile):
        raise ImageError("The pages of a file of this kind are not read.")
    count = int(getattr(opened, "n_frames", 1))
    places, pixels, memory, apart, before = list[int](), 0, 0, False, 0
    for place in _spread(count, request.most):
        if format_name == "TIFF":  # pages have their own sizes and can be accessed directly
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
    """Read the frames; may raise any exception of their parser."""
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
