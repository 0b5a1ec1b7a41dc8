"""Hostile picture files, made by code: the same ones for the same seed.

They try to take memory, time or the process itself: far too many pixels, scans, chunks and blocks, headers
that promise what does not come, and good files that were cut or flipped.
"""

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from PIL import Image

from tests.support.picture_bytes import HEIC, encode, png_with_size

_MOST_PIXELS = 199_000_000


def write_hostile_files(folder: Path, count: int, seed: int = 0) -> list[Path]:
    """Write `count` files into `folder`, which is made; returns their paths.

    Of every hundred, 14 are costly; the rest are damaged, empty or something else under a picture's name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random_ = random.Random(seed)
    paths = []
    for i in range(count):
        costly = i % 7 == 3
        name, make = _COSTLY[i // 7 % len(_COSTLY)] if costly else random_.choice(_CHEAP)
        data = make(random_)
        path = folder / f"{i:04d}-{name}"
        path.write_bytes(_unlike(data, i) if costly else data)
        paths.append(path)
    return paths


def _unlike(data: bytes, number: int) -> bytes:
    """The same file with other bytes, so that it is not known from before."""
    return data + b"\0" + struct.pack(">L", number)


def _noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))


# ---- costly


@lru_cache
def _zeros(count: int) -> bytes:
    """`count` zeros, packed."""
    packer, block = zlib.compressobj(1), bytes(2**22)
    parts = [packer.compress(block) for _ in range(count // len(block))]
    return b"".join([*parts, packer.compress(bytes(count % len(block))), packer.flush()])


def _png_of_zeros(width: int, height: int, colours: int) -> bytes:
    samples = {0: 1, 2: 3, 6: 4}[colours]
    header = struct.pack(">LLBBBBB", width, height, 8, colours, 0, 0, 0)
    pixels = _zeros((width * samples + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def large_rgba_png(_: random.Random) -> bytes:
    """Of 199 megapixels with transparency: 796 MB of pixels in 0.8 MB of file."""
    return _png_of_zeros(14_200, _MOST_PIXELS // 14_200, 6)


def wide_png(_: random.Random) -> bytes:
    """65,535 pixels wide."""
    return _png_of_zeros(65_535, 3_000, 6)


def jpeg_of_many_scans(random_: random.Random) -> bytes:
    """A progressive JPEG whose last scan comes 4,000 times, or 90 times."""
    data = _large_progressive()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * random_.choice((90, 4_000)) + data[-2:]


@lru_cache
def _large_progressive() -> bytes:
    return encode(Image.new("L", (4_000, 3_000), 90), "JPEG", progressive=True)


def jpeg_of_declared_size(random_: random.Random) -> bytes:
    """A JPEG whose header promises 196 megapixels and whose data end soon."""
    data = bytearray(encode(_noise(64, 48), "JPEG", progressive=random_.random() < 0.7, subsampling=0))
    frame = max(data.find(b"\xff\xc0"), data.find(b"\xff\xc2"))
    data[frame + 5 : frame + 9] = struct.pack(">HH", 14_000, 14_000)
    return bytes(data)


def jpeg_of_fill_bytes(random_: random.Random) -> bytes:
    """Twelve million bytes between two segments."""
    data = encode(_noise(64, 48), "JPEG")
    return data[:2] + random_.choice((b"\xff", b"\0")) * 12_000_000 + data[2:]


def gif_of_long_comment(_: random.Random) -> bytes:
    """A comment of twelve million bytes before the first frame."""
    data = encode(Image.new("P", (8, 8)), "GIF")
    start = data.index(b",", 13)
    return data[:start] + b"!\xfe" + (b"\xff" + bytes(255)) * 47_000 + b"\0" + data[start:]


def gif_of_many_frames(_: random.Random) -> bytes:
    """Two hundred thousand frames."""
    data = encode(Image.new("P", (8, 8)), "GIF")
    start = data.index(b",", 13)
    return data[:-1] + data[start:-1] * 200_000 + b";"


def large_gif(_: random.Random) -> bytes:
    """A canvas of 197 megapixels."""
    data = bytearray(encode(Image.new("P", (8, 8)), "GIF"))
    start = data.index(b",", 13)
    data[6:10] = data[start + 5 : start + 9] = struct.pack("<HH", 65_535, 3_000)
    return bytes(data)


def large_webp(_: random.Random) -> bytes:
    """A canvas of 196 megapixels."""
    data = bytearray(encode(Image.new("RGBA", (8, 8), (1, 2, 3, 4)), "WEBP"))
    data[24:27], data[27:30] = (16_382).to_bytes(3, "little"), (11_999).to_bytes(3, "little")
    return bytes(data)


def bmp_of_run_lengths(random_: random.Random) -> bytes:
    """Run lengths of one pixel each: five million of them, unpacked by Python."""
    width, height = (65_535, 3_000) if random_.random() < 0.5 else (3_000, 1_600)
    palette, runs = bytes(1024), b"\1\0" * 4_800_000
    head = struct.pack("<LllHHLLllLL", 40, width, height, 1, 8, 1, len(runs), 0, 0, 256, 0)
    start = 14 + len(head) + len(palette)
    return b"BM" + struct.pack("<LLL", start + len(runs), 0, start) + head + palette + runs


def _tiff(width: int, height: int, entries: dict[int, tuple[int, int]], data: bytes) -> bytes:
    """A TIFF of one directory; `entries` are tag → (kind, value), and the offset of data is put in."""
    rows = {256: (4, width), 257: (4, height), 262: (3, 1), 277: (3, 1), **entries}
    start = 8 + 2 + 12 * (len(rows) + 1) + 4
    rows[324 if 322 in rows else 273] = (4, start)
    body = b"".join(struct.pack("<HHLL", tag, kind, 1, value) for tag, (kind, value) in sorted(rows.items()))
    return b"II*\0" + struct.pack("<LH", 8, len(rows)) + body + bytes(4) + data


def tiff_of_wide_strip(_: random.Random) -> bytes:
    """One deflated strip, 65,535 pixels wide."""
    data = _zeros(65_535 * 3_000)
    return _tiff(65_535, 3_000, {258: (3, 8), 259: (3, 8), 278: (4, 3_000), 279: (4, len(data))}, data)


def tiff_of_large_tile(_: random.Random) -> bytes:
    """A picture of 100 pixels in a tile of 900 million."""
    data = _zeros(30_000 * 30_000)
    entries = {258: (3, 8), 259: (3, 8), 322: (4, 30_000), 323: (4, 30_000), 325: (4, len(data))}
    return _tiff(10, 10, entries, data)


def png_of_many_chunks(_: random.Random) -> bytes:
    """Half a million chunks of nothing."""
    data = encode(_noise(8, 8), "PNG")
    return data[:33] + _chunk(b"prIv", b"") * 500_000 + data[33:]


def png_of_packed_profile(_: random.Random) -> bytes:
    """A colour profile that unpacks to 500 MB, and a text that does."""
    data = encode(_noise(8, 8), "PNG")
    packed = _zeros(500_000_000)
    return data[:33] + _chunk(b"iCCP", b"x\0\0" + packed) + _chunk(b"zTXt", b"y\0\0" + packed) + data[33:]


# ---- cheap


@lru_cache
def _good() -> dict[str, bytes]:
    image = _noise(160, 120)
    files = {
        "png": encode(image, "PNG"),
        "jpg": encode(image, "JPEG"),
        "progressive.jpg": encode(image, "JPEG", progressive=True),
        "webp": encode(image, "WEBP"),
        "gif": encode(image, "GIF", save_all=True, append_images=[image.rotate(90)]),
        "bmp": encode(image, "BMP"),
        "avif": encode(image, "AVIF"),
        "tif": encode(image, "TIFF"),
        "heic": HEIC,
    }
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits", "zstd"):
        files[f"{compression}.tif"] = encode(image, "TIFF", compression=compression)
    return files


def _cut(kind: str) -> Callable[[random.Random], bytes]:
    def make(random_: random.Random) -> bytes:
        data = _good()[kind]
        return data[: random_.randrange(1, len(data))]

    return make


def _flipped(kind: str) -> Callable[[random.Random], bytes]:
    def make(random_: random.Random) -> bytes:
        data = bytearray(_good()[kind])
        reach = len(data) if random_.random() < 0.5 else min(len(data), 400)  # headers are worth more
        for _ in range(random_.randrange(1, 12)):
            data[random_.randrange(reach)] = random_.randrange(256)
        return bytes(data)

    return make


def _spliced(random_: random.Random) -> bytes:
    """The beginning of one file and the end of another."""
    first, second = random_.sample(sorted(_good().values()), 2)
    return first[: random_.randrange(1, len(first))] + second[random_.randrange(len(second)) :]


def _random_after_start(random_: random.Random) -> bytes:
    data = random_.choice(sorted(_good().values()))
    return data[: random_.randrange(4, 64)] + random_.randbytes(random_.randrange(1, 5_000))


def _declared_png(random_: random.Random) -> bytes:
    return png_with_size(random_.randrange(1, 70_000), random_.randrange(1, 70_000))


def _something_else(random_: random.Random) -> bytes:
    others = (b"", bytes(1000), b"%PDF-1.7\n", b"<html></html>", b"PK\3\4", b"text", b"GIF89a", b"II*\0")
    return random_.choice(others) + random_.randbytes(random_.randrange(0, 8))


def _nothing_but_a_picture(random_: random.Random) -> bytes:
    """A good file among the others: it must come through."""
    image = Image.frombytes("RGB", (48, 48), random_.randbytes(48 * 48 * 3))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


_COSTLY: tuple[tuple[str, Callable[[random.Random], bytes]], ...] = (
    ("large-rgba.png", large_rgba_png),
    ("scans.jpg", jpeg_of_many_scans),
    ("declared.jpg", jpeg_of_declared_size),
    ("wide.png", wide_png),
    ("comment.gif", gif_of_long_comment),
    ("strip.tif", tiff_of_wide_strip),
    ("runs.bmp", bmp_of_run_lengths),
    ("tile.tif", tiff_of_large_tile),
    ("frames.gif", gif_of_many_frames),
    ("fill.jpg", jpeg_of_fill_bytes),
    ("canvas.gif", large_gif),
    ("chunks.png", png_of_many_chunks),
    ("canvas.webp", large_webp),
    ("profile.png", png_of_packed_profile),
)

_KINDS = ("png", "jpg", "progressive.jpg", "webp", "gif", "bmp", "avif", "tif", "heic")
_TIFFS = tuple(f"{name}.tif" for name in ("tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits", "zstd"))
_CHEAP: tuple[tuple[str, Callable[[random.Random], bytes]], ...] = (
    *((f"cut.{kind}", _cut(kind)) for kind in (*_KINDS, *_TIFFS)),
    *((f"flipped.{kind}", _flipped(kind)) for kind in (*_KINDS, *_TIFFS) * 2),
    ("spliced.jpg", _spliced),
    ("random.png", _random_after_start),
    ("declared.png", _declared_png),
    ("else.jpg", _something_else),
    ("good.png", _nothing_but_a_picture),
)
