"""Run by the Python of alibi-detect's own environment: whether its MMD alarms, case by case.

peer_drift_alibi.py FOLDER OUT: FOLDER holds 000.npz, 001.npz, … with `reference` and `batch`; OUT gets a
JSON list with an object for each. At the defaults: 100 permutations, p-value 0.05.
"""

import json
import sys
from pathlib import Path

import numpy as np
from alibi_detect.cd import MMDDrift

folder, out = map(Path, sys.argv[1:])
found = []
for file in sorted(folder.glob("*.npz")):
    case = np.load(file)
    detector = MMDDrift(case["reference"], backend="pytorch")
    found.append({"mmd": bool(detector.predict(case["batch"])["data"]["is_drift"])})
out.write_text(json.dumps(found), encoding="utf-8")
