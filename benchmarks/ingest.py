"""Adding pictures, from files on disk to committed and searchable: how fast, and in how much memory.

Everything is measured in one run, in turns, so that a machine that slows down slows down for all:

- naive: open, resize, eager PyTorch forward, one picture at a time, nothing stored;
- decoding only and model only, each on all cores; together they imply a limit for doing both;
- ours: `Collection.add_folder`, with hashes, thumbnails and a crash-safe commit;
- fastdup 2.54, from files to neighbours, in an environment of its own (made at first use, or give
  --peer-python), beside ours with the nearest neighbours of every picture.

Pictures: the training photos of the clothing data set, or any folder given with --data.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import parser, report  # noqa: E402

TARGETS = {
    "naive_ratio": 3.0,
    "limit_share": 0.85,
    "fastdup_ratio": 1.0,
    "peak_mb": 1500.0,
    "memory_growth": 1.1,
}
CORES = len(os.sched_getaffinity(0))


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/clothing/train")
    options.add_argument("--peer-python", type=Path, help="a Python that has fastdup 2.54")
    options.add_argument("--no-peer", action="store_true", help="leave fastdup out")
    options.add_argument(
        "--measure", type=int, help="add this many pictures in this process and print how it went"
    )
    args = options.parse_args()
    files = sorted(path for path in args.data.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    if args.measure is not None:
        return measure_process(args.data, files, args.measure)
    if not files:
        print(f"No pictures in {args.data}; name a folder with --data.", file=sys.stderr)
        return 2
    count = 400 if args.quick else len(files)
    rounds = 1 if args.quick else 3

    part = files[:400]
    seen: dict[str, list[float]] = {"naive": [], "decode": [], "model": [], "ours": []}
    naive, decode, model = naive_loop(), decode_only(), model_only()
    for _ in range(rounds):
        seen["naive"].append(rate(naive, part[: len(part) // 4]))
        seen["decode"].append(rate(decode, part))
        seen["model"].append(rate(model, part))
        seen["ours"].append(in_process_of_its_own(args.data, count)["rate"])
    rates = {name: statistics.median(values) for name, values in seen.items()}
    limit = 1 / (1 / rates["decode"] + 1 / rates["model"])
    small = in_process_of_its_own(args.data, count // 2)
    large = in_process_of_its_own(args.data, count)
    figures: dict[str, float] = {
        "pictures": count,
        "ours_per_s": rates["ours"],
        "ours_per_s_lowest": min(seen["ours"]),
        "ours_per_s_highest": max(seen["ours"]),
        "naive_per_s": rates["naive"],
        "decode_only_per_s": rates["decode"],
        "model_only_per_s": rates["model"],
        "limit_per_s": limit,
        "naive_ratio": rates["ours"] / rates["naive"],
        "limit_share": rates["ours"] / limit,
        "peak_mb": large["peak_mb"],
        "memory_growth": large["peak_mb"] / small["peak_mb"],
    }
    holds = (
        figures["naive_ratio"] >= TARGETS["naive_ratio"]
        and figures["limit_share"] >= TARGETS["limit_share"]
        and figures["peak_mb"] <= TARGETS["peak_mb"]
        and figures["memory_growth"] <= TARGETS["memory_growth"]
    )
    if not args.no_peer:
        python = args.peer_python or peer_environment()
        ours_s, peer_s = [], []
        for _ in range(rounds):
            ours_s.append(in_process_of_its_own(args.data, count)["seconds"])
            peer_s.append(fastdup_seconds(python, args.data, files[:count]))
        ratios = [peer / ours for peer, ours in zip(peer_s, ours_s, strict=True)]
        figures |= {
            "ours_to_neighbours_s": statistics.median(ours_s),
            "fastdup_to_neighbours_s": statistics.median(peer_s),
            "fastdup_ratio": statistics.median(ratios),
            "fastdup_ratio_lowest": min(ratios),
        }
        holds = holds and figures["fastdup_ratio"] >= TARGETS["fastdup_ratio"]
    return report("ingest", figures, TARGETS, holds, args.json)


def rate(work: Callable[[list[Path]], None], files: list[Path]) -> float:
    started = time.perf_counter()
    work(files)
    return len(files) / (time.perf_counter() - started)


def naive_loop() -> Callable[[list[Path]], None]:
    """What one writes first: PIL, PyTorch, one picture at a time."""
    import torch
    from PIL import Image

    from core.embedding import LITE0, network_spec

    module = network_spec(LITE0).build().eval()

    def run(files: list[Path]) -> None:
        with torch.inference_mode():
            for file in files:
                image = Image.open(file).convert("RGB").resize((224, 224), Image.Resampling.BICUBIC)
                pixels = (np.asarray(image, np.float32) - 127) / 128
                module(torch.from_numpy(pixels.transpose(2, 0, 1)[None].copy()))

    return run


def decode_only() -> Callable[[list[Path]], None]:
    from core.collection import decode_for
    from core.embedding import load_encoder

    encoder = load_encoder()

    def run(files: list[Path]) -> None:
        with ThreadPoolExecutor(CORES) as pool:
            list(pool.map(lambda file: encoder.prepare(decode_for(encoder, file.read_bytes()).image), files))

    return run


def model_only() -> Callable[[list[Path]], None]:
    from core.embedding import load_encoder

    encoder = load_encoder()
    batch = np.random.default_rng(0).standard_normal((32, 3, 224, 224)).astype(np.float32)

    def run(files: list[Path]) -> None:
        for _ in range(len(files) // 32):
            encoder.encode_prepared(batch)

    return run


def in_process_of_its_own(data: Path, count: int) -> dict[str, float]:
    """Add the first `count` pictures in a fresh process; seconds from its start to all neighbours."""
    command = [sys.executable, __file__, "--measure", str(count), "--data", str(data)]
    started = time.perf_counter()
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return {"rate": float(out[0]), "peak_mb": float(out[1]), "seconds": time.perf_counter() - started}


def measure_process(data: Path, files: list[Path], count: int) -> int:
    from core.collection import Workspace
    from core.index import FlatIndex

    with tempfile.TemporaryDirectory() as temporary:
        folder = linked(files[:count], data, Path(temporary) / "pictures")
        collection = Workspace(Path(temporary) / "home").create("benchmark")
        collection.encoder()  # loading the model is not adding pictures; the whole process is timed besides
        started = time.perf_counter()
        added = collection.add_folder(folder)
        seconds = time.perf_counter() - started
        rows = collection.vectors()
        index = FlatIndex(rows.vectors.shape[1])
        index.add(rows.ids, rows.vectors)
        index.search(np.asarray(rows.vectors), 3)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if added.added + added.known != count:
            raise SystemExit(f"not all pictures were added: {added}")
        print(f"{count / seconds:.2f} {peak:.1f}")
    return 0


def linked(files: list[Path], base: Path, folder: Path) -> Path:
    """A folder of hard links (copies on another disk) to just these pictures."""
    for file in files:
        target = folder / file.relative_to(base)
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.hardlink_to(file)
        except OSError:
            target.write_bytes(file.read_bytes())
    return folder


def peer_environment() -> Path:
    home = Path(tempfile.gettempdir()) / "lookalike-benchmark-fastdup-2.54"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "fastdup==2.54"], check=True)
        (home / "ready").touch()
    return python


def fastdup_seconds(python: Path, data: Path, files: list[Path]) -> float:
    """Seconds from the start of fastdup's process to its neighbours."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = linked(files, data, Path(temporary) / "pictures")
        command = [python, Path(__file__).with_name("peer_fastdup.py"), folder, Path(temporary) / "work"]
        environment = {**os.environ, "SENTRY_OPT_OUT": "1"}
        started = time.perf_counter()
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=environment, cwd=temporary
        )
        seconds = time.perf_counter() - started
        if "RESULT" not in done.stdout:
            raise SystemExit(f"fastdup failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return seconds


if __name__ == "__main__":
    sys.exit(main())
