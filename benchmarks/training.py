"""What training gains, and what it costs, on the clothing photos.

python benchmarks/training.py [--quick] [--json] [--data ../shared/data/clothing] [--part NAME ...]

Everything is chosen on the training and validation split; the test split is measured once, at the end. Parts:

- labels: test against training photos, before, with the new embedding alone, and blended with the share that
  validation chose, over seeds; the ten class names over all photos at the same share.
- unseen: five classes train (and choose the share), the other five are queried: ten random splits.
- copies: no label is used. Random edits of training photos train; test photos altered as in the duplicates
  benchmark are told from the five nearest other test photos of each, at a precision of 0.99, by cosine.
- table: losses × miners with few labels (300 photos), linear and MLP; each miner against random negatives by
  a paired test over the queries of all seeds.
- second: another labelled collection, the sample catalogue, with the same settings.
- reranker: the learned re-ranker from labels, on half of its labelled queries.
- shuffled: small runs on shuffled labels, and how many are accepted.
- size: seconds for 4,000 stored embeddings; memory for 100,000.

`--quick`: one seed of the labels and ten shuffled runs; with --part also a smaller version of the others.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import Figure, parser, report
from benchmarks.training_photos import Clothing, all_copies, copies_within, dataset_of, every_copy
from core.collection import Workspace
from core.embedding import cache_dir, digest
from core.images import load_image
from core.jobs import Monitor
from core.sample_catalogue import draw, sample_items
from core.search import SearchEngine
from core.stats import paired_test
from core.training import (
    NotNegatives,
    PairMasks,
    Task,
    TrainingDataset,
    TrainingRun,
    TrainingSettings,
    blended,
    collect_items,
    label_task,
    make_split,
    run_training,
    train_adapter,
    train_reranker,
    word_task,
)

TARGETS: dict[str, Figure] = {
    "labels blended P@5": 0.885,
    "labels blended mAP": 0.85,
    "words P@10 change": -0.01,
    "unseen mean change": 0.0,
    "unseen worst split": -0.01,
    "copies recall change": 0.20,
    "shuffled accepted share": 0.05,
    "seconds for 4,000": 60.0,
    "MB for 100,000": 3000.0,
}
AT_MOST = {"shuffled accepted share", "seconds for 4,000", "MB for 100,000"}
LOSSES = ("contrastive", "triplet", "multi-similarity", "supcon", "proxy-anchor")
MINERS = ("none", "easy", "hardest", "semi-hard", "index")
ALONE = TrainingSettings(compare=False)


def train(dataset: TrainingDataset, settings: TrainingSettings) -> TrainingRun:
    return run_training(dataset, settings, Monitor())


def before_after(task: Task, run: TrainingRun, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores without and with the adapter, at this share of the new embedding."""
    old = task.old_scores()
    return old, blended(old, task.new_scores(run.adapter), alpha)


def labels(clothing: Clothing, quick: bool) -> dict[str, Figure]:
    dataset = clothing.dataset(copies=all_copies(clothing))
    task = label_task(dataset, clothing.part("test"), clothing.part("train"))
    words = word_task(dataset, clothing.rows, trained_words=False)
    found: dict[str, list[float]] = {}
    for seed in range(1 if quick else 5):
        run = train(dataset, replace(ALONE, seed=seed))
        for name, alpha in (("new alone", 1.0), ("blended", run.adapter.alpha)):
            _, after = before_after(task, run, alpha)
            found.setdefault(f"labels {name} P@5", []).append(task.values(after).mean())
            found.setdefault(f"labels {name} mAP", []).append(task.average_precisions(after).mean())
            told, better = before_after(words, run, alpha)
            found.setdefault(f"words {name} P@10", []).append(words.values(better).mean())
        found.setdefault("words P@10 change", []).append((words.values(better) - words.values(told)).mean())
        found.setdefault("labels share chosen", []).append(run.adapter.alpha)
        found.setdefault("labels offered", []).append(float(run.offered))
        for gate in run.gates:
            if gate.passed is not None:
                found.setdefault(f"gate {gate.name} passed", []).append(float(gate.passed))
                found.setdefault(f"gate {gate.name} change", []).append(gate.after - gate.before)
    old = task.old_scores()
    figures: dict[str, Figure] = {
        "labels before P@5": float(task.values(old).mean()),
        "labels before mAP": float(task.average_precisions(old).mean()),
        "words before P@10": float(words.values(words.old_scores()).mean()),
    }
    return figures | spread(found)


def unseen(clothing: Clothing, quick: bool) -> dict[str, Figure]:
    """Five classes train and choose the share; nothing of the other five is used."""
    whole = clothing.dataset()
    copies_made = all_copies(clothing)
    names = np.unique(clothing.photos.labels)
    changes, alone, shares = [], [], []
    for seed in range(2 if quick else 10):
        trained = np.random.default_rng(seed).permutation(names)[:5]
        other = frozenset(names.tolist()) - frozenset(trained.tolist())
        rows = np.flatnonzero(np.isin(clothing.photos.labels, trained))
        few = copies_within(copies_made, rows)
        run = train(clothing.dataset(rows, copies=few), replace(ALONE, seed=seed))
        task = label_task(whole, clothing.part("test"), clothing.part("train"), other)
        for alpha, where in ((run.adapter.alpha, changes), (1.0, alone)):
            old, after = before_after(task, run, alpha)
            where.append(float((task.values(after) - task.values(old)).mean()))
        shares.append(run.adapter.alpha)
    return {
        "unseen mean change": float(np.mean(changes)),
        "unseen worst split": min(changes),
        "unseen best split": max(changes),
        "unseen share chosen, mean": float(np.mean(shares)),
        "unseen new alone mean change": float(np.mean(alone)),
        "unseen new alone worst split": min(alone),
    }


def copies(clothing: Clothing, quick: bool) -> dict[str, Figure]:
    dataset = clothing.dataset(copies=all_copies(clothing) if quick else every_copy(clothing))
    found: dict[str, list[float]] = {}
    for seed in range(1 if quick else 3):
        run = train(dataset, replace(ALONE, signals=("copies",), seed=seed))
        gates = {gate.name: gate for gate in run.gates}
        gate = gates["copies"]
        found.setdefault("copies recall before", []).append(gate.before)
        found.setdefault("copies recall after", []).append(gate.after)
        found.setdefault("copies recall change", []).append(gate.after - gate.before)
        found.setdefault("copies P@5 change", []).append(
            gates["unseen classes"].after - gates["unseen classes"].before
        )
        found.setdefault("copies words change", []).append(gates["words"].after - gates["words"].before)
        found.setdefault("copies share chosen", []).append(run.adapter.alpha)
    return spread(found)


def table(clothing: Clothing, quick: bool) -> dict[str, Figure]:
    """Test P@5 of each loss and miner, trained on 300 photos, and the change against random negatives."""
    figures: dict[str, Figure] = {}
    seeds = range(1 if quick else 5)
    for kind in ("linear",) if quick else ("linear", "mlp"):
        for loss in ("supcon", "triplet") if quick else LOSSES:
            settings = replace(ALONE, kind=kind, loss=loss, epochs=8, learning_rate=3e-3)
            random = table_cell(clothing, replace(settings, miner="random"), seeds)
            figures[f"{kind} {loss} random P@5"] = float(random.mean())
            for miner in ("index",) if quick else MINERS:
                values = table_cell(clothing, replace(settings, miner=miner), seeds)
                # A query's values of all seeds are one observation: the queries are what is independent.
                result = paired_test(random.mean(axis=0), values.mean(axis=0))
                figures[f"{kind} {loss} {miner} P@5"] = float(values.mean())
                figures[f"{kind} {loss} {miner} less random"] = result.difference
                figures[f"{kind} {loss} {miner} p"] = result.p_value
    return figures


def table_cell(clothing: Clothing, settings: TrainingSettings, seeds: range) -> np.ndarray:
    """P@5 of the new embedding alone, ``(seeds, queries)``, against all training photos."""
    whole = clothing.dataset()
    task = label_task(whole, clothing.part("test"), clothing.part("train"))
    values = []
    for seed in seeds:
        chosen = np.random.default_rng(seed).permutation(clothing.part("train"))[:300]
        rows = np.sort(np.concatenate([chosen, clothing.part("validation")]))
        dataset = clothing.dataset(rows)
        split = make_split(dataset, seed)
        items = collect_items(dataset, ("labels",), split.train)
        # The adapter alone: a whole run trains two more, for classes held back, which the table is not about.
        trained = train_adapter(
            items,
            PairMasks(items, NotNegatives(dataset)),
            replace(settings, seed=seed),
            dataset.base_fingerprint,
            [label_task(dataset, split.validation, split.train)],
            Monitor(),
        )
        values.append(task.values(task.new_scores(trained.adapter)))
    return np.array(values)


def second(clothing: Clothing, quick: bool) -> dict[str, Figure]:
    """The sample catalogue, with drawn splits and nothing changed."""
    encoder, items = clothing.encoder, [item for item in sample_items() if item.label]
    key = digest(encoder.fingerprint, *(item.name for item in items))
    kept = cache_dir("benchmarks") / f"training-sample-{key[:16]}.npy"
    if kept.exists():
        vectors = np.load(kept, allow_pickle=False)
    else:
        vectors = np.concatenate([encoder.encode_images([load_image(draw(item)).image]) for item in items])
        np.save(kept, vectors, allow_pickle=False)
    dataset = dataset_of(encoder, vectors, [str(item.label) for item in items])
    found: dict[str, list[float]] = {"second labels": [float(len(set(dataset.labels)))]}
    for seed in range(1 if quick else 5):
        run = train(dataset, replace(ALONE, seed=seed))
        trained, held_back = run.gates[0], run.gates[1]
        found.setdefault("second before P@5", []).append(trained.before)
        found.setdefault("second blended P@5", []).append(trained.after)
        found.setdefault("second unseen change", []).append(held_back.after - held_back.before)
        found.setdefault("second share chosen", []).append(run.adapter.alpha)
        found.setdefault("second before mAP", []).append(run.baselines[0].mean_average_precision)
        found.setdefault("second blended mAP", []).append(run.baselines[-1].mean_average_precision)
    return spread(found)


def reranker(clothing: Clothing, quick: bool) -> dict[str, Figure]:
    """The learned re-ranker from labels, over the training photos, or the test photos if quick."""
    with tempfile.TemporaryDirectory() as home:
        collection = Workspace(home).create("clothes")
        collection.add_folder(clothing.data / ("test" if quick else "train"), labels="folder")
        run = train_reranker(SearchEngine(collection), "labels")
    gate = run.gates[0]
    return {
        "reranker offered": float(run.offered),
        "reranker queries": gate.queries,
        f"reranker {gate.metric} before": gate.before,
        f"reranker {gate.metric} after": gate.after,
        "reranker p": gate.p_value,
    }


def shuffled(clothing: Clothing, quick: bool) -> dict[str, Figure]:
    """How many of many small runs on shuffled labels are accepted, and how many pass the first gate."""
    runs, accepted, gained = 10 if quick else 100, 0, 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        rows = rng.permutation(clothing.rows)[:400]
        dataset = replace(
            clothing.dataset(rows),
            labels=tuple(rng.permutation(clothing.photos.labels[rows]).tolist()),
            parts=None,
        )
        run = train(dataset, replace(ALONE, seed=seed, epochs=3, rank=64, learning_rate=5e-3))
        accepted += run.offered
        gained += run.gates[0].passed is True
    return {
        "shuffled runs": runs,
        "shuffled accepted share": accepted / runs,
        "shuffled first gate passed share": gained / runs,
    }


def size(clothing: Clothing, quick: bool) -> dict[str, Figure]:
    rows = np.resize(clothing.rows, 4000)
    dataset = dataset_of(clothing.encoder, clothing.vectors[rows], clothing.photos.labels[rows].tolist())
    dataset = replace(dataset, duplicate_groups=rows)
    started = time.perf_counter()
    run = train(dataset, ALONE)
    figures: dict[str, Figure] = {
        "load at start": os.getloadavg()[0],
        "seconds for 4,000": time.perf_counter() - started,
        "seconds for 4,000, adapter alone": run.curves[-1].seconds,
        "query ms": run.costs.query_ms,
        "1,000 images ms": run.costs.thousand_images_ms,
        "adapter MB": run.costs.adapter_bytes / 1e6,
    }
    if not quick:
        # In a process of its own: the peak of memory is that of a whole process.
        command = [sys.executable, __file__, "--hundred-thousand"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        peak, seconds = done.stdout.split()
        figures |= {"MB for 100,000": float(peak), "seconds for 100,000, two epochs": float(seconds)}
    return figures


def hundred_thousand() -> None:
    """Train on 100,000 made-up embeddings; print the peak of memory in MB and the seconds."""
    rng = np.random.default_rng(0)
    code = rng.integers(0, 200, 100_000)
    vectors = rng.standard_normal((100_000, 1296), dtype=np.float32)
    vectors += 6 * rng.standard_normal((200, 1296), dtype=np.float32)[code] / 3
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    dataset = TrainingDataset(
        ids=np.arange(100_000),
        embeddings=vectors,
        base_fingerprint="made up",
        labels=tuple(f"class {one}" for one in code),
        captions=(None,) * 100_000,
        duplicate_groups=np.arange(100_000),
    )
    started = time.perf_counter()
    train(dataset, replace(ALONE, epochs=2, miner="index"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    sys.stdout.write(f"{peak:.0f} {time.perf_counter() - started:.0f}\n")


def spread(found: dict[str, list[float]]) -> dict[str, Figure]:
    """The mean over seeds under each name; smallest and largest beside it where there are several."""
    figures: dict[str, Figure] = {}
    for name, values in found.items():
        figures[name] = float(np.mean(values))
        if len(values) > 1:
            figures |= {f"{name} min": float(min(values)), f"{name} max": float(max(values))}
    return figures


PARTS: dict[str, Callable[[Clothing, bool], dict[str, Figure]]] = {
    "labels": labels,
    "unseen": unseen,
    "copies": copies,
    "table": table,
    "second": second,
    "reranker": reranker,
    "shuffled": shuffled,
    "size": size,
}


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared/data/clothing")
    options.add_argument("--part", nargs="+", choices=list(PARTS), help="only these parts")
    options.add_argument("--hundred-thousand", action="store_true", help="only that, for its memory")
    args = options.parse_args()
    if args.hundred_thousand:
        hundred_thousand()
        return 0
    clothing = Clothing(args.data)
    figures: dict[str, Figure] = {"photos": len(clothing.rows)}
    quick_parts = ("labels", "shuffled")
    for name in args.part or (quick_parts if args.quick else PARTS):
        figures |= PARTS[name](clothing, args.quick)
    targets = {name: bound for name, bound in TARGETS.items() if name in figures}
    holds = all(_holds(name, float(figures[name] or 0), float(bound or 0)) for name, bound in targets.items())
    return report("training", figures, targets, holds, args.json)


def _holds(name: str, value: float, bound: float) -> bool:
    return value <= bound if name in AT_MOST else value >= bound


if __name__ == "__main__":
    sys.exit(main())
