"""Run by the Python of cleanvision's own environment: which files of a folder have which issue.

peer_cleanvision.py FOLDER OUT: OUT gets a JSON object of file names by issue, and the seconds that it took.
"""

import json
import sys
import time
from pathlib import Path

from cleanvision import Imagelab

folder, out = Path(sys.argv[1]), Path(sys.argv[2])
KINDS = ("dark", "light", "blurry", "low_information", "odd_aspect_ratio", "odd_size", "grayscale")

if __name__ == "__main__":
    started = time.perf_counter()
    lab = Imagelab(data_path=str(folder))
    lab.find_issues({kind: {} for kind in KINDS}, n_jobs=2, verbose=False)
    seconds = time.perf_counter() - started
    found = {
        kind: [
            str(Path(name).relative_to(folder)) for name in lab.issues.index[lab.issues[f"is_{kind}_issue"]]
        ]
        for kind in KINDS
    }
    out.write_text(json.dumps({"found": found, "seconds": seconds}), encoding="utf-8")
