"""Photos as a camera writes them: JPEG files with a date and a place in their EXIF."""

from datetime import datetime

from PIL import Image

from tests.support.picture_bytes import encode

LISBON, BERLIN = (38.72, -9.14), (52.52, 13.405)


def photo(seed: int, taken: datetime | None = None, place: tuple[float, float] | None = None) -> bytes:
    """A small JPEG of one colour, another for each `seed`."""
    image = Image.new("RGB", (48, 36), (seed * 53 % 256, seed * 97 % 256, seed * 151 % 256))
    exif = image.getexif()
    if taken is not None:
        exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
    if place is not None:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = "N" if place[0] >= 0 else "S", _angle(place[0])
        gps[3], gps[4] = "E" if place[1] >= 0 else "W", _angle(place[1])
    return encode(image, "JPEG", exif=exif)


def _angle(degrees: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(degrees) * 60, 60)
    return whole, float(int(rest)), round(rest % 1 * 60, 3)
