"""Conversion of any of Pillow's pixel modes to 8-bit RGB in the sRGB colour space."""

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_WHITE, _DARK = (255, 255, 255), (64, 64, 64)
_NEARLY_WHITE = 230
"""Grey level above which a shape is hardly visible on a white ground."""
_NEARLY_ALL = 0.98
_MAX_PROFILE_BYTES = 4 * 1024 * 1024  # printers' profiles reach 2 MB; more is not a profile
_BAND_PIXELS = 2**20
_PROFILE_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab "}

FloatArray = NDArray[np.float32]


def to_rgb(image: Image.Image) -> Image.Image:
    """Convert a decoded picture to RGB.

    Transparent parts are composited onto white, or onto dark grey where the visible parts would hardly stand
    out on white (a white letter, a light logo). 16-bit grey is scaled by its full range, or by the range of
    8, 10 or 12 bits if no value exceeds that (cameras write 12 bits into 16-bit files). 32-bit integer or
    floating-point grey has no agreed range, so the smallest customary one that holds every value is used (0–1
    for floats, 0–255, 0–65535), or else the values found are stretched from black to white; infinities and
    NaN become black.
    An embedded colour profile is applied, unless it is sRGB already or broken.
    """
    profile = image.info.get("icc_profile")
    image = to_8_bits(image)
    mode = image.mode
    if image.has_transparency_data or mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        image = _on_ground(image)
    elif mode not in ("RGB", "L", "CMYK", "LAB"):
        image = image.convert("RGB")

    if isinstance(profile, bytes) and image.mode != "LAB":
        managed = _apply_profile(image, profile)
        if managed is not None:
            return managed
    if image.mode == "LAB":
        return _from_lab(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def effective_profile(image: Image.Image) -> bytes:
    """Return the embedded color profile of a decoded picture if `to_rgb` applies it, else empty bytes."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes) or len(profile) > _MAX_PROFILE_BYTES or image.mode == "LAB":
        return b""
    mode = image.mode if image.mode in _PROFILE_SPACES else "RGB"
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        mode = "L"
    return b"" if _profile_transform(profile, mode) is None else profile


def _on_ground(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        if image.mode in ("La", "PA"):  # Pillow has no direct way from these
            image = image.convert("LA" if image.mode == "La" else "RGBA")
        image = image.convert("RGBA")
    alpha = image.getchannel("A")
    colours = image.convert("RGB")
    if alpha.getextrema() == (255, 255):
        return colours
    ground = Image.new("RGB", image.size, _ground(colours, alpha))
    ground.paste(colours, mask=alpha)
    return ground


def _ground(colours: Image.Image, alpha: Image.Image) -> tuple[int, int, int]:
    """Choose the background colour on which the visible parts of a picture stand out."""
    visible = colours.convert("L").histogram(mask=alpha)  # counts where alpha is above 0
    count = sum(visible)
    return _DARK if count and sum(visible[_NEARLY_WHITE:]) >= _NEARLY_ALL * count else _WHITE


def to_8_bits(image: Image.Image) -> Image.Image:
    """Scale 16- or 32-bit grey to 8 bits as `to_rgb` describes; other pictures are returned unchanged."""
    if not image.mode.startswith(("I", "F")):
        return image
    # A band of rows at a time: arrays of the whole picture would take several times its memory.
    rows = max(1, _BAND_PIXELS // image.width)
    bands = [(0, top, image.width, min(top + rows, image.height)) for top in range(0, image.height, rows)]
    extremes = [(float(part.min()), float(part.max())) for part in map(_numbers, map(image.crop, bands))]
    low, high = _customary_range(
        min(low for low, _ in extremes), max(high for _, high in extremes), image.mode
    )
    scaled = Image.new("L", image.size)
    for band in bands:
        values = _numbers(image.crop(band))
        scaled.paste(Image.fromarray(_scale(values, low, high)), band[:2])
    return scaled


def array_to_8_bits(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Scale samples of any type, ``(height, width)`` or ``(height, width, channels)``, in the same way."""
    if values.dtype == np.uint8:
        return values.astype(np.uint8)
    mode = "F" if values.dtype.kind == "f" else "I;16" if values.dtype == np.uint16 else "I"
    numbers = np.nan_to_num(values.astype(np.float32), copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return _scale(numbers, *_customary_range(float(numbers.min()), float(numbers.max()), mode))


def _numbers(image: Image.Image) -> FloatArray:
    values = np.asarray(image).astype(np.float32)
    return np.nan_to_num(values, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def _customary_range(low: float, high: float, mode: str) -> tuple[float, float]:
    if low < 0:
        return low, high
    ranges: tuple[float, ...]
    if mode.startswith("I;16"):
        # 14 bits are not distinguished from 16: dark 16-bit pictures reach no higher, and are visible as they
        # are.
        ranges = (255.0, 1023.0, 4095.0, 65535.0)
    else:
        ranges = (1.0, 255.0, 65535.0) if mode == "F" else (255.0, 65535.0)
    return 0.0, next((top for top in ranges if high <= top), high)


def _scale(values: FloatArray, low: float, high: float) -> NDArray[np.uint8]:
    if high <= low:
        return np.zeros(values.shape, np.uint8)
    scale = 255.0 / (high - low)  # applied before the shift: the difference itself may overflow
    values *= scale
    values -= low * scale
    return np.rint(values).astype(np.uint8)


def _from_lab(image: Image.Image) -> Image.Image:
    converted = ImageCms.applyTransform(image, _lab_transform())
    return converted if converted is not None else image.convert("RGB")


@lru_cache(maxsize=1)
def _lab_transform() -> ImageCms.ImageCmsTransform:
    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(lab, srgb, "LAB", "RGB")


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    if len(profile) > _MAX_PROFILE_BYTES:
        return None
    transform = _profile_transform(profile, image.mode)
    if transform is None:
        return None
    try:
        return ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


# A folder of photos has few distinct profiles. Transforms may be shared between threads.
@lru_cache(maxsize=16)
def _profile_transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the transform from `profile` to sRGB, or None if none is needed or possible."""
    try:
        parsed = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if parsed.profile.xcolor_space != _PROFILE_SPACES.get(mode):
            return None  # a profile for another colour space than the picture's: one of the two is wrong
        if "srgb" in (parsed.profile.profile_description or "").lower():
            return None
        return ImageCms.buildTransform(parsed, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
