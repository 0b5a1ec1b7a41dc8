"""Run by the Python of Evidently's own environment: which of its embedding drift methods alarm, case by case.

peer_drift_evidently.py FOLDER OUT: FOLDER holds 000.npz, 001.npz, … with `reference` and `batch`; OUT gets
a JSON list with an object for each, method by name. Methods are at their defaults, with and without
bootstrap; `default` is the one that the metric takes where none is given.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from evidently.legacy.metrics.data_drift import embedding_drift_methods as methods

folder, out = map(Path, sys.argv[1:])
tests = {
    "mmd": methods.mmd(),
    "mmd_bootstrap": methods.mmd(bootstrap=True),
    "distance": methods.distance(),
    "distance_bootstrap": methods.distance(bootstrap=True),
    "classifier": methods.model(),
    "classifier_bootstrap": methods.model(bootstrap=True),
    "drifted_components": methods.ratio(),
}
found = []
for file in sorted(folder.glob("*.npz")):
    case = np.load(file)
    sides = {
        name: pd.DataFrame(case[name], columns=[f"e{i}" for i in range(case[name].shape[1])])
        for name in ("batch", "reference")
    }
    alarms = {}
    for name, test in tests.items():
        alarms[name] = bool(test(sides["batch"].copy(), sides["reference"].copy())[1])
    small = len(sides["reference"]) < 1000  # as EmbeddingsDriftMetric chooses
    alarms["default"] = alarms["classifier_bootstrap" if small else "classifier"]
    found.append(alarms)
out.write_text(json.dumps(found), encoding="utf-8")
