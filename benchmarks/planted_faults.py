"""Pictures with a known fault, made from photos; `plant` makes one, and the docstrings give the strengths.

Strengths are drawn for each picture, from faults that show at a glance to those that show when looked for.
Photos of the clothing set are 400 pixels wide; lengths are for that width.
"""

import io
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Rng = np.random.Generator
Floats = NDArray[np.float64]
QUALITIES = (70, 80, 90, 95)


def plant(kind: str, data: bytes, rng: Rng) -> bytes:
    """The file of a photo with this fault."""
    return FAULTS[kind](data, rng)


def _rgb(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def _saved(image: Image.Image, rng: Rng) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=int(rng.choice(QUALITIES)))
    return out.getvalue()


def _of_array(values: Floats, rng: Rng) -> bytes:
    return _saved(Image.fromarray(np.clip(np.rint(values), 0, 255).astype(np.uint8)), rng)


def _linear(image: Image.Image) -> Floats:
    x = np.asarray(image, np.float64) / 255
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def _srgb(x: Floats) -> Floats:
    x = np.clip(x, 0, 1)
    return 255 * np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


def blurry(data: bytes, rng: Rng) -> bytes:
    """Out of focus (a disk of radius 4 to 8), Gaussian (deviation 2.5 to 5) or moved (13 to 25 long)."""
    import cv2

    values = np.asarray(_rgb(data))
    how = rng.integers(3)
    if how == 0:
        values = cv2.GaussianBlur(values, (0, 0), float(rng.uniform(2.5, 5)))
    else:
        side = 33
        kernel = np.zeros((side, side), np.float32)
        centre = (side // 2, side // 2)
        if how == 1:
            cv2.circle(kernel, centre, int(rng.integers(4, 9)), 1.0, -1)
        else:
            half, angle = rng.uniform(6, 12.5), rng.uniform(0, np.pi)
            step = np.array([np.cos(angle), np.sin(angle)]) * half
            ends = [tuple(np.rint(np.array(centre) + sign * step).astype(int).tolist()) for sign in (-1, 1)]
            cv2.line(kernel, *ends, 1.0, 1, cv2.LINE_AA)
        values = cv2.filter2D(values, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)
    return _saved(Image.fromarray(values), rng)


def dark(data: bytes, rng: Rng) -> bytes:
    """Exposed 4 to 7 stops too short, with a sensor's noise."""
    light = _linear(_rgb(data)) * 2 ** -rng.uniform(4, 7)
    return _of_array(_srgb(light) + rng.normal(0, 1.5, light.shape), rng)


def bright(data: bytes, rng: Rng) -> bytes:
    """Exposed 3 to 5 stops too long, or washed out to a tenth to a quarter of its contrast."""
    image = _rgb(data)
    if rng.integers(2):
        return _of_array(_srgb(_linear(image) * 2 ** rng.uniform(3, 5)), rng)
    return _of_array(255 - (255 - np.asarray(image, np.float64)) * rng.uniform(0.1, 0.25), rng)


def low_information(data: bytes, rng: Rng) -> bytes:
    """Fog of 3 to 8 pixels a side enlarged to the whole, or a gradient between two of its colours."""
    image = _rgb(data)
    if rng.integers(2):
        side = int(rng.integers(3, 9))
        small = image.resize((side, side), Image.Resampling.BOX)
        return _saved(small.resize(image.size, Image.Resampling.BICUBIC), rng)
    width, height = image.size
    corners = np.asarray(image.resize((2, 2), Image.Resampling.BOX), np.float64)
    along = np.linspace(0, 1, height)[:, None] if rng.integers(2) else np.linspace(0, 1, width)[None, :]
    fade = np.broadcast_to(along, (height, width))[..., None]
    other = np.roll(corners[1, 1], 1) * rng.uniform(0.4, 0.8)
    return _of_array(corners[0, 0] * (1 - fade) + other * fade + rng.normal(0, 1, (height, width, 3)), rng)


def gray(data: bytes, rng: Rng) -> bytes:
    """Without colour; in half of the files stored as a colour picture."""
    image = _rgb(data).convert("L")
    return _saved(image.convert("RGB") if rng.integers(2) else image, rng)


def odd_size(data: bytes, rng: Rng) -> bytes:
    """A tenth to a third as long on each side, or 3 to 6 times."""
    image = _rgb(data)
    factor = rng.uniform(0.1, 0.33) if rng.integers(2) else rng.uniform(3, 6)
    size = tuple(max(8, round(side * factor)) for side in image.size)
    return _saved(image.resize(size, Image.Resampling.BICUBIC), rng)  # type: ignore[arg-type]


def odd_aspect(data: bytes, rng: Rng) -> bytes:
    """A strip of it, 3 to 8 times as long as wide, of as many pixels."""
    image = _rgb(data)
    ratio, (width, height) = rng.uniform(3, 8), image.size
    if rng.integers(2):
        part = max(8, round(height / ratio))
        left = int(rng.integers(0, width - part + 1))
        strip = image.crop((left, 0, left + part, height))
    else:
        part = max(8, round(width / ratio))
        top = int(rng.integers(0, height - part + 1))
        strip = image.crop((0, top, width, top + part))
    factor = (width * height / (strip.width * strip.height)) ** 0.5
    return _saved(strip.resize((round(strip.width * factor), round(strip.height * factor))), rng)


def letterboxed(data: bytes, rng: Rng) -> bytes:
    """Bars of 6 to 25 % of the side above and below, left and right, or all around, of one colour."""
    image = _rgb(data)
    colours = ((0, 0, 0), (0, 0, 0), (255, 255, 255), (128, 128, 128), (20, 24, 60), (200, 30, 40))
    colour = colours[rng.integers(len(colours))]
    share, where = rng.uniform(0.06, 0.25), rng.integers(3)
    across = round(image.width * share) if where != 0 else 0
    down = round(image.height * share) if where != 1 else 0
    framed = Image.new("RGB", (image.width + 2 * across, image.height + 2 * down), colour)
    framed.paste(image, (across, down))
    return _saved(framed.resize(image.size, Image.Resampling.BICUBIC), rng)


def near_empty(data: bytes, rng: Rng) -> bytes:
    """A lens cap, wall or blank page: one colour with noise and uneven light, some with one small mark."""
    image = _rgb(data)
    width, height = image.size
    colour = np.asarray(image)[rng.integers(height), rng.integers(width)].astype(np.float64)
    level = (np.full(3, rng.uniform(2, 14)), np.full(3, rng.uniform(235, 255)), colour)[rng.integers(3)]
    values = np.broadcast_to(level, (height, width, 3)).copy()
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    values *= (1 - rng.uniform(0, 0.15) * (x**2 + y**2) / 2)[..., None]
    values += rng.normal(0, rng.uniform(0, 4), values.shape)
    canvas = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    if rng.integers(3) == 0:
        side = int(rng.integers(3, 25))
        at = int(rng.integers(width - side)), int(rng.integers(height - side))
        mark = tuple(int(c) for c in rng.integers(0, 256, 3))
        ImageDraw.Draw(canvas).ellipse((*at, at[0] + side, at[1] + side), fill=mark)
    return _saved(canvas, rng)


def damaged(data: bytes, rng: Rng) -> bytes:
    """A JPEG that ends after 20 to 85 % of its data, as it is or saved again, or with bytes overwritten.

    Every one of them opens, and at least a fiftieth of its pixels are not what they were.
    """
    clean = _saved(_rgb(data), rng)
    before = np.asarray(_rgb(clean), np.int16)
    while True:
        how = rng.integers(3)
        start = clean.index(b"\xff\xda") + 14
        if how < 2:
            at = start + int((len(clean) - start) * rng.uniform(0.2, 0.85))
            broken = clean[:at] + b"\xff\xd9"
        else:
            bytes_ = bytearray(clean)
            for at in rng.integers(start + (len(clean) - start) // 10, len(clean) - 40, rng.integers(1, 8)):
                bytes_[at] = int(rng.integers(0, 255))
            broken = bytes(bytes_)
        try:
            image = _rgb(broken)
        except (OSError, ValueError):
            continue
        changed = np.abs(np.asarray(image, np.int16) - before).max(axis=2) > 24
        if changed.mean() > 0.02:
            return _saved(image, rng) if how == 1 else broken


FAULTS: dict[str, Callable[[bytes, Rng], bytes]] = {
    "blurry": blurry,
    "dark": dark,
    "bright": bright,
    "low_information": low_information,
    "gray": gray,
    "odd_size": odd_size,
    "odd_aspect": odd_aspect,
    "letterboxed": letterboxed,
    "near_empty": near_empty,
    "damaged": damaged,
}
