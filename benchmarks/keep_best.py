"""Which picture of a group is kept: the original, or what was made from it.

Fifteen kinds of copies of photos, each in a group of two with its original, in random order of addition; then
all of them together in one group. Once as files without metadata, and once with the EXIF block of a camera
(date, place, preview), which half of the copies have lost. What is counted is how often the original is kept,
and how often a mirrored, letterboxed or enlarged copy is kept instead, which must never happen.

The photos of the clothing set are small JPEGs of one source, so two further sources are measured: the same
photos reduced and saved again with the settings of other programs, and pages of nine photos, larger than
1,000 pixels a side, with a sensor's noise and a camera's quantisation. The settings of
`core.dedup.groups.originality` were chosen on training photos; this uses the test photos by default.
"""

import io
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont, ImageOps

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import Figure, parser, report  # noqa: E402
from core.collection import (  # noqa: E402
    Collection,
    Workspace,
)
from core.dedup import decide  # noqa: E402
from tests.support.tiny import TinyEncoder, register  # noqa: E402  (nothing is searched for here)

Picture = Image.Image
NEVER = ("letterbox", "mirror", "enlarged")
TARGETS = {"kept_original": 0.97, **{f"{kind}_kept_instead": 0 for kind in NEVER}}
QUALITIES = (75, 85, 92, 95)
_CAMERA = [
    [4, 3, 3, 4, 6, 9, 12, 14, 3, 3, 4, 5, 7, 13, 14, 13, 3, 4, 5, 6, 9, 13, 16, 13, 4, 5, 6, 8, 12, 19, 18,
    14,
     5, 6, 9, 13, 16, 25, 24, 18, 7, 9, 13, 15, 19, 24, 26, 21, 12, 15, 18, 20, 24, 28, 28, 23, 17, 21, 22,
     23, 26, 23, 24, 23],
    [5, 5, 7, 12, 24, 24, 24, 24, 5, 6, 8, 17, 24, 24, 24, 24, 7, 8, 14, 24, 24, 24, 24, 24, 12, 17, 24, 24,
    24,
     24, 24, 24] + [24] * 32,
]  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """One copy: its kind, and its bytes with and without what EXIF says."""

    kind: str
    data: bytes


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "clothing")
    options.add_argument("--split", default="test", choices=("train", "validation", "test"))
    options.add_argument("--photos", type=int, default=0, help="how many; else 200, or 8 with --quick")
    options.add_argument(
        "--source", default="", choices=("", "photos", "resaved", "pages"), help="only this one"
    )
    options.add_argument("--misses", action="store_true", help="write every miss and its reason to stderr")
    args = options.parse_args()
    if not args.data.is_dir():
        options.error(f"there are no photos in {args.data}")
    count = args.photos or (8 if args.quick else 200)
    paths = sorted((args.data / args.split).glob("*/*"))
    chosen = [paths[int(i)] for i in np.random.default_rng(0).permutation(len(paths))[:count]]
    figures: dict[str, Figure] = {}
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as home:
        collection = Workspace(Path(home)).create("copies", encoder=register(TinyEncoder()).name)
        for source, number, original, page in _originals(chosen, args):
            for exif in (False, True):
                whole = _measure(collection, source, number, original, page, exif, right, asked, args.misses)
                right[f"{source}_whole_group"] += whole
                asked[f"{source}_whole_group"] += 1
    for what in asked:
        figures[what] = round(right[what] / asked[what], 4)
    for kind in NEVER:
        figures[f"{kind}_kept_instead"] = asked[kind] - right[kind]
    figures["decisions"] = asked["kept_original"]
    holds = figures["kept_original"] >= TARGETS["kept_original"] and not any(  # type: ignore[operator]
        figures[f"{kind}_kept_instead"] for kind in NEVER
    )
    return report("keep_best", figures, TARGETS, holds, args.json)


def _measure(
    collection: Collection,
    source: str,
    number: int,
    original: bytes,
    page: Picture,
    exif: bool,
    right: Counter[str],
    asked: Counter[str],
    misses: bool,
) -> bool:
    """Decide every group of two, and the one of all; returns whether that one keeps the original."""
    block = _exif(original) if exif else b""
    first = _with_exif(original, block)
    files = [Copy("original", first), *_copies(original, page, f"{source}{number}", block)]
    rng = np.random.default_rng(zlib.crc32(f"{source}{number}{exif}".encode()))
    before = set(collection.ids())
    kind_of: dict[int, str] = {}
    names: dict[str, str] = {}
    added: list[tuple[str, bytes | Path]] = []
    for i in rng.permutation(len(files)):
        name = f"{number:04d}-{int(rng.integers(1e9)):09d}.{_ending(files[i].data)}"
        names[name] = files[i].kind
        added.append((name, files[i].data))
    collection.add_files(added)
    for one in collection.get_many(sorted(set(collection.ids()) - before)):
        kind_of[one.id] = names[one.name]
    (kept,) = [i for i, kind in kind_of.items() if kind == "original"]
    for other, kind in kind_of.items():
        if kind == "original":
            continue
        decision = decide(collection, (kept, other))
        asked.update(("kept_original", kind, source, f"{source}_exif" if exif else f"{source}_bare"))
        if decision.keep == kept:
            right.update(("kept_original", kind, source, f"{source}_exif" if exif else f"{source}_bare"))
        elif misses:
            sys.stderr.write(f"{source} {number} {kind} exif={exif}: {decision.reason}\n")
    together = decide(collection, tuple(kind_of))
    if misses and together.keep != kept:
        sys.stderr.write(f"{source} {number} all exif={exif}: {kind_of[together.keep]}: {together.reason}\n")
    collection.remove(list(kind_of))
    return together.keep == kept


def _originals(paths: list[Path], args) -> Iterator[tuple[str, int, bytes, Picture]]:
    """Name of the source, number, the bytes of an original, and the picture that is in it."""
    for number, path in enumerate(paths):
        data = path.read_bytes()
        with Image.open(io.BytesIO(data)) as opened:
            picture = opened.convert("RGB")
        rng = np.random.default_rng(zlib.crc32(path.name.encode()))
        if args.source in ("", "photos"):
            yield "photos", number, data, picture
        if args.source in ("", "resaved") and number % 4 == 0:
            size = (round(picture.width * 0.77), round(picture.height * 0.77))
            small = picture.resize(size, Image.Resampling.LANCZOS)
            settings = {
                "quality": int(rng.choice([80, 88, 90, 95])),
                "subsampling": int(rng.choice([0, 1, 2])),
            }
            yield from _saved("resaved", number, small, **settings)
        if args.source in ("", "pages") and number % 16 == 0:
            page = Image.new("RGB", (1152, 1248))
            for place in range(9):
                with Image.open(paths[(number + place) % len(paths)]) as opened:
                    part = ImageOps.fit(opened.convert("RGB"), (300, 300), Image.Resampling.LANCZOS)
                page.paste(
                    part.resize((384, 416), Image.Resampling.BICUBIC), (place % 3 * 384, place // 3 * 416)
                )
            noisy = np.asarray(page, np.float32) + rng.normal(0, 3, (page.height, page.width, 1))
            noisy_page = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
            yield from _saved("pages", number, noisy_page, qtables=_CAMERA, subsampling=1)


def _saved(
    source: str, number: int, picture: Picture, **settings
) -> Iterator[tuple[str, int, bytes, Picture]]:
    out = io.BytesIO()
    picture.save(out, "JPEG", **settings)
    with Image.open(io.BytesIO(out.getvalue())) as opened:
        yield source, number, out.getvalue(), opened.convert("RGB")


def _copies(original: bytes, picture: Picture, key: str, exif: bytes) -> Iterator[Copy]:
    for kind, make in KINDS.items():
        rng = np.random.default_rng(zlib.crc32(f"{key}{kind}".encode()))
        keeps = exif if rng.random() < 0.5 else b""
        yield Copy(kind, make(picture, rng, keeps))
    del original


def _jpeg(picture: Picture, quality: int, exif: bytes) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, **({"exif": exif} if exif else {}))
    return out.getvalue()


def _other(form: str, **settings) -> Callable[[Picture, np.random.Generator, bytes], bytes]:
    def make(picture: Picture, _: np.random.Generator, exif: bytes) -> bytes:
        out = io.BytesIO()
        picture.save(out, form, **settings, **({"exif": exif} if exif else {}))
        return out.getvalue()

    return make


def _edited(edit: Callable[[Picture, np.random.Generator], Picture]):
    def make(picture: Picture, rng: np.random.Generator, exif: bytes) -> bytes:
        return _jpeg(edit(picture, rng), int(rng.choice(QUALITIES)), exif)

    return make


def _crop(picture: Picture, rng: np.random.Generator) -> Picture:
    left, top, right, bottom = (int(n) for n in rng.integers(3, max(6, min(picture.size) // 20), 4))
    return picture.crop((left, top, picture.width - right, picture.height - bottom))


def _enlarge(picture: Picture, rng: np.random.Generator) -> Picture:
    times = float(rng.uniform(1.25, 2.2))
    ways = (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS)
    size = (round(picture.width * times), round(picture.height * times))
    return picture.resize(size, ways[int(rng.integers(3))])


def _letterbox(picture: Picture, rng: np.random.Generator) -> Picture:
    bar = int(rng.integers(picture.height // 20, picture.height // 4))
    return ImageOps.expand(picture, (0, bar, 0, bar) if rng.random() < 0.5 else (bar, 0, bar, 0), (0, 0, 0))


def _frame(picture: Picture, rng: np.random.Generator) -> Picture:
    colour = [(255, 255, 255), (0, 0, 0), (180, 30, 30)][int(rng.integers(3))]
    return ImageOps.expand(picture, int(rng.integers(8, 60)), colour)


def _reduce(picture: Picture, rng: np.random.Generator) -> Picture:
    times = float(rng.uniform(0.3, 0.8))
    return picture.resize(
        (round(picture.width * times), round(picture.height * times)), Image.Resampling.LANCZOS
    )


def _write(picture: Picture, rng: np.random.Generator) -> Picture:
    out, font = picture.copy(), ImageFont.load_default(size=picture.height // 12)
    place = (picture.width * 0.1, picture.height * float(rng.uniform(0.1, 0.8)))
    ImageDraw.Draw(out).text(place, "SALE -50%", (255, 230, 0), font, stroke_width=2, stroke_fill=(200, 0, 0))
    return out


KINDS: dict[str, Callable[[Picture, np.random.Generator, bytes], bytes]] = {
    "letterbox": _edited(_letterbox),
    "frame": _edited(_frame),
    "mirror": _edited(lambda p, _: ImageOps.mirror(p)),
    "rotate_90": _edited(lambda p, _: p.transpose(Image.Transpose.ROTATE_90)),
    "enlarged": _edited(_enlarge),
    "reduced": _edited(_reduce),
    "cropped": _edited(_crop),
    "recoloured": _edited(lambda p, r: ImageEnhance.Color(p).enhance(float(r.choice([0.4, 1.6])))),
    "brighter": _edited(lambda p, r: ImageEnhance.Brightness(p).enhance(float(r.uniform(1.05, 1.3)))),
    "grey": _edited(lambda p, _: ImageOps.grayscale(p).convert("RGB")),
    "written_over": _edited(_write),
    "quality_100": lambda p, _, exif: _jpeg(p, 100, exif),
    "quality_60": lambda p, _, exif: _jpeg(p, 60, exif),
    "png": _other("PNG"),
    "webp": _other("WEBP", quality=90),
}  # fmt: skip


def _ending(data: bytes) -> str:
    return "jpg" if data[:2] == b"\xff\xd8" else "png" if data[:4] == b"\x89PNG" else "webp"


def _with_exif(data: bytes, exif: bytes) -> bytes:
    """The same JPEG with this block as its first segment: no pixel is coded again."""
    if not exif:
        return data
    return data[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + data[2:]


def _exif(original: bytes) -> bytes:
    """What a camera writes: a date, a place, and a preview of the picture."""
    with Image.open(io.BytesIO(original)) as opened:
        preview = ImageOps.contain(opened.convert("RGB"), (160, 160))
    small = _jpeg(preview, 80, b"")
    date = b"2021:07:04 12:34:56\0"
    angles = np.array([38, 1, 43, 1, 12, 1, 9, 1, 8, 1, 24, 1], "<u4").tobytes()
    camera, gps = 8 + 2 + 2 * 12 + 4, 8 + 2 + 2 * 12 + 4 + 18 + len(date)
    preview_at = gps + 2 + 4 * 12 + 4 + len(angles)
    parts = [
        b"II*\0" + _long(8),
        _directory([(0x8769, 4, 1, _long(camera)), (0x8825, 4, 1, _long(gps))], preview_at),
        _directory([(0x9003, 2, len(date), _long(camera + 18))], 0) + date,
        _directory(
            [(1, 2, 2, b"N\0\0\0"), (2, 5, 3, _long(gps + 54)), (3, 2, 2, b"W\0\0\0"), (4, 5, 3, _long(gps +
            78))], 0
        )
        + angles,
        _directory([(0x201, 4, 1, _long(preview_at + 30)), (0x202, 4, 1, _long(len(small)))], 0) + small,
    ]  # fmt: skip
    return b"Exif\0\0" + b"".join(parts)


def _directory(entries: list[tuple[int, int, int, bytes]], following: int) -> bytes:
    body = b"".join(
        tag.to_bytes(2, "little") + kind.to_bytes(2, "little") + _long(count) + value
        for tag, kind, count, value in entries
    )
    return len(entries).to_bytes(2, "little") + body + _long(following)


def _long(number: int) -> bytes:
    return number.to_bytes(4, "little")


if __name__ == "__main__":
    sys.exit(main())
