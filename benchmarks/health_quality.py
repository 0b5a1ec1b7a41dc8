"""The quality scan: which planted faults are found, which sound photos are flagged, and how fast.

Into the test photos of the clothing set, 200 pictures of each of ten faults are planted, made from them
(`benchmarks/planted_faults.py`), all in one collection. Recall is the share of the planted pictures of a kind
that are flagged as that kind; precision counts against it every photo without a planted fault that is flagged
as well, though some of the photos really are blurred or too bright. How often a picture with another fault is
flagged too is given as `cross`: a blurred picture may well show little, so no target is set for it.

The thresholds are the defaults; they were chosen on training photos (--split train gives those figures).
cleanvision 0.3.7, in an environment of its own (made at first use, or give --peer-python), scans the same
folder with its defaults; it has no kind for bars, damage and nearly empty pictures.
"""

import json
import subprocess
import sys
import tempfile
import time
import venv
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import Figure, parser, report  # noqa: E402
from benchmarks.planted_faults import FAULTS, plant  # noqa: E402
from core.collection import Workspace  # noqa: E402
from core.health import scan_quality  # noqa: E402
from tests.support.tiny import TinyEncoder, register  # noqa: E402  (nothing is searched for here)

PEER = "cleanvision==0.3.7"
PEER_KINDS = {
    "dark": "dark", "bright": "light", "blurry": "blurry", "low_information": "low_information",
    "odd_aspect": "odd_aspect_ratio", "odd_size": "odd_size", "gray": "grayscale",
}  # fmt: skip
RECALL, PRECISION, SECONDS = 0.95, 0.9, 60.0
TARGETS: dict[str, Figure] = {
    **{f"{kind}_recall": RECALL for kind in FAULTS},
    **{f"{kind}_precision": PRECISION for kind in FAULTS},
}


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "clothing")
    options.add_argument("--split", default="test", choices=("train", "validation", "test"))
    options.add_argument("--planted", type=int, default=0, help="of each kind; else 200, or 20 with --quick")
    options.add_argument("--peer-python", type=Path, help="a Python that has cleanvision 0.3.7")
    options.add_argument("--no-peer", action="store_true", help="leave cleanvision out")
    options.add_argument("--no-speed", action="store_true", help="do not time the scan of the whole set")
    options.add_argument("--wrong", action="store_true", help="name every wrong answer on stderr")
    args = options.parse_args()
    if not args.data.is_dir():
        options.error(f"there are no photos in {args.data}")
    photos = sorted((args.data / args.split).glob("*/*"))
    clean = [
        photos[int(i)] for i in np.random.default_rng(0).permutation(len(photos))[: 40 if args.quick else 372]
    ]
    planted = args.planted or (20 if args.quick else 200)
    figures: dict[str, Figure] = {"photos": len(clean), "planted_of_each_kind": planted}
    targets = dict(TARGETS)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "pictures"
        _write(folder, clean, photos, planted)
        flagged, seconds = _ours(folder, Path(home) / "workspace")
        figures |= _figures("", flagged, planted, args.wrong)
        figures["scan_per_s"] = (len(clean) + planted * len(FAULTS)) / seconds
        if not (args.no_peer or args.quick):
            theirs, peer_seconds = _cleanvision(folder, args.peer_python, Path(home))
            figures |= _figures("cleanvision_", theirs, planted, wrong=False)
            figures["cleanvision_per_s"] = (len(clean) + planted * len(FAULTS)) / peer_seconds
        if not (args.no_speed or args.quick):
            _, whole = _ours(args.data, Path(home) / "whole")
            figures["scan_of_all_photos_s"] = whole
            targets["scan_of_all_photos_s"] = SECONDS
    holds = all(
        float(figures[name] or 0) <= SECONDS
        if name.endswith("_s")
        else float(figures[name] or 0) >= float(bound or 0)
        for name, bound in targets.items()
    )
    return report("health_quality", figures, targets, holds, args.json)


def _write(folder: Path, clean: list[Path], photos: list[Path], planted: int) -> None:
    """Each picture under the name of its fault; the strength depends on kind and photo alone."""
    (folder / "clean").mkdir(parents=True)
    for number, path in enumerate(clean):
        (folder / "clean" / f"{number:04d}.jpg").write_bytes(path.read_bytes())
    for kind in FAULTS:
        (folder / kind).mkdir()
        seed = zlib.crc32(kind.encode())
        for i in np.random.default_rng(seed).permutation(len(photos))[:planted].tolist():
            data = plant(kind, photos[i].read_bytes(), np.random.default_rng([seed, i]))
            (folder / kind / f"{i:04d}.jpg").write_bytes(data)


def _ours(folder: Path, home: Path) -> tuple[dict[str, list[str]], float]:
    collection = Workspace(home).create("faults", encoder=register(TinyEncoder()).name)
    collection.add_folder(folder)
    started = time.perf_counter()
    found = scan_quality(collection)
    seconds = time.perf_counter() - started
    names = {
        kind: [picture.name for picture in collection.get_many(ids)] for kind, ids in found.flagged.items()
    }
    return names, seconds


def _cleanvision(folder: Path, python: Path | None, home: Path) -> tuple[dict[str, list[str]], float]:
    chosen = python or _peer_python()
    script = Path(__file__).with_name("peer_cleanvision.py")
    out = home / "cleanvision.json"
    subprocess.run(
        [chosen, script, folder, out], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    told = json.loads(out.read_text(encoding="utf-8"))
    return {kind: told["found"][theirs] for kind, theirs in PEER_KINDS.items()}, told["seconds"]


def _peer_python() -> Path:
    home = Path(tempfile.gettempdir()) / "lookalike-cleanvision"
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PEER], check=True, stdout=sys.stderr)
    return python


def _figures(whose: str, flagged: Mapping[str, list[str]], planted: int, wrong: bool) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for kind in FAULTS:
        if kind not in flagged:
            continue
        right = {name for name in flagged[kind] if name.startswith(f"{kind}/")}
        sound = [name for name in flagged[kind] if name.startswith("clean/")]
        figures[f"{whose}{kind}_recall"] = len(right) / planted
        figures[f"{whose}{kind}_precision"] = len(right) / max(1, len(right) + len(sound))
        figures[f"{whose}{kind}_cross"] = len(flagged[kind]) - len(right) - len(sound)
        if wrong:
            print(kind, "flagged though sound:", sound, file=sys.stderr)
    return figures


if __name__ == "__main__":
    sys.exit(main())
