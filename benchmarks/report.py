"""From a folder of photos to the page: how long it takes, where the time goes, and whether it repeats.

python benchmarks/report.py [--quick] [--json] [--data ../shared/data/clothing] [--twice]

A fresh workspace and a fresh collection, as `python -m core report shop photos/` makes them; models and words
that the machine prepares once are ready, as they are after the first search on it. `stage_…_s` are seconds
per stage, `add_s` reading and embedding, `page_s` writing the page, `cpu_s` those of the processor over all
threads. With `--twice` a second collection is made with the same seed, and `same_figures` says whether every
figure but the times is the same.

`--quick` takes 200 photos.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.common import Figure, parser, report
from core.collection import Collection, Workspace, additions
from core.embedding import DEFAULT_ENCODER, load_encoder
from core.report import Report, build_report, write_page

SECONDS = 180.0
_QUICK = 200


def photos(data: Path, scratch: Path, quick: bool) -> Path:
    """The folder to report on: all photos, or every tenth or so of them under the same labels."""
    if not data.is_dir():
        raise SystemExit(f"No photos under {data}.")
    if not quick:
        return data
    paths = sorted(path for path in data.rglob("*.jpg"))
    for path in paths[:: max(1, len(paths) // _QUICK)]:
        target = scratch / "photos" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return scratch / "photos"


def run(home: Path, folder: Path) -> tuple[Collection, Report, float, float]:
    """Make the report; returns it with the seconds of the whole and of the page alone."""
    begun = time.perf_counter()
    shop = Workspace(home).create("shop")
    found = build_report(shop, additions([folder]))
    built = time.perf_counter()
    write_page(home / "report.html", shop, found)
    ended = time.perf_counter()
    return shop, found, ended - begun, ended - built


def repeated(found: Report) -> dict[str, object]:
    """What a second run has to give again."""
    return {
        f"{one.name}.{figure.key}": figure.value
        for one in found.sections
        for figure in one.figures
        if not figure.timed
    }


def main() -> int:
    options = parser(__doc__)
    options.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared/data/clothing")
    options.add_argument("--twice", action="store_true", help="make it twice, and compare the figures")
    args = options.parse_args()
    load_encoder(DEFAULT_ENCODER).encode_texts(["a photo"])  # prepares the words of this machine, once
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place)
        folder = photos(args.data, scratch, args.quick)
        begun = time.process_time()
        _, found, whole, page = run(scratch / "first", folder)
        cpu = time.process_time() - begun
        figures: dict[str, Figure] = {
            "photos": found.pictures,
            "whole_s": whole,
            "cpu_s": cpu,
            "add_s": found.seconds - sum(one.seconds for one in found.sections),
            **{f"stage_{one.name}_s": one.seconds for one in found.sections},
            "page_s": page,
            "page_bytes": (scratch / "first" / "report.html").stat().st_size,
            "stages_done": sum(one.state == "done" for one in found.sections),
            "stages_failed": sum(one.state == "failed" for one in found.sections),
        }
        if args.twice:
            first, second = repeated(found), repeated(run(scratch / "second", folder)[1])
            differing = sorted(
                key for key in first.keys() | second.keys() if first.get(key) != second.get(key)
            )
            figures["same_figures"] = not differing
            if differing:
                figures["differing"] = ", ".join(differing)
    targets: dict[str, Figure] = {"whole_s": SECONDS, "stages_failed": 0}
    holds = whole < SECONDS and not figures["stages_failed"] and figures.get("same_figures", True) is True
    return report("report", figures, targets, holds, args.json)


if __name__ == "__main__":
    sys.exit(main())
