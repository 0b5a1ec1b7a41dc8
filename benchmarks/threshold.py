"""How long moving the threshold takes on the Duplicates screen, over 10,000 candidate pairs.

The sample catalogue with made-up evidence for 10,000 of its pairs, so that one picture is in some dozens of
pairs: more to group than a real catalogue has. A slider is moved key by key in headless Chromium.

- redraw: from the moment the browser sends the new threshold until counts, histogram and groups have stopped
  changing; the middle and the slowest of the moves;
- of that, by themselves: counting and grouping, and the histogram, as the screen calls them.

Needs Chromium at /usr/bin/chromium and Playwright (requirements-dev.txt) for the screen.
"""

import itertools
import json
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from core.dedup.store import PairStore

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import parser, report  # noqa: E402
from benchmarks.startup import CHROMIUM, server  # noqa: E402

TARGETS = {"redraw_ms": 200.0}
PAIRS = 10_000

_WATCH = """() => {
    const main = document.querySelector("[data-testid=stMain]");
    window.sent = window.changed = 0;
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (...parts) {
        window.sent = window.sent || performance.now();
        return send.apply(this, parts);
    };
    const seen = new MutationObserver(() => { window.changed = performance.now(); });
    const what = { subtree: true, childList: true, characterData: true };
    seen.observe(main, what);
    for (const node of main.querySelectorAll("*")) if (node.shadowRoot) seen.observe(node.shadowRoot, what);
}"""


def main() -> int:
    args = parser(__doc__).parse_args()
    moves = 8 if args.quick else 30
    from core.collection import Workspace

    with tempfile.TemporaryDirectory() as home:
        shop = Workspace(home).create("sample")
        shop.add_sample()
        fill_pairs(shop)
        figures: dict[str, float] = {"pairs": PAIRS, "pictures": shop.count(), "moves": moves}
        figures |= by_themselves(shop, moves)
        if CHROMIUM.exists():
            figures |= on_screen(home, moves)
    holds = all(figures.get(name, float("inf")) <= bound for name, bound in TARGETS.items())
    return report("threshold", figures, TARGETS, holds, args.json)


def fill_pairs(collection) -> None:
    """Store evidence for 10,000 pairs: copies in threes, and many that are more or less alike."""
    from core.dedup import VERSION, Evidence
    from core.dedup.store import PairRecord
    from core.stored import to_json

    rng = np.random.default_rng(0)
    ids = sorted(collection.ids())
    copies = {pair for n in range(0, len(ids) - 2, 3) for pair in itertools.combinations(ids[n : n + 3], 2)}
    others = [pair for pair in itertools.combinations(ids, 2) if pair not in copies]
    picked = rng.permutation(len(others))[: PAIRS - len(copies)]
    records = []
    for a, b in sorted([*copies, *(others[i] for i in picked)]):
        alike = rng.uniform(0.7, 1.0) if (a, b) in copies else rng.beta(0.6, 2.5)
        inliers = int(alike**2 * 150)
        seen = Evidence(
            same_pixels=False,
            cosine=round(0.5 + 0.5 * alike, 5),
            cosine_normalised=round(0.5 * alike, 5),
            hash_distance=int(40 * (1 - alike)),
            hash_turn="none",
            difference=60.0 * (1 - alike),
            keypoints=400,
            matches=30 + inliers,
            mean_distance=60 - 30 * alike,
            inliers=inliers,
            overlap_a=alike,
            overlap_b=alike,
            agreement=alike,
            mirrored=False,
            rotation=0.0,
            scale=1.0,
            size_a=(400, 400),
            size_b=(400, 400),
        )
        records.append(PairRecord(a, b, json.dumps(["neighbour"]), to_json(seen)))
    space = collection.space()
    PairStore(collection.catalogue).adopt(VERSION)
    PairStore(collection.catalogue).add(space.id, records)
    PairStore(collection.catalogue).mark_compared(space.id, ids)


def by_themselves(collection, moves: int) -> dict[str, float]:
    """What the screen computes at each move, without the screen."""
    from core.dedup import effect, judged_pairs, pairs
    from widgets.duplicates.charts import score_histogram

    logging.disable(logging.WARNING)  # there is no page to ask which theme it has
    judged = judged_pairs(collection, pairs(collection))
    effects, charts = [], []
    for n in range(moves):
        at = 0.9 - 0.02 * n
        effects.append(_ms(lambda at=at: effect(judged, at)))
        charts.append(_ms(lambda at=at: score_histogram(judged, at, None)))
    return {"group_ms": statistics.median(effects), "histogram_ms": statistics.median(charts)}


def on_screen(home: str, moves: int) -> dict[str, float]:
    """Moves the slider of the real screen."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGS

    times, found = [], set()
    with sync_playwright() as playwright, server(home) as url:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{url}/duplicates?collection=sample&t=0.9")
        page.get_by_role("slider", name="Threshold").wait_for(timeout=120_000)
        page.wait_for_timeout(4000)
        page.evaluate(_WATCH)
        page.get_by_role("slider", name="Threshold").focus()
        for _ in range(moves + 2):
            page.evaluate("window.sent = window.changed = 0")
            page.keyboard.press("ArrowLeft")
            page.wait_for_function("window.sent > 0 && window.changed > window.sent")
            page.wait_for_function("performance.now() - window.changed > 600")
            times.append(page.evaluate("window.changed - window.sent"))
            found.add(page.get_by_test_id("stMetricValue").first.inner_text())
        moved_to = page.url
        browser.close()
    if f"t={0.9 - 0.01 * (moves + 2):.2g}" not in moved_to or len(found) < 3:
        raise RuntimeError(f"the screen did not follow the slider: {moved_to}, {found}")
    return {"redraw_ms": statistics.median(times[2:]), "slowest_redraw_ms": max(times[2:])}


def _ms(work) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())
