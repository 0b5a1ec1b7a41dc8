"""Searching while pictures are added: what twenty users at once wait for an answer.

Twenty threads search one collection without a pause, in the process that adds pictures to it meanwhile, as
the app does. Three phases, one after the other: plain searches alone, plain searches beside an addition, and
re-ranked ones beside an addition. A plain search is in words (half), by a stored picture or by a new one; a
re-ranked one compares details with a new picture. Times are what a caller of `SearchEngine.search` waits.

Pictures: the photos of the clothing data set, or any folder given with --data; else the sample catalogue.
"""

import io
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import parser, report  # noqa: E402
from core import Query, SearchEngine, Workspace  # noqa: E402
from core.jobs import Monitor  # noqa: E402
from core.sample_catalogue import draw, sample_items  # noqa: E402

TARGETS = {"plain_p95_ms": 400.0, "reranked_p95_ms": 1500.0, "reranked_max_ms": 5000.0, "errors": 0}
THREADS = 20
WORDS = ["a red dress", "shoes", "a hat", "a long white shirt", "black trousers", "a blue coat", "shorts"]


@dataclass
class Load:
    """Times in milliseconds of all searches of a phase, how many failed, and pictures added per second."""

    times: list[float]
    errors: int
    added_per_s: float
    added_throughout: bool
    noted: int

    def quantile(self, share: float) -> float:
        """A quantile of the times; infinite where nothing was answered."""
        return float(np.quantile(self.times, share)) if self.times else float("inf")


def main() -> int:
    """Run the three phases and print what they took."""
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/clothing")
    args = options.parse_args()
    pictures = _originals(args.data, 400 if args.quick else 3000)
    figures = measure(pictures, seconds=6.0 if args.quick else 30.0)
    holds = all(figures[name] <= bound for name, bound in TARGETS.items())
    return report("search_load", figures, TARGETS, holds, args.json)


def measure(pictures: list[bytes], seconds: float, threads: int = THREADS) -> dict[str, float | int | bool]:
    """Search a collection of `pictures` by `threads` at once, `seconds` per phase."""
    figures: dict[str, float | int | bool] = {"pictures": len(pictures), "threads": threads}
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "pictures"
        _write(folder, pictures)
        collection = Workspace(Path(home) / "workspace").create("load")
        collection.add_folder(folder)
        engine = SearchEngine(collection)
        engine.warm_up()
        new = [_variant(data, seed) for seed, data in enumerate(pictures[:64])]
        ids = collection.ids()
        phases: list[tuple[str, Callable[[random.Random], Query], str | None, bool]] = [
            ("alone", lambda rng: _plain(rng, ids, new), None, False),
            ("plain", lambda rng: _plain(rng, ids, new), None, True),
            ("reranked", lambda rng: Query(image=rng.choice(new)), "local", True),
        ]
        for number, (name, query, reranker, adding) in enumerate(phases):
            arriving = Path(home) / f"arriving-{name}"
            if adding:
                _write(arriving, [_variant(data, 1000 * number + i) for i, data in enumerate(pictures * 3)])
            load = _phase(engine, query, reranker, seconds, threads, arriving if adding else None)
            figures |= {
                f"{name}_per_s": len(load.times) / seconds,
                f"{name}_p50_ms": load.quantile(0.5),
                f"{name}_p95_ms": load.quantile(0.95),
                f"{name}_max_ms": load.quantile(1.0),
                "errors": int(figures.get("errors", 0)) + load.errors,
            }
            if adding:
                figures |= {
                    f"{name}_added_per_s": load.added_per_s,
                    f"{name}_added_throughout": load.added_throughout,
                }
            if reranker:
                figures["reranked_partly"] = load.noted / max(1, len(load.times))
    return figures


def _phase(
    engine: SearchEngine,
    query: Callable[[random.Random], Query],
    reranker: str | None,
    seconds: float,
    threads: int,
    arriving: Path | None,
) -> Load:
    load = Load([], 0, 0.0, False, 0)
    lock = threading.Lock()
    addition, monitor = None, Monitor()
    if arriving is not None:
        addition = threading.Thread(
            target=engine.collection.add_folder, args=(arriving,), kwargs={"monitor": monitor}, daemon=True
        )
    before, started = engine.collection.count(), time.perf_counter()
    end = started + seconds

    def user(seed: int) -> None:
        rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
        while time.perf_counter() < end:
            asked = time.perf_counter()
            try:
                result = engine.search(query(rng), k=24, rerank=reranker)
            except Exception:  # whatever goes wrong is counted, and fails the benchmark
                with lock:
                    load.errors += 1
                continue
            with lock:
                load.times.append((time.perf_counter() - asked) * 1000)
                load.noted += bool(result.note)

    users = [threading.Thread(target=user, args=(seed,)) for seed in range(threads)]
    if addition is not None:
        addition.start()
    for thread in users:
        thread.start()
    for thread in users:
        thread.join()
    load.added_per_s = (engine.collection.count() - before) / (time.perf_counter() - started)
    if addition is not None:
        load.added_throughout = addition.is_alive()
        monitor.cancel()
        addition.join()
    return load


def _plain(rng: random.Random, ids: list[int], new: list[bytes]) -> Query:
    choice = rng.random()
    if choice < 0.5:
        return Query(text=rng.choice(WORDS))
    return Query(like=[rng.choice(ids)]) if choice < 0.75 else Query(image=rng.choice(new))


def _originals(data: Path, count: int) -> list[bytes]:
    files = sorted(path for path in data.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    if files:
        return [path.read_bytes() for path in files[:: max(1, len(files) // count)][:count]]
    return [draw(item) for item in sample_items()][:count]


def _variant(data: bytes, seed: int) -> bytes:
    """Another picture of about the same cost: a crop of this one, saved again."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    with Image.open(io.BytesIO(data)) as image:
        left, top = (int(rng.uniform(0, 0.2) * side) for side in image.size)
        right, bottom = (int(rng.uniform(0.8, 1.0) * side) for side in image.size)
        out = io.BytesIO()
        image.convert("RGB").crop((left, top, right, bottom)).save(out, "JPEG", quality=88)
    return out.getvalue()


def _write(folder: Path, pictures: list[bytes]) -> None:
    folder.mkdir()
    for number, data in enumerate(pictures):
        (folder / f"{number:05}.jpg").write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
