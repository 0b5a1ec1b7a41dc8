"""Small logos in larger pictures: whole-picture search against search by tiles, with and without details.

    python -m benchmarks.logos [--quick] [--json]

A register of drawn logos is the collection. Each query is a product picture with one logo on a sixth to a
third of its width, as it is registered or drawn again by another hand. Recall@1 and @5: whether the right
logo comes first, or among the first five.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.common import Figure, parser, report
from benchmarks.logo_pictures import logo, png, scene
from core import Query, SearchEngine, Workspace
from core.search import search_tiles

SHARES = (0.33, 0.25, 0.17)
_TARGET = 0.8


def main() -> int:
    options = parser(__doc__).parse_args()
    logos, queries = (60, 12) if options.quick else (200, 150)
    found: dict[str, list[int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        register = Workspace(Path(folder) / "home").create("logos")
        register.add_files([(f"{number}.png", png(logo(number))) for number in range(logos)])
        name = {picture.id: picture.name for picture in register.page(0, logos)}
        engine = SearchEngine(register)
        for number in range(queries):
            wanted = (number * 7) % logos
            for drawn, style in (("registered", 0), ("drawn again", 1)):
                share = SHARES[number % len(SHARES)]
                picture = scene(number, logo(wanted, style), share)
                answers = {
                    "whole picture": [hit.id for hit in engine.search(Query(image=picture), 5)],
                    "details": [hit.id for hit in engine.search(Query(image=picture), 5, "local", 1000)],
                    "tiles": [hit.id for hit in search_tiles(engine, picture, 5)],
                }
                for how, ids in answers.items():
                    names = [name[one] for one in ids]
                    rank = names.index(f"{wanted}.png") if f"{wanted}.png" in names else 99
                    found.setdefault(f"{drawn}, {how}", []).append(rank)
                    found.setdefault(f"{drawn}, {how}, {share:.0%} of the width", []).append(rank)
    figures: dict[str, Figure] = {
        f"{what}: recall@{k}": sum(rank < k for rank in ranks) / len(ranks)
        for what, ranks in found.items()
        for k in (1, 5)
    }
    figures["queries of each kind"] = queries
    targets: dict[str, Figure] = {"registered, tiles: recall@5": _TARGET}
    holds = float(str(figures["registered, tiles: recall@5"])) >= _TARGET
    return report("logos", figures, targets, holds, options.json)


if __name__ == "__main__":
    sys.exit(main())
