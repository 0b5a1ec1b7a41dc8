"""Reduction of large pictures by averaging, to save memory."""

from PIL import Image

from .color import to_8_bits, to_rgb

# Resizing from at least twice the size wanted looks the same as resizing from the full picture.
_REDUCING_GAP = 2
_AVERAGED_MODES = ("RGB", "L", "CMYK")
_BAND_PIXELS = 2**20


def shrink(picture: Image.Image, min_side: int) -> Image.Image:
    """Average whole blocks of pixels as long as the shortest side stays at least twice `min_side`.

    The result may have another mode, in which colours can be averaged; they are weighted by their opacity.
    """
    factor = min(picture.size) // (_REDUCING_GAP * min_side)
    if factor < 2:
        return picture
    picture = to_8_bits(picture)
    profile = picture.info.get("icc_profile")
    if picture.mode in _AVERAGED_MODES and not picture.has_transparency_data:
        reduced = picture.reduce(factor)
    else:
        reduced = _reduce_by_bands(picture, factor)
    reduced.info = {"icc_profile": profile} if profile else {}
    return reduced


def small_grey(image: Image.Image, side: int) -> Image.Image:
    """Convert an RGB picture to grey, averaged down to a longest side of at most `side` pixels."""
    scale = min(1.0, side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    grey = image.convert("L")
    return grey if size == image.size else grey.resize(size, Image.Resampling.BOX)


def _reduce_by_bands(picture: Image.Image, factor: int) -> Image.Image:
    """Convert and average a band of rows at a time: a converted copy of the whole would double the memory."""
    rows = max(1, _BAND_PIXELS // (picture.width * factor)) * factor
    target: Image.Image | None = None
    for top in range(0, picture.height, rows):
        band = picture.crop((0, top, picture.width, min(top + rows, picture.height)))
        part = _averageable(band).reduce(factor)
        if target is None:
            target = Image.new(part.mode, (part.width, -(-picture.height // factor)))
        target.paste(part, (0, top // factor))
    assert target is not None  # noqa: S101 - a picture has rows
    return target


def _averageable(band: Image.Image) -> Image.Image:
    if band.mode in ("RGBA", "LA", "PA", "La", "RGBa") or band.has_transparency_data:
        if band.mode in ("La", "PA"):  # Pillow has no direct way from these
            band = band.convert("LA" if band.mode == "La" else "RGBA")
        return band.convert("RGBA")
    if band.mode in ("P", "1"):
        return band.convert("RGB" if band.mode == "P" else "L")
    return to_rgb(band)
