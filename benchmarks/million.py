"""A collection of a million pictures: building its index, opening it, searching it, adding to it.

python benchmarks/million.py [--quick] [--json] [--data ../shared/data/clothing]

The vectors are those of `benchmarks/vectors.py`; the pictures behind them are rows of the catalogue only. A
process of its own opens the collection and answers one query at a time, the look-up of its hits in the
catalogue included; its memory is what the kernel says it holds resident at the end. Parameters of search are
chosen on one half of the queries of each kind; recall and latency are those of the other half. `--quick`
takes 20,000 vectors.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import parser, report
from benchmarks.filled import fill
from benchmarks.vectors import DATA, million, real_vectors
from core.collection import Workspace
from core.index import QueryKind, SearchParameters, candidate_recipes, settings
from core.index_manager import IndexKeeper, Settings, make
from core.jobs import Monitor
from core.stats import bootstrap_mean
from core.stored import to_json

TARGETS = {
    "build_minutes": 15.0,
    "memory_gb": 3.0,
    "image recall@10": 0.97,
    "image P95 ms": 5.0,
    "text recall@10": 0.90,
    "text P95 ms": 20.0,
    "open_s": 2.0,
    "add_1000_s": 2.0,
}
_WANTED: dict[QueryKind, float] = {"image": 0.975, "text": 0.91}
"""Recall to choose parameters for: a little above the targets, as the other half is not known then."""
K = 10


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--home", type=Path, help="keep what is built here, and take it up the next time")
    options.add_argument("--serve", type=Path, help="only answer queries over the collection kept here")
    args = options.parse_args()
    if args.serve:
        print(json.dumps(serve(args.serve)))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        home = args.home or Path(temporary)
        if not (home / "built.json").exists():
            home.mkdir(parents=True, exist_ok=True)
            (home / "built.json").write_text(json.dumps(make_ready(home, args.data, args.quick)))
        figures = json.loads((home / "built.json").read_text())
        command = [sys.executable, __file__, "--serve", str(home)]
        served = subprocess.run(command, check=True, capture_output=True, text=True)
        figures |= json.loads(served.stdout)
    holds = all(
        float(figures[name]) >= bound if "recall" in name else float(figures[name]) <= bound
        for name, bound in TARGETS.items()
    )
    return report("million", figures, TARGETS, holds, args.json)


def make_ready(home: Path, data: Path, quick: bool) -> dict[str, float | str]:
    """Fill a collection, build its index, choose the parameters; returns what that took."""
    real = real_vectors(data)
    vectors = real.gallery[:20_000] if quick else million(real)
    collection = Workspace(home).create("large")
    started = time.perf_counter()
    fill(collection, vectors)
    figures: dict[str, float | str] = {"vectors": len(vectors), "fill_s": time.perf_counter() - started}
    space = collection.space()
    recipe = candidate_recipes(len(vectors), space.dim)[0]
    record = collection.indexes.add(space.id, to_json(recipe), to_json(Settings()), "{}")
    started = time.perf_counter()
    make(collection, record, Monitor())
    figures["index"] = recipe.factory
    figures["build_minutes"] = (time.perf_counter() - started) / 60
    folder = collection.indexes.folder(record.id)
    figures["on_disk_gb"] = sum(f.stat().st_size for f in folder.iterdir()) / 1e9
    collection.indexes.use(record.id)
    queries = {"image": np.asarray(real.image_queries), "text": np.asarray(real.text_queries)}
    truth = {kind: exact(vectors, asked) for kind, asked in queries.items()}
    chosen = choose(collection, queries, truth, settings(recipe))
    collection.indexes.set_settings(record.id, to_json(chosen))
    figures |= {"image parameters": said(chosen.image), "text parameters": said(chosen.text)}
    np.savez(home / "queries.npz", **{f"{kind} asked": asked[1::2] for kind, asked in queries.items()})
    np.savez(home / "truth.npz", **{kind: found[1::2] for kind, found in truth.items()})
    return figures


def exact(vectors: np.ndarray, queries: np.ndarray) -> np.ndarray:
    """Ids of the exact neighbours, ``(Q, K)``: picture r + 1 stands for row r."""
    from core.index import MappedIndex

    index = MappedIndex(vectors.shape[1])
    index.add(np.arange(1, len(vectors) + 1), vectors)
    return index.search(queries, K).ids


def choose(collection, queries, truth, grid: list[SearchParameters]) -> Settings:
    """The first parameters, from cheap to dear, that reach what is wanted on the even queries."""
    keeper = IndexKeeper(collection, collection.encoder_name)
    picked = {}
    for kind, wanted in _WANTED.items():
        for parameters in grid:
            found = keeper.search(queries[kind][::2], K, kind=kind, parameters=parameters).neighbours.ids
            picked[kind] = parameters
            if recall(found, truth[kind][::2]).mean() >= wanted:
                break
    return Settings(picked["image"], picked["text"])


def serve(home: Path) -> dict[str, float]:
    """What a process that only answers takes and gives."""
    asked, truth = np.load(home / "queries.npz"), np.load(home / "truth.npz")
    first = asked["image asked"][:1]
    started = time.perf_counter()
    collection = Workspace(home).open("large")
    keeper = IndexKeeper(collection, collection.encoder_name)
    keeper.search(first, K)
    figures = {"open_s": time.perf_counter() - started}
    keeper.wait()  # it is being read into memory, and serves meanwhile
    figures["in_memory_after_s"] = time.perf_counter() - started
    kinds: tuple[QueryKind, ...] = ("image", "text")
    for kind in kinds:
        queries, found, times = asked[f"{kind} asked"], [], []
        for query in queries:
            started = time.perf_counter()
            ids = keeper.search(query[None], K, kind=kind).neighbours.ids[0]
            collection.get_many([int(i) for i in ids if i >= 0])
            times.append((time.perf_counter() - started) * 1000)
            found.append(ids)
        values = recall(np.stack(found), truth[kind])
        interval = bootstrap_mean(values)
        figures |= {
            f"{kind} recall@10": float(values.mean()),
            f"{kind} recall low": interval.low,
            f"{kind} recall high": interval.high,
            f"{kind} P50 ms": statistics.median(times),
            f"{kind} P95 ms": float(np.percentile(times, 95)),
        }
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="utf-8")
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in status.splitlines() if "kB" in line}
    figures |= {"memory_gb": kilobytes["VmRSS"] / 1e6, "memory_anonymous_gb": kilobytes["RssAnon"] / 1e6}
    return figures | add(collection, keeper)


def add(collection, keeper: IndexKeeper) -> dict[str, float]:
    """Seconds until 1,000 new vectors can be found, once they are in the catalogue."""
    space = collection.space()
    count = collection.count()
    rng = np.random.default_rng(5)
    new = rng.standard_normal((1000, space.dim)).astype(np.float32)
    new /= np.linalg.norm(new, axis=1, keepdims=True)
    written = collection._spaces.write(space, new)
    with collection._catalogue.transaction() as tx:
        tx.executemany(
            "INSERT INTO picture (id, sha256, name, format, width, height, bytes, added_at, kept) "
            "VALUES (?, ?, ?, 'JPEG', 1, 1, 1, '2026-01-01T00:00:00', 1)",
            [(count + 1 + i, f"new {count + i}", f"new {count + i}") for i in range(len(new))],
        )
        written.commit(tx, [count + 1 + i for i in range(len(new))])
    started = time.perf_counter()
    found = keeper.search(new[:1], 1)
    seconds = time.perf_counter() - started
    return {"add_1000_s": seconds, "added_is_found": bool(found.neighbours.ids[0, 0] == count + 1)}


def recall(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Share of the true neighbours that were found, a query each."""
    return np.array([len(set(a) & set(b)) / K for a, b in zip(found.tolist(), truth.tolist(), strict=True)])


def said(parameters: SearchParameters) -> str:
    return ", ".join(f"{name}={value}" for name, value in vars(parameters).items() if value is not None)


if __name__ == "__main__":
    sys.exit(main())
