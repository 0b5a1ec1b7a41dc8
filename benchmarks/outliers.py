"""Whether what belongs nowhere and labels that are wrong are found.

python benchmarks/outliers.py [--quick] [--json] [--data ../shared/data/clothing]

The photos of validation and test under the default encoder; the settings were chosen on the training photos.

- Strangers: ten drawn pictures of the sample catalogue are planted among the photos; how often a planted one
  scores above a photo (AUROC), and how many of the ten are among the first ten.
- Labels: 5 % of them are changed at random; how many of as many at the top of the list were changed, how many
  of the changed ones are anywhere in the list, and for how many of those the right label is suggested. Labels
  that were wrong or doubtful before count as mistakes of the list here.
"""

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import Figure, parser, report
from benchmarks.filled import fill
from benchmarks.quality import embed, find
from core.clustering import outliers, suspects
from core.collection import Collection, Workspace
from core.embedding import load_encoder
from core.images import load_image
from core.sample_catalogue import draw, sample_items

PLANTED = 10
CHANGED = 0.05
WORN = {"dress", "hat", "sneaker", "t-shirt"}
TARGETS: dict[str, Figure] = {"strangers AUROC": 0.9}


def strangers(home: Workspace, photos: np.ndarray, drawn: np.ndarray, seed: int) -> dict[str, float]:
    chosen = np.random.default_rng(seed).choice(len(drawn), PLANTED, replace=False)
    collection = home.create(f"strangers {seed}")
    fill(collection, np.concatenate([photos, drawn[chosen]]))
    found = outliers(collection)
    planted = np.arange(len(found.ids)) >= len(photos)
    first = np.isin(found.ranked[:PLANTED], found.ids[planted])
    return {"AUROC": float(roc_auc_score(planted, found.scores)), "among the first ten": int(first.sum())}


def wrong_labels(collection: Collection, labels: np.ndarray, seed: int) -> dict[str, float]:
    rng, names = np.random.default_rng(seed), np.unique(labels)
    changed = rng.choice(len(labels), int(len(labels) * CHANGED), replace=False)
    given = labels.copy()
    given[changed] = [rng.choice(names[names != label]) for label in labels[changed]]
    ids = np.array(collection.ids())
    for name in names:
        collection.set_label(ids[given == name].tolist(), str(name))
    listed = suspects(collection)
    truth = dict(zip(ids[changed].tolist(), labels[changed].tolist(), strict=True))
    hits = [one for one in listed if one.id in truth]
    top = sum(one.id in truth for one in listed[: len(changed)])
    return {
        "precision of the first": top / len(changed),
        "recall of the list": len(hits) / len(changed),
        "precision of the list": len(hits) / max(1, len(listed)),
        "right label suggested": sum(one.suggested == truth[one.id] for one in hits) / max(1, len(hits)),
    }


def spread(name: str, rows: list[Mapping[str, float]]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for key in rows[0]:
        values = [row[key] for row in rows]
        figures |= {f"{name} {key}": float(np.mean(values)), f"{name} {key}, lowest": float(np.min(values))}
    return figures


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=Path(__file__).parents[1] / "../shared/data/clothing")
    args = options.parse_args()
    encoder = load_encoder()
    photos = find(args.data)
    held = photos.splits != "train"
    vectors, labels = embed(encoder, photos)[held], photos.labels[held]
    items = [item for item in sample_items() if item.label not in WORN]
    some = items[:: max(1, len(items) // 60)]
    drawn = encoder.encode_images([load_image(draw(item), min_side=encoder.min_side).image for item in some])
    with tempfile.TemporaryDirectory() as folder:
        home = Workspace(folder)
        planted = [strangers(home, vectors, drawn, seed) for seed in range(3 if args.quick else 10)]
        collection = home.create("labels")
        fill(collection, vectors)
        changed = [wrong_labels(collection, labels, seed) for seed in range(3 if args.quick else 10)]
    figures: dict[str, Figure] = {"photos": len(vectors), "rounds": len(planted)}
    figures |= spread("strangers", planted) | spread("labels:", changed)
    reached = float(str(figures["strangers AUROC"])) >= 0.9
    return report("outliers", figures, TARGETS, holds=reached, as_json=args.json)


if __name__ == "__main__":
    sys.exit(main())
