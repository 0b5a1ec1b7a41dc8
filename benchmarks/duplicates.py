"""Copies of real photos: which are found, kind by kind, at a precision of 99 % against the hardest strangers.

One collection of photos under the default encoder, the test photos among them. Of each test photo four
copies are added, so that each of the kinds has as many; the score was learned from training photos and
nothing was chosen here. Sixteen other photos to each kind that puts the same text, mark, sticker or window
over a picture have it too. `scan` proposes pairs and looks at them. `--photos` makes copies of only so many
test photos, and leaves the training photos out, for a run of minutes.

What is judged: every test photo with each of its copies (to be found), and strangers, pairs of different
photos: for every test photo and every copy the five nearest of its class by cosine, and every such pair that
Lookalike proposed. A method's threshold is the lowest at which 99 of 100 found pairs are right; recall is the
share of copies found there. A copy that Lookalike never proposed is missed, whatever its score would be.

Second shots of forty photos are neither: they should be a kind of their own (`another_shot_named`) and not be
found (`another_shot_found`), and no copy should be called one (`copies_called_shots`).

- cosine: of the default encoder. cosine_normalised: less what each picture reaches with strangers. hash:
  pHash of `imagehash`. geometry: inliers of local features. score_of_all: the score of every judged pair,
  proposed or not. ours: of those proposed.
- fastdup 2.54 and czkawka 0.1.2: each in an environment of its own, which is made. At its defaults, with the
  precision that it has there, and at its best threshold: fastdup's similarity of each picture's 20 nearest,
  czkawka's distance of hashes.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import Figure, parser, report  # noqa: E402
from benchmarks.copies import DUPLICATES, OVERLAYS, made  # noqa: E402

TARGETS = {
    "ours_recall": 0.95,
    "ours_weakest": 0.85,
    "ours_precision": 0.99,
    "evidence_ms": 6.0,
}
PRECISION = 0.99
COPIES_A_PHOTO = 4
OVERLAID, SECOND_SHOTS = 16, 40
SHOT = "second_shot"
HARDEST = 5
PEERS = {"fastdup": "fastdup==2.54", "czkawka": "czkawka==0.1.2"}

Pair = tuple[int, int]


@dataclass(frozen=True)
class Task:
    """What is judged: pairs of picture ids, whether they are copies, and of which kind."""

    pairs: list[Pair]
    copies: np.ndarray
    kinds: np.ndarray


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "clothing")
    options.add_argument("--no-peers", action="store_true", help="leave fastdup and czkawka out")
    options.add_argument("--photos", type=int, help="copies of so many test photos, which are all the photos")
    options.add_argument("--only-ours", action="store_true", help="leave all other methods out")
    options.add_argument("--strangers", type=Path, help="write the likeliest strangers to this file")
    args = options.parse_args()
    if not args.data.is_dir():
        options.error(f"there are no photos in {args.data}")
    figures: dict[str, Figure] = {"load_at_start": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as temporary:
        table = measure(args, Path(temporary), figures)
    if not args.json:
        print_table(table)
    for method, recalls in table.items():
        for kind, recall in recalls.items():
            figures[f"{method}_{kind}"] = recall
    holds = (
        figures["ours_recall"] >= TARGETS["ours_recall"]
        and figures["ours_weakest"] >= TARGETS["ours_weakest"]
        and figures["ours_precision"] >= TARGETS["ours_precision"]
        and (args.only_ours or figures["evidence_ms"] < TARGETS["evidence_ms"])
    )
    return report("duplicates", figures, TARGETS, holds, args.json)


def measure(args, home: Path, figures: dict[str, Figure]) -> dict[str, dict[str, float]]:
    from core.collection import FeatureCache, Workspace
    from core.dedup import Candidate, Comparison, default_judge, pairs
    from core.dedup.scan import scan

    folder = home / "pictures"
    of, kind, label = make_pictures(args.data, folder, 48 if args.quick else args.photos)
    collection = Workspace(home / "workspace").create("copies")
    collection.add_folder(folder, labels=None)
    started = time.perf_counter()
    scanned = scan(collection)
    figures["scan_s"] = time.perf_counter() - started
    figures["pictures"], figures["candidates"] = scanned.pictures, scanned.candidates
    name = {p.id: p.name for p in collection.get_many(collection.ids())}
    found = {(p.a, p.b): p for p in pairs(collection)}
    rows = collection.vectors()
    vectors = {int(i): v for i, v in zip(rows.ids, rows.vectors, strict=True)}
    figures |= second_shots(found, name, of, kind)
    task = task_of(name, of, kind, label, vectors, list(found))
    ours = np.array([likely(found.get(p)) for p in task.pairs])
    figures["copies"], figures["strangers"] = int(task.copies.sum()), int((~task.copies).sum())
    figures["copies_proposed"] = float(
        np.mean([p in found for p, c in zip(task.pairs, task.copies, strict=True) if c])
    )
    if args.only_ours:
        return ours_alone(ours, task, figures)

    comparison = Comparison(collection, FeatureCache(collection), rows.ids, rows.vectors)
    order = sorted(range(len(task.pairs)), key=lambda i: task.pairs[i])
    started = time.perf_counter()
    seen = []
    for start in range(0, len(order), 400):
        part = [Candidate(*task.pairs[i], ("neighbour",)) for i in order[start : start + 400]]
        seen += comparison.compare(part)
    figures["evidence_ms"] = (time.perf_counter() - started) / max(1, len(order)) * 1000
    evidence = [seen for _, seen in sorted(zip(order, seen, strict=True), key=lambda both: both[0])]
    if args.strangers:
        write_strangers(args.strangers, task, ours, evidence, name)
    scores = {
        "cosine": np.array([e.cosine for e in evidence]),
        "cosine_normalised": np.array([e.cosine_normalised for e in evidence]),
        "hash": hash_scores(folder, task.pairs, name),
        "geometry": np.array([float(e.inliers) for e in evidence]),
        "score_of_all": default_judge().probabilities(evidence),
        "ours": ours,
    }
    table = {}
    for method, values in scores.items():
        at = threshold(values, task.copies)
        table[method] = recalls(values >= at, task)
        figures[f"{method}_threshold"] = at
    ours_alone(ours, task, figures)
    if not args.no_peers and not args.quick:
        table |= peers(home, folder, task, name, figures)
    return table


def likely(pair) -> float:
    """The probability by which a pair counts as found; another shot never does, nor what nothing proposed."""
    return -1.0 if pair is None or pair.kind == "another shot" else pair.probability


def ours_alone(ours: np.ndarray, task: Task, figures: dict[str, Figure]) -> dict[str, dict[str, float]]:
    at = threshold(ours, task.copies)
    right = (ours >= at) & task.copies
    table = {"ours": recalls(ours >= at, task)}
    figures["ours_threshold"] = at
    figures["ours_precision"] = float(right.sum() / max(1, (ours >= at).sum()))
    figures["ours_recall"] = table["ours"]["average"]
    figures["ours_weakest"] = min(table["ours"][kind] for kind in DUPLICATES)
    for name, usual in (("half", 0.5), ("usual", 0.9)):
        over = ours >= usual
        figures[f"ours_at_{name}_recall"] = float((over & task.copies).sum() / task.copies.sum())
        figures[f"ours_at_{name}_precision"] = float((over & task.copies).sum() / max(1, over.sum()))
    return table


def second_shots(found: dict, name: dict, of: dict, kind: dict) -> dict[str, Figure]:
    """How second shots, and copies, of photos are named."""
    shots, copies = [], []
    for (a, b), pair in found.items():
        (one, other) = (kind[name[a]], kind[name[b]])
        if of[name[a]] == of[name[b]] and "" in (one, other):
            (shots if SHOT in (one, other) else copies).append(pair)
    proposed = max(1, len(shots))
    return {
        "another_shot_proposed": len(shots) / max(1, sum(what == SHOT for what in kind.values())),
        "another_shot_named": sum(pair.kind == "another shot" for pair in shots) / proposed,
        "another_shot_found": sum(likely(pair) >= 0.9 for pair in shots) / proposed,
        "copies_called_shots": sum(pair.kind == "another shot" for pair in copies) / max(1, len(copies)),
    }


def make_pictures(data: Path, folder: Path, photos: int | None) -> tuple[dict, dict, dict]:
    """Photos and copies in one folder; by file name, which photo each is of, what kind, and its class."""
    from core.images import load_image
    from core.sample_catalogue import draw, sample_items

    folder.mkdir()
    of, kind, label = {}, {}, {}
    items = sample_items()
    pages = [load_image(draw(item)).image for item in items[:: max(1, len(items) // 40)]]
    test = []
    for split in ("train", "validation", "test") if photos is None else ("test",):
        for path in sorted(p for p in (data / split).rglob("*") if p.is_file()):
            shutil.copyfile(path, folder / path.name)
            of[path.name], kind[path.name], label[path.name] = path.name, "", path.parent.name
            if split == "test":
                test.append(path)
    shuffled = np.random.default_rng(0).permutation(len(test))
    chosen = [test[number] for number in shuffled[:photos]]
    for place, path in enumerate(chosen):
        picture = load_image(path).image
        for copy in range(COPIES_A_PHOTO):
            what = DUPLICATES[(place * COPIES_A_PHOTO + copy) % len(DUPLICATES)]
            name = f"{path.stem}-{what}.jpg"
            (folder / name).write_bytes(made(what, picture, path.name, pages[place % len(pages)]))
            of[name], kind[name], label[name] = path.name, what, path.parent.name
    for path in chosen[:SECOND_SHOTS]:
        name = f"{path.stem}-{SHOT}.jpg"
        (folder / name).write_bytes(made(SHOT, load_image(path).image, path.name, pages[0]))
        of[name], kind[name], label[name] = path.name, SHOT, path.parent.name
    beside = sorted(p for p in (data / "validation").rglob("*") if p.is_file())[::2]
    for place, path in enumerate(beside[: OVERLAID * len(OVERLAYS)]):
        what = OVERLAYS[place % len(OVERLAYS)]
        name = f"{path.stem}-over-{what}.jpg"
        (folder / name).write_bytes(made(what, load_image(path).image, path.name, pages[0]))
        of[name], kind[name], label[name] = path.name, "", path.parent.name
    return of, kind, label


def task_of(name: dict, of: dict, kind: dict, label: dict, vectors: dict, proposed: list[Pair]) -> Task:
    ids = sorted(vectors)
    by_label: dict[str, list[int]] = {}
    for i in ids:
        by_label.setdefault(label[name[i]], []).append(i)
    copied = {of[n] for n, what in kind.items() if what}
    id_of = {n: i for i, n in name.items()}
    positive = {ordered(i, id_of[of[name[i]]]): kind[name[i]] for i in ids if kind[name[i]] not in ("", SHOT)}
    strangers: set[Pair] = set()
    for members in by_label.values():
        matrix = np.stack([vectors[i] for i in members])
        whose = np.array([of[name[i]] for i in members])
        for place, i in enumerate(members):
            if of[name[i]] not in copied:
                continue
            cosines = matrix @ vectors[i]
            cosines[whose == whose[place]] = -2
            for other in np.argsort(-cosines, kind="stable")[:HARDEST]:
                if cosines[other] > -2:
                    strangers.add(ordered(i, members[other]))
    for a, b in proposed:
        apart = of[name[a]] != of[name[b]]
        if apart and (of[name[a]] in copied or of[name[b]] in copied):
            strangers.add((a, b))
    pairs = [*positive, *sorted(strangers)]
    return Task(
        pairs,
        np.array([True] * len(positive) + [False] * len(strangers)),
        np.array([*positive.values(), *[""] * len(strangers)]),
    )


def ordered(a: int, b: int) -> Pair:
    return (a, b) if a < b else (b, a)


def threshold(scores: np.ndarray, copies: np.ndarray) -> float:
    """The lowest score at and above which 99 of 100 pairs are copies; above all where there is none."""
    order = np.argsort(-scores, kind="stable")
    ranked, right = scores[order], np.cumsum(copies[order])
    last = np.append(ranked[1:] != ranked[:-1], True)
    good = last & (right >= PRECISION * np.arange(1, len(order) + 1)) & (ranked > -1)
    places = np.flatnonzero(good)
    return float(ranked[places[-1]]) if len(places) else float("inf")


def recalls(found: np.ndarray, task: Task) -> dict[str, float]:
    by_kind = {kind: float(found[task.kinds == kind].mean()) for kind in DUPLICATES}
    return by_kind | {"average": float(np.mean(list(by_kind.values())))}


def hash_scores(folder: Path, pairs: list[Pair], name: dict) -> np.ndarray:
    """Minus the bits by which `imagehash.phash` tells them apart."""
    import imagehash
    from PIL import Image

    wanted = {i for pair in pairs for i in pair}
    hashes = {i: imagehash.phash(Image.open(folder / name[i])) for i in wanted}
    return 64.0 - np.array([hashes[a] - hashes[b] for a, b in pairs], float)


def peers(
    home: Path, folder: Path, task: Task, name: dict, figures: dict[str, Figure]
) -> dict[str, dict[str, float]]:
    table = {}
    for label, found in (
        ("fastdup", fastdup(home, folder, [])),
        ("fastdup_best", fastdup(home, folder, ["20", "0"])),
    ):
        scores = np.array([found.get(ordered_names(name[a], name[b]), -1.0) for a, b in task.pairs])
        at = threshold(scores, task.copies) if label.endswith("best") else 0.0
        table[label] = recalls(scores >= at, task)
        figures[f"{label}_precision"] = precision(scores >= at, task)
    asked = home / "asked.json"
    asked.write_text(json.dumps([(name[a], name[b]) for a, b in task.pairs]), encoding="utf-8")
    out = home / "czkawka.json"
    run_peer("czkawka", "peer_czkawka_pairs.py", [folder, asked, out])
    said = json.loads(out.read_text(encoding="utf-8"))
    grouped = {ordered_names(a, b) for a, b in said["grouped"]}
    together = np.array([ordered_names(name[a], name[b]) in grouped for a, b in task.pairs])
    table["czkawka"] = recalls(together, task)
    figures["czkawka_precision"] = precision(together, task)
    scores = 1000.0 - np.array(said["bits"], float)
    table["czkawka_best"] = recalls(scores >= threshold(scores, task.copies), task)
    return table


def precision(found: np.ndarray, task: Task) -> float | None:
    return float(task.copies[found].mean()) if found.any() else None


def ordered_names(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)


def fastdup(home: Path, folder: Path, settings: list[str]) -> dict[tuple[str, str], float]:
    out = home / f"fastdup{len(settings)}.json"
    run_peer("fastdup", "peer_fastdup_pairs.py", [folder, home / f"work{len(settings)}", out, *settings])
    found: dict[tuple[str, str], float] = {}
    for a, b, near in json.loads(out.read_text(encoding="utf-8")):
        key = ordered_names(a, b)
        found[key] = max(near, found.get(key, -1.0))
    return found


def run_peer(peer: str, script: str, arguments: Iterable[object]) -> None:
    python = peer_environment(peer)
    environment = {**os.environ, "SENTRY_OPT_OUT": "1"}
    command = [python, Path(__file__).with_name(script), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{peer} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def peer_environment(peer: str) -> Path:
    home = Path(tempfile.gettempdir()) / f"lookalike-benchmark-{PEERS[peer].replace('==', '-')}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PEERS[peer]], check=True)
        (home / "ready").touch()
    return python


def write_strangers(path: Path, task: Task, ours: np.ndarray, evidence: list, name: dict) -> None:
    lines = []
    for i in np.argsort(-ours, kind="stable"):
        if not task.copies[i] and ours[i] > 0.05:
            a, b = task.pairs[i]
            e = evidence[i]
            lines.append(
                f"{ours[i]:.4f} {name[a]} {name[b]} {e.inliers} {e.agreement} {e.cosine} {e.hash_distance}"
            )
    for i in np.flatnonzero(task.copies):
        if ours[i] < 0.5:
            a, b = task.pairs[i]
            e = evidence[i]
            lines.append(f"MISSED {ours[i]:.4f} {name[a]} {name[b]} {e}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def print_table(table: dict[str, dict[str, float]]) -> None:
    width = max(len(kind) for kind in DUPLICATES)
    print(f"{'recall at precision 0.99':<{width}}", *(f"{m[:12]:>12}" for m in table))
    for kind in (*DUPLICATES, "average"):
        print(f"{kind:<{width}}", *(f"{table[m][kind]:>12.3f}" for m in table))
    print()


if __name__ == "__main__":
    sys.exit(main())
