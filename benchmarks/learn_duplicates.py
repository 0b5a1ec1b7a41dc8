"""Learn what `core/dedup/scoring/default_model.json` says, from copies of the training photos.

python benchmarks/learn_duplicates.py [--write] [--evidence FILE] [--photos N] [--every N]

- Of every second training photo (`--every`) a collection is made, with all kinds of copy of 80 of them
  (`--photos`), and a scan finds candidates and looks at them, as it would for a user. A photo and its copy
  are duplicates; two photos, or a photo and a copy of another, are not. Two copies of one are left out.
- As many photos again have the same text, mark, sticker or window over them, and no original here: what
  those have in common makes no duplicates.
- Some photos are in the set twice, or show the same piece on the same floor a moment later: who would call
  them different? Pairs of photos that agree on `TWICE` keypoints or more are left out, with their copies.
- Every pair is looked at a second time as if its pictures had no keypoints, for those that have none.
- The drawn sample catalogue does the same as a second collection, at a tenth of the weight: there one wall
  stands behind many things.

`--hold` starts from the present weights and holds each near its value, as if by so many examples: for a run
on fewer photos, without those pairs that are looked at a second time.

Calibration is told on photos that were left out, five times a fifth of them. `--write` replaces the defaults.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.copies import DUPLICATES, OVERLAYS, made  # noqa: E402

TWICE = 60
PHOTOS, EVERY = 80, 2
RIDGE = 2.0
SAMPLE_WEIGHT = 0.1
BLIND_WEIGHT = 0.5


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "clothing")
    options.add_argument(
        "--evidence", type=Path, help="keep the evidence in this file, or take it from there"
    )
    options.add_argument("--write", action="store_true", help="replace the defaults")
    options.add_argument("--photos", type=int, default=PHOTOS, help="photos that copies are made of")
    options.add_argument("--every", type=int, default=EVERY, help="take every such photo")
    options.add_argument("--hold", type=float, help="start from the present weights, held so strongly")
    args = options.parse_args()
    if args.evidence and args.evidence.exists():
        rows = json.loads(args.evidence.read_text())
    else:
        rows = seen_in_photos(args.data / "train", args.photos, args.every) + seen_in_sample()
        if args.evidence:
            args.evidence.write_text(json.dumps(rows))
    learn(rows, args.write, args.hold)
    return 0


def seen_in_photos(folder: Path, photos: int, every: int) -> list[dict]:
    """Evidence of every candidate pair, with its truth and the photo that it is of."""
    from core.collection import Workspace
    from core.dedup import pairs
    from core.dedup.scan import scan
    from core.images import load_image
    from core.sample_catalogue import draw, sample_items
    from core.stored import to_json

    files = sorted(path for path in folder.rglob("*") if path.is_file())
    files, beside = files[::every], files[1::every]
    chosen = np.random.default_rng(1).permutation(len(files))[:photos]
    pages = [load_image(draw(item)).image for item in sample_items()[:: len(sample_items()) // 40]]
    items = [(f"{number}", path) for number, path in enumerate(files)]
    for number in chosen:
        picture = load_image(files[number]).image
        for place, kind in enumerate(DUPLICATES):
            page = pages[(int(number) + place) % len(pages)]
            items.append((f"{number} {kind}", made(kind, picture, f"learn {number}", page)))
    for place, number in enumerate(np.random.default_rng(2).permutation(len(beside))[:photos]):
        kind = OVERLAYS[place % len(OVERLAYS)]
        other = len(files) + int(number)
        items.append((f"{other} {kind}", made(kind, load_image(beside[number]).image, f"{other}", pages[0])))
    with tempfile.TemporaryDirectory() as temporary:
        collection = Workspace(Path(temporary)).create("learn")
        collection.add_files(items)
        report = scan(collection)
        print(f"{report.pictures} pictures, {report.compared} pairs, {report.seconds:.0f} s", file=sys.stderr)
        names = {p.id: p.name.split() for p in collection.get_many(collection.ids())}
        found = pairs(collection)
        unseen = blind(collection, found)
    twice = set()
    for pair in found:
        (a, *_), (b, *_) = names[pair.a], names[pair.b]
        if len(names[pair.a]) == len(names[pair.b]) == 1 and pair.evidence.inliers >= TWICE:
            twice.add(frozenset((a, b)))
    print(f"{len(twice)} pairs of photos are in the set twice", file=sys.stderr)
    rows = []
    for pair in found:
        a, b = names[pair.a], names[pair.b]
        if a[0] == b[0] and len(a) == len(b):
            continue
        if frozenset((a[0], b[0])) in twice:
            continue
        kind = (a[1:] + b[1:] + ["photo"])[0]
        known = {"of": int(a[0]), "kind": kind, "duplicate": a[0] == b[0]}
        rows.append(known | {"evidence": to_json(pair.evidence)})
        rows.append(known | {"kind": f"blind {kind}", "evidence": to_json(unseen[pair.a, pair.b])})
    return rows


def blind(collection, found) -> dict:
    """The evidence in the same pairs if no picture had a keypoint."""
    from core.collection import FeatureSet
    from core.dedup import Candidate, Comparison

    class NoFeatures:
        def of(self, _):
            return FeatureSet({}, ())

    rows = collection.vectors()
    comparison = Comparison(collection, NoFeatures(), rows.ids, rows.vectors)
    seen = {}
    for start in range(0, len(found), 400):
        part = [Candidate(p.a, p.b, p.by) for p in found[start : start + 400]]
        seen |= {(c.a, c.b): e for c, e in zip(part, comparison.compare(part), strict=True)}
    return seen


def seen_in_sample() -> list[dict]:
    """The same of the drawn sample catalogue."""
    from core.collection import Workspace
    from core.dedup import pairs
    from core.dedup.scan import scan
    from core.stored import to_json

    with tempfile.TemporaryDirectory() as temporary:
        collection = Workspace(Path(temporary)).create("sample")
        collection.add_sample()
        scan(collection)
        sha256 = {p.id: p.sha256 for p in collection.get_many(collection.ids())}
        said = {(v.a_sha256, v.b_sha256): v.verdict for v in collection.verdicts()}
        rows = []
        for pair in pairs(collection):
            key = tuple(sorted((sha256[pair.a], sha256[pair.b])))
            verdict = said.get(key, "different")
            rows.append(
                {
                    "of": -1 - pair.a,
                    "kind": f"sample {said.get(key, 'other')}",
                    "duplicate": verdict == "duplicate",
                    "evidence": to_json(pair.evidence),
                }
            )
    return rows


def most_likely(
    design: np.ndarray, y: np.ndarray, weight: np.ndarray, start: np.ndarray, hold: float
) -> np.ndarray:
    """The weights of a logistic regression in which more likeness never makes a copy less likely.

    Left alone, features that say nearly the same get weights of opposite signs, which go astray under other
    encoders and in other pictures. The weights are held near `start` by `hold`, the last, the bias, is free.
    """
    from scipy.optimize import minimize

    from core.dedup import NEITHER, UNLIKE
    from core.dedup.scoring.features import FEATURES

    def cost(w: np.ndarray) -> tuple[float, np.ndarray]:
        logits = design @ w
        moved = np.append(w[:-1] - start[:-1], 0.0)
        held = hold * moved
        slope = design.T @ (weight * (1 / (1 + np.exp(-np.clip(logits, -500, 500))) - y)) + held
        return float((weight * (np.logaddexp(0, logits) - y * logits)).sum() + 0.5 * held @ moved), slope

    signs = dict.fromkeys(UNLIKE, (None, 0.0)) | dict.fromkeys(NEITHER, (None, None))
    bounds = [signs.get(name, (0.0, None)) for name in FEATURES] + [(None, None)]
    return minimize(cost, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 5000}).x


def learn(rows: list[dict], write: bool, hold: float | None) -> None:
    from core.dedup import Evidence, Judge, default_judge, features
    from core.dedup.scoring.features import FEATURES
    from core.stats import brier_score, reliability
    from core.stored import from_json, to_json

    evidence = [from_json(Evidence, row["evidence"]) for row in rows]
    keep = [i for i, seen in enumerate(evidence) if not seen.same_pixels]
    x = features([evidence[i] for i in keep])
    truth = np.array([rows[i]["duplicate"] for i in keep])
    of = np.array([rows[i]["of"] for i in keep])
    kinds = np.array([rows[i]["kind"] for i in keep])

    weight = np.ones(len(kinds))
    weight[np.char.startswith(kinds, "sample")] = SAMPLE_WEIGHT
    weight[np.char.startswith(kinds, "blind")] = BLIND_WEIGHT
    real = weight == 1

    present = default_judge()

    def fitted(chosen: np.ndarray) -> Judge:
        centres, deviations = x[chosen].mean(axis=0), np.maximum(x[chosen].std(axis=0), 0.05)
        start = np.zeros(len(FEATURES) + 1)
        if hold is not None:
            centres, deviations = np.array(present.centres), np.array(present.deviations)
            start = np.append(present.weights, present.bias)
        design = np.hstack([(x[chosen] - centres) / deviations, np.ones((int(chosen.sum()), 1))])
        y = truth[chosen].astype(float)
        w = most_likely(design, y, weight[chosen], start, RIDGE if hold is None else hold)
        places = (tuple(round(float(v), 5) for v in values) for values in (centres, deviations, w[:-1]))
        return Judge(FEATURES, *places, round(float(w[-1]), 5))

    probable = np.zeros(len(truth))
    fold = np.abs(of) % 5
    for number in range(5):
        probable[fold == number] = fitted(fold != number).predict(x[fold == number])
    print(f"{(truth & real).sum()} copies and {(~truth & real).sum()} other pairs of photos")
    for name, part in (("photos", real), ("photos, blind", np.char.startswith(kinds, "blind"))):
        if part.any():
            print(f"{name}: Brier {brier_score(probable[part], truth[part]):.5f}")
            for bar in reliability(probable[part], truth[part]):
                print(f"  {bar.predicted:.3f} said, {bar.observed:.3f} true of {bar.count}")
    order = np.sort(probable[~truth & real])[::-1]
    allowed = int((truth & real).sum() / 99)
    at = order[min(allowed, len(order) - 1)]
    print(f"precision 0.99 at {at:.4f}")
    for kind in sorted(set(kinds)):
        for same in (True, False):
            part = (kinds == kind) & (truth == same)
            if part.any():
                share = (probable[part] > at).mean()
                print(f"  {kind:28} {'same' if same else 'other':6} {part.sum():6} over it {share:.4f}")
    judge = fitted(np.ones(len(truth), bool))
    for name, weight in zip(judge.names, judge.weights, strict=True):
        print(f"  {name:24} {weight:+.3f}")
    if write:
        file = ROOT / "core" / "dedup" / "scoring" / "default_model.json"
        file.write_text(to_json(judge) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
