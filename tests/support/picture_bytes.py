"""Small picture files, made on the spot, for the tests of pictures and sources."""

import base64
import io
import struct
import zlib

from PIL import Image

RED, BLUE, WHITE = (200, 30, 10), (10, 60, 200), (255, 255, 255)

# 128 × 64, left half RED, right half BLUE, taken 2019-06-30 18:45:00. Pillow cannot write HEIC, so this one
# was encoded elsewhere. Its EXIF block claims orientation 6 while its container asks for no rotation.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAZdtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRp"
    "bG9jAAAAAERAAAIAAQAAAAABuwABAAAAAAAAADIAAgAAAAAB7QABAAAAAAAAAFYAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABo"
    "dmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA"
    "/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoBAgQWW6kkprm4CGgwIAAAMA"
    "MgAAAwACEGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAACAAAAAQAAAABBwaXhpAAAAAAMICAgAAAAX"
    "aXBtYQAAAAAAAAABAAEEgQIDBAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAkG1kYXQAAAAuKAGvCeAhOXVf//1Lf//88pch+39g"
    "dBzDy5lv/9kRg7/Ds4//36pJgun/+ZAE/wAAAAZFeGlmAABNTQAqAAAACAACARIAAwAAAAEABgAAh2kABAAAAAEAAAAmAAAAAAABkAMA"
    "AgAAABQAAAA4AAAAADIwMTk6MDY6MzAgMTg6NDU6MDAA"
)


def encode(image: Image.Image, format_name: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format_name, **options)
    return out.getvalue()


def halves(width: int = 40, height: int = 30) -> Image.Image:
    """Left half RED, right half BLUE."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 80).convert("RGB")


def close(got: tuple[int, ...], wanted: tuple[int, ...], tolerance: int = 6) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(got, wanted, strict=True))


def png_with_size(width: int, height: int) -> bytes:
    """A valid PNG header that declares a size, with next to no pixels behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    header = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


def exif_block(byte_order: str, entries: dict[int, str | int], camera: dict[int, str]) -> bytes:
    """An EXIF block written by hand: `entries` in its main directory, `camera` in the one below."""
    mark = b"II*\0" if byte_order == "<" else b"MM\0*"

    def directory(start: int, values: dict[int, str | int], extra: tuple[int, int] | None) -> bytes:
        count = len(values) + (extra is not None)
        data_start = start + 2 + 12 * count + 4
        rows, data = b"", b""
        for tag, value in values.items():
            if isinstance(value, int):
                rows += struct.pack(byte_order + "HHLHH", tag, 3, 1, value, 0)
            else:
                text = value.encode("latin-1") + b"\0"
                rows += struct.pack(byte_order + "HHLL", tag, 2, len(text), data_start + len(data))
                data += text
        if extra is not None:
            rows += struct.pack(byte_order + "HHLL", extra[0], 4, 1, extra[1])
        return struct.pack(byte_order + "H", count) + rows + bytes(4) + data

    camera_part = directory(8, dict(camera), None)
    main_start = 8 + len(camera_part)
    head = mark + struct.pack(byte_order + "L", main_start)
    return head + camera_part + directory(main_start, entries, (0x8769, 8))


def gps_block(
    byte_order: str = "<",
    latitude: tuple[tuple[int, int], ...] = ((38, 1), (43, 1), (12, 1)),
    longitude: tuple[tuple[int, int], ...] = ((9, 1), (8, 1), (0, 1)),
    sides: tuple[str, str] = ("N", "W"),
) -> bytes:
    """An EXIF block that says nothing but where: degrees, minutes and seconds as fractions."""
    gps_start = 8 + 2 + 12 + 4
    data_start = gps_start + 2 + 4 * 12 + 4
    rows, data = b"", b""
    for tag, side, angle in ((1, sides[0], latitude), (3, sides[1], longitude)):
        rows += struct.pack(byte_order + "HHL4s", tag, 2, 2, side.encode() + b"\0")
        rows += struct.pack(byte_order + "HHLL", tag + 1, 5, len(angle), data_start + len(data))
        data += b"".join(struct.pack(byte_order + "LL", *part) for part in angle)
    mark = b"II*\0" if byte_order == "<" else b"MM\0*"
    head = mark + struct.pack(byte_order + "L", 8)
    main = struct.pack(byte_order + "HHHLL", 1, 0x8825, 4, 1, gps_start) + bytes(4)
    return head + main + struct.pack(byte_order + "H", 4) + rows + bytes(4) + data


def dng(width: int, height: int, orientation: int = 1, taken: str = "2020:01:02 03:04:05") -> bytes:
    """A raw file of 16 bits a sample in the order red, green, green, blue: a diagonal ramp of light."""
    camera = struct.pack("<HHHLL", 1, 0x9003, 2, 20, 0)
    ramp = [(x + y) * 60_000 // (width + height) for y in range(height) for x in range(width)]
    pixels = struct.pack(f"<{width * height}H", *ramp)
    entries = [
        (254, 4, 1, 0), (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 16), (259, 3, 1, 1),
        (262, 3, 1, 32803), (271, 2, 4, b"Our\0"), (272, 2, 4, b"Own\0"), (273, 4, 1, 0),
        (274, 3, 1, orientation), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, len(pixels)),
        (0x8769, 4, 1, 0), (33421, 3, 2, 2 | 2 << 16), (33422, 1, 4, b"\0\1\1\2"), (50706, 1, 4, b"\1\4\0\0"),
        (50708, 2, 4, b"Own\0"), (50721, 10, 9, 0),
    ]  # fmt: skip
    start = 8 + 2 + 12 * len(entries) + 4
    matrix = struct.pack("<18l", *(part for i in range(9) for part in (int(i % 4 == 0), 1)))
    where = {0x8769: start, 50721: start + 18 + 20, 273: start + 18 + 20 + len(matrix)}
    rows = b""
    for tag, kind, count, value in entries:
        content = value if isinstance(value, bytes) else struct.pack("<L", where.get(tag, value))
        rows += struct.pack("<HHL", tag, kind, count) + content
    directory = camera[:-4] + struct.pack("<L", start + 18) + bytes(4)
    body = directory + taken.encode() + b"\0" + matrix + pixels
    return b"II*\0" + struct.pack("<LH", 8, len(entries)) + rows + bytes(4) + body
