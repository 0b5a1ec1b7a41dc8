"""From any of Pillow's pixel modes to 8-bit RGB in the sRGB colour space."""

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_WHITE, _DARK = (255, 255, 255), (64, 64, 64)
_NEARLY_WHITE = 230
"""Grey level from which a shape can hardly be told from a white ground."""
_NEARLY_ALL = 0.98
_MAX_PROFILE_BYTES = 4 * 1024 * 1024  # printers' profiles reach 2 MB; more is not a profile
_PROFILE_SPACES = {"RGB": "RGB ", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab "}


def to_rgb(image: Image.Image) -> Image.Image:
    """Convert a decoded picture to RGB.

    Transparent parts are laid on white, or on dark grey where hardly anything that is visible would be
    seen on white (a white letter, a light logo). 16-bit grey is scaled by its full range, or by the range of
    8, 10 or 12 bits where no value is above that (cameras put 12 bits into files of 16). 32-bit whole or
    floating-point grey has no agreed range, so the smallest customary one that holds every value is
    taken (0–1 for floats, 0–255, 0–65535), or else the values found are stretched to black and white;
    infinities and values that are no number turn black.
    An embedded colour profile is applied, unless it is sRGB already or broken.
    """
    profile = image.info.get("icc_profile")
    mode = image.mode
    if mode.startswith("I;16"):
        image = Image.fromarray(_scale_16_bit(np.asarray(image)))
    elif mode in ("I", "F"):
        image = Image.fromarray(_scale_unknown_range(np.asarray(image)))
    elif image.has_transparency_data or mode in ("RGBA", "LA", "PA", "La", "RGBa"):
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
    """The embedded color profile of a decoded picture if `to_rgb` applies it, else empty."""
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
    """The colour to lay a picture on, so that what is visible of it can be seen."""
    visible = colours.convert("L").histogram(mask=alpha)  # counts where alpha is above 0
    count = sum(visible)
    return _DARK if count and sum(visible[_NEARLY_WHITE:]) >= _NEARLY_ALL * count else _WHITE


def _scale_16_bit(values: NDArray[np.uint16]) -> NDArray[np.uint8]:
    highest = int(values.max())
    # 14 bits are not told from 16: dark pictures of 16 bits reach no higher, and can be made out as they are.
    top = next(top for top in (255, 1023, 4095, 65535) if highest <= top)
    # A table keeps a 200-megapixel picture from being copied in a wider type.
    table = ((np.arange(top + 1, dtype=np.uint32) * 255 + top // 2) // top).astype(np.uint8)
    return np.asarray(table[values])


def _scale_unknown_range(values: NDArray[np.int32] | NDArray[np.float32]) -> NDArray[np.uint8]:
    floats = np.nan_to_num(values.astype(np.float32), copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(floats.min()), float(floats.max())
    if low >= 0:
        low = 0.0
        ranges = (1.0, 255.0, 65535.0) if values.dtype.kind == "f" else (255.0, 65535.0)
        high = next((top for top in ranges if high <= top), high)
    if high <= low:
        return np.zeros(values.shape, np.uint8)
    scale = 255.0 / (high - low)  # applied before the shift: the difference itself may overflow
    floats *= scale
    floats -= low * scale
    return np.rint(floats).astype(np.uint8)


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


# A folder of photos holds few distinct profiles. Transforms are safe to share between threads.
@lru_cache(maxsize=16)
def _profile_transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The way from `profile` to sRGB, or None where there is nothing to do or nothing that works."""
    try:
        parsed = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if parsed.profile.xcolor_space != _PROFILE_SPACES.get(mode):
            return None  # a profile for other colours than the picture has: one of the two lies
        if "srgb" in (parsed.profile.profile_description or "").lower():
            return None
        return ImageCms.buildTransform(parsed, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
