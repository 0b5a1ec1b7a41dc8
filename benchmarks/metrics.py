"""Every retrieval metric over 10,000 queries × 1,000 candidates, and the same figures from ranx.

- `all_metrics_s`: checking the input, finding the hits, and fourteen metrics with their means, in one
  thread; 2 % of the candidates are relevant, and some relevant items were not ranked. The same with 30 %,
  with grades, with scores (hardly two alike, and in a hundred levels that tie), and turning ids into such
  rankings, for the record;
- `ranx_ratio`: how many times as long ranx takes for the same metrics on some of those queries (compiled, all
  cores, arrays handed over as it stores them);
- `worst_disagreement`: the largest difference to ranx in any metric of any of those queries.

Without ranx (requirements-dev.txt) the comparison is left out, and the targets count as not met.
"""

import importlib.util
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.common import parser, report  # noqa: E402
from core.metrics import (  # noqa: E402
    Rankings,
    judge_by_label,
    metric,
)
from core.metrics.judge import judge  # noqa: E402
from core.stats import (  # noqa: E402
    bootstrap_mean,
    paired_test,
)

TARGETS = {"all_metrics_s": 1.0, "worst_disagreement": 1e-6}
QUERIES, DEPTH, GALLERY = 10_000, 1_000, 100_000
NAMES = (
    "precision@10", "precision@100", "recall@10", "recall@100", "recall", "map@100", "map", "ndcg@10",
    "ndcg@100", "ndcg", "mrr@10", "mrr", "hit_rate@1", "hit_rate@10",
)  # fmt: skip


def main() -> int:
    args = parser(__doc__).parse_args()
    rounds, compared = (3, 500) if args.quick else (7, 2_000)
    rng = np.random.default_rng(0)
    few = rng.random((QUERIES, DEPTH)) < 0.02
    relevant = few.sum(axis=1) + rng.integers(1, 20, QUERIES)
    many = rng.random((QUERIES, DEPTH)) < 0.3
    grades = np.where(few, rng.integers(1, 4, few.shape), 0).astype(np.float64)
    ideal = -np.sort(-grades, axis=1)[:, :100]
    scores = -np.sort(-rng.random((QUERIES, DEPTH)).astype(np.float32), axis=1)
    figures: dict[str, float | int | str | bool | None] = {
        "queries": QUERIES,
        "candidates": DEPTH,
        "metrics": len(NAMES),
        "all_metrics_s": best(lambda: measure(Rankings(few, relevant)), rounds),
        "many_relevant_s": best(lambda: measure(Rankings(many, many.sum(axis=1))), rounds),
        "graded_s": best(lambda: measure(Rankings.graded(grades, ideal)), rounds),
        "with_scores_s": best(lambda: measure(Rankings(few, relevant, scores=scores)), rounds),
        "tied_scores_s": best(lambda: measure(Rankings(few, relevant, scores=np.round(scores, 2))), rounds),
    }
    figures |= judging(rng, rounds)
    values = metric("map")(Rankings(few, relevant)).kept
    noisy = values + rng.normal(0, 0.01, len(values))
    figures["interval_s"] = best(lambda: bootstrap_mean(values), rounds)
    figures["paired_test_s"] = best(lambda: paired_test(values, noisy), rounds)
    if importlib.util.find_spec("ranx"):
        figures |= against_ranx(few[:compared], relevant[:compared])
    holds = all(name in figures and figures[name] <= bound for name, bound in TARGETS.items())
    return report("metrics", figures, TARGETS, holds, args.json)


def measure(rankings: Rankings) -> list[float]:
    return [metric(name)(rankings).mean for name in NAMES]


def judging(rng: np.random.Generator, rounds: int) -> dict[str, float]:
    """Seconds from ranked ids to rankings."""
    some = np.stack([rng.permutation(GALLERY)[:DEPTH] for _ in range(100)])
    ids = np.tile(some, (QUERIES // len(some), 1))
    gallery, labels = np.arange(GALLERY), rng.integers(0, 50, GALLERY)
    relevant = [set(row[rng.integers(0, DEPTH, 20)].tolist()) for row in ids]
    asked = labels[:QUERIES]
    return {
        "judge_labels_s": best(lambda: judge_by_label(ids, asked, gallery, labels), rounds),
        "judge_ids_s": best(lambda: judge(ids, relevant), rounds),
    }


def against_ranx(gains: np.ndarray, relevant: np.ndarray) -> dict[str, float | int]:
    """The same metrics in ranx, on the same queries, in turns with ours."""
    from ranx import metrics

    functions = {
        "precision": metrics.precision,
        "recall": metrics.recall,
        "map": metrics.average_precision,
        "ndcg": metrics.ndcg,
        "mrr": metrics.reciprocal_rank,
        "hit_rate": metrics.hit_rate,
    }
    queries = len(gains)
    # Candidate r of a query has the id r; relevant items that were not ranked have ids beyond those.
    places = np.arange(DEPTH, dtype=np.float64)
    runs = np.broadcast_to(np.stack([places, -places], axis=1), (queries, DEPTH, 2)).copy()
    judged = numba_list(
        np.stack([known, np.ones(len(known))], axis=1)
        for known in (
            np.append(np.flatnonzero(row), DEPTH + np.arange(total - row.sum())).astype(np.float64)
            for row, total in zip(gains, relevant, strict=True)
        )
    )
    split = [(name.partition("@")[0], int(name.partition("@")[2] or 0)) for name in NAMES]

    def theirs() -> list[np.ndarray]:
        return [functions[family](judged, runs, k) for family, k in split]

    rankings = Rankings(gains, relevant)
    expected = theirs()  # compiles, unless it is cached
    worst = max(
        float(np.abs(metric(name)(rankings).values - values).max())
        for name, values in zip(NAMES, expected, strict=True)
    )
    ours_s, theirs_s = [], []
    for _ in range(5):
        ours_s.append(best(lambda: measure(Rankings(gains, relevant)), 1))
        theirs_s.append(best(theirs, 1))
    return {
        "compared_queries": queries,
        "ours_per_query_us": min(ours_s) / queries * 1e6,
        "ranx_per_query_us": min(theirs_s) / queries * 1e6,
        "ranx_ratio": float(np.median(np.array(theirs_s) / np.array(ours_s))),
        "worst_disagreement": worst,
    }


def numba_list(arrays):
    from numba.typed import List

    made = List()
    for array in arrays:
        made.append(array)
    return made


def best(work, rounds: int) -> float:
    """Seconds of the quickest of `rounds` runs: what others do on the machine only ever adds."""
    seconds = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    sys.exit(main())
