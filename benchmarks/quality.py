"""How well the embedded encoders find clothes, by picture and by words.

python benchmarks/quality.py [--quick] [--json] [--data ../shared/data/clothing]

Image to image: each test photo against the training photos, a hit when the class is the same. Words: the
ten class names against all photos. Colours: "a COLOUR CLASS" against the test photos, where the truth of a
colour is the commonest one in the middle of the photo, named by the nearest of 23 focal colours (not by the
encoder's own rules). Intervals are 95 % bootstrap intervals over queries. `--quick` measures the default
encoder alone.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import Figure, parser, report
from core.embedding import Encoder, cache_dir, digest, load_encoder
from core.images import load_image
from core.metrics import PerQuery, Rankings, precision_at_k
from core.metrics.average_precision import average_precision
from core.stats import bootstrap_mean

TARGETS: dict[str, Figure] = {"lite0 image P@5": 0.78, "lite0 text P@10": 0.66}
FOCAL = {
    "black": [(20, 20, 22), (38, 38, 42)],
    "white": [(248, 248, 246), (232, 232, 230)],
    "grey": [(128, 128, 130), (165, 165, 168), (92, 92, 95)],
    "red": [(200, 20, 30), (160, 15, 25), (225, 50, 45)],
    "green": [(30, 130, 60), (60, 160, 70), (40, 90, 50), (110, 140, 60)],
    "blue": [(30, 70, 190), (60, 120, 210), (25, 40, 110), (110, 160, 220)],
    "yellow": [(245, 210, 40), (250, 225, 90), (225, 185, 30)],
    "orange": [(240, 120, 20), (250, 145, 50), (215, 95, 25)],
    "brown": [(110, 65, 30), (90, 55, 35), (140, 95, 60)],
    "pink": [(240, 150, 180), (235, 100, 150), (250, 190, 205)],
    "purple": [(110, 40, 150), (140, 80, 180), (80, 40, 110)],
}


@dataclass(frozen=True)
class Photos:
    """The photos of a directory ``split/class/file``."""

    paths: list[Path]
    splits: np.ndarray
    labels: np.ndarray


def find(data: Path) -> Photos:
    paths = sorted(p for s in ("train", "validation", "test") for p in (data / s).rglob("*") if p.is_file())
    if not paths:
        sys.exit(f"No photos under {data}; give their directory with --data.")
    return Photos(paths, np.array([p.parts[-3] for p in paths]), np.array([p.parts[-2] for p in paths]))


def embed(encoder: Encoder, photos: Photos) -> np.ndarray:
    """Embed all photos, or read what an earlier run left in the cache."""
    key = digest(encoder.fingerprint, *(f"{p} {p.stat().st_size}" for p in photos.paths))
    kept = cache_dir("benchmarks") / f"quality-{key[:16]}.npy"
    if kept.exists():
        return np.load(kept, allow_pickle=False)

    def run(chunk: list[Path]) -> np.ndarray:
        pictures = [load_image(path, min_side=encoder.min_side).image for path in chunk]
        return encoder.encode_prepared(np.stack([encoder.prepare(picture) for picture in pictures]))

    chunks = [photos.paths[start : start + 4] for start in range(0, len(photos.paths), 4)]
    with ThreadPoolExecutor(2) as pool:
        vectors = np.concatenate(list(pool.map(run, chunks)))
    np.save(kept, vectors, allow_pickle=False)
    return vectors


def ranked(queries: np.ndarray, gallery: np.ndarray) -> np.ndarray:
    return np.argsort(-(queries @ gallery.T), axis=1, kind="stable")


def summarise(name: str, values: PerQuery, resamples: int) -> dict[str, Figure]:
    interval = bootstrap_mean(values.kept, resamples=resamples)
    return {name: values.mean, f"{name} low": interval.low, f"{name} high": interval.high}


def true_colours(photos: Photos) -> tuple[np.ndarray, np.ndarray]:
    """Return the commonest colour in the middle of each test photo, and its share."""
    focal = lab(np.array([shade for shades in FOCAL.values() for shade in shades]))
    owner = np.repeat(np.arange(len(FOCAL)), [len(shades) for shades in FOCAL.values()])
    names, shares = [], []
    for at in np.flatnonzero(photos.splits == "test"):
        image = load_image(photos.paths[at], min_side=64).image
        w, h = image.size
        middle = image.crop((int(0.32 * w), int(0.3 * h), int(0.68 * w), int(0.65 * h)))
        pixels = lab(np.asarray(middle.resize((24, 24), Image.Resampling.BOX)).reshape(-1, 3))
        distance = ((pixels[:, None] - focal[None]) ** 2 * [0.5, 1, 1]).sum(axis=-1)
        counts = np.bincount(owner[distance.argmin(axis=1)], minlength=len(FOCAL)) / len(pixels)
        names.append(list(FOCAL)[counts.argmax()])
        shares.append(counts.max())
    return np.array(names), np.array(shares)


def lab(rgb: np.ndarray) -> np.ndarray:
    linear = np.where(rgb <= 10.31, rgb / 3294.6, ((rgb / 255 + 0.055) / 1.055) ** 2.4)
    matrix = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])
    f = np.cbrt(np.maximum(linear @ matrix.T / [0.9505, 1, 1.0888], 1e-6))
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def colour_figures(
    encoder: Encoder, vectors: np.ndarray, labels: np.ndarray, colours: np.ndarray
) -> dict[str, Figure]:
    """Compare "a COLOUR CLASS" with "a CLASS", over the pairs that three photos or more show."""
    pairs = sorted(set(zip(colours, labels, strict=True)))
    pairs = [(c, w) for c, w in pairs if ((colours == c) & (labels == w)).sum() >= 3]
    figures: dict[str, Figure] = {"queries": len(pairs)}
    for how, texts in (("with", [f"a {c} {w}" for c, w in pairs]), ("without", [f"a {w}" for _, w in pairs])):
        order = ranked(encoder.encode_texts(texts), vectors)
        colour_hit = colours[order] == np.array([c for c, _ in pairs])[:, None]
        class_hit = labels[order] == np.array([w for _, w in pairs])[:, None]
        figures[f"both mAP, {how} the colour"] = average_precision(
            Rankings.whole(colour_hit & class_hit)
        ).mean
        figures[f"colour P@10, {how} the colour"] = precision_at_k(Rankings.whole(colour_hit), 10).mean
        figures[f"class P@10, {how} the colour"] = precision_at_k(Rankings.whole(class_hit), 10).mean
    return figures


def measure(
    name: str, photos: Photos, truth: tuple[np.ndarray, np.ndarray], resamples: int
) -> dict[str, Figure]:
    encoder, short = load_encoder(name), name.removeprefix("efficientnet-")
    vectors = embed(encoder, photos)
    test, train = photos.splits == "test", photos.splits == "train"
    figures: dict[str, Figure] = {}
    order = ranked(vectors[test], vectors[train])
    hit = Rankings.whole(photos.labels[train][order] == photos.labels[test][:, None])
    figures |= summarise(f"{short} image P@1", precision_at_k(hit, 1), resamples)
    figures |= summarise(f"{short} image P@5", precision_at_k(hit, 5), resamples)
    figures |= summarise(f"{short} image mAP", average_precision(hit), resamples)
    classes = sorted(set(photos.labels))
    order = ranked(encoder.encode_texts(classes), vectors)
    hit = Rankings.whole(photos.labels[order] == np.array(classes)[:, None])
    figures |= summarise(f"{short} text P@5", precision_at_k(hit, 5), resamples)
    figures |= summarise(f"{short} text P@10", precision_at_k(hit, 10), resamples)
    figures |= summarise(f"{short} text mAP", average_precision(hit), resamples)
    colours, shares = truth
    clear = shares > 0.5  # a photo without a dominant colour has no truth
    coloured = colour_figures(encoder, vectors[test][clear], photos.labels[test][clear], colours[clear])
    return figures | {f"{short} {label}": value for label, value in coloured.items()}


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared/data/clothing")
    args = options.parse_args()
    photos = find(args.data)
    truth = true_colours(photos)
    figures: dict[str, Figure] = {"photos": len(photos.paths)}
    for name in ["efficientnet-lite0"] if args.quick else ["efficientnet-lite0", "efficientnet-lite2"]:
        figures |= measure(name, photos, truth, resamples=500 if args.quick else 5000)
    holds = all(float(figures[label] or 0) >= float(bound or 0) for label, bound in TARGETS.items())
    return report("quality", figures, TARGETS, holds, args.json)


if __name__ == "__main__":
    sys.exit(main())
