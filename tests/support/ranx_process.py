"""Measure with ranx in a process of its own: rankings as JSON on stdin, values by metric and query on stdout.

Compiling ranx takes longer than all of these tests, so it is run as plain Python; that setting holds for
a whole process and must not reach anything else that uses numba.
"""

import json
import os
import sys

os.environ["NUMBA_DISABLE_JIT"] = "1"

import numpy as np
from ranx import metrics

FUNCTIONS = {
    "precision": metrics.precision,
    "recall": metrics.recall,
    "map": metrics.average_precision,
    "ndcg": metrics.ndcg,
    "ndcg_exp": metrics.ndcg_burges,
    "mrr": metrics.reciprocal_rank,
    "hit_rate": metrics.hit_rate,
}


def main() -> None:
    asked = json.load(sys.stdin)
    runs = [np.array([[i, -rank] for rank, i in enumerate(ids)], float) for ids in asked["ids"]]
    answers = {kind: measure(runs, relevant, asked["metrics"]) for kind, relevant in asked["cases"].items()}
    json.dump(answers, sys.stdout)


def measure(runs, relevant, names):
    judged = [
        np.array(sorted(((int(i), gain) for i, gain in gains.items()), key=lambda pair: -pair[1]), float)
        for gains in relevant
    ]
    values = {}
    for name in names:
        family, _, k = name.partition("@")
        found = [FUNCTIONS[family]([j], [r], int(k or 0))[0] for j, r in zip(judged, runs, strict=True)]
        values[name] = [float(value) for value in found]
    return values


if __name__ == "__main__":
    main()
