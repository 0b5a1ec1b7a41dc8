"""Run by the Python of fastdup's own environment: from a folder to the similar pairs that it reports.

peer_fastdup_pairs.py FOLDER WORK OUT [NEIGHBOURS THRESHOLD]: a JSON list of name, name and similarity.
"""

import json
import sys
from pathlib import Path

import fastdup

folder, work, out, *given = sys.argv[1:]
settings = {"nearest_neighbors_k": int(given[0]), "threshold": float(given[1])} if given else {}
run = fastdup.create(work_dir=work, input_dir=folder)
run.run(overwrite=True, verbose=False, **settings)
found = run.similarity()
pairs = [
    (Path(a).name, Path(b).name, float(near))
    for a, b, near in zip(found["filename_from"], found["filename_to"], found["distance"], strict=True)
]
Path(out).write_text(json.dumps(pairs), encoding="utf-8")
