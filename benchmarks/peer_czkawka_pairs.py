"""Run by the Python of czkawka's own environment: the pairs that it groups, and its distance of given pairs.

peer_czkawka_pairs.py FOLDER PAIRS OUT: PAIRS is a JSON list of two names each; OUT gets the grouped pairs and
the bits by which the given ones differ.
"""

import json
import sys
from itertools import combinations
from pathlib import Path

import czkawka

folder, asked, out = map(Path, sys.argv[1:])
finder = czkawka.ImageSimilarity()
finder.set_directories([folder])
grouped = [(a.name, b.name) for group in finder.find_similar() for a, b in combinations(group, 2)]
wanted = json.loads(asked.read_text(encoding="utf-8"))
hashes = {name: finder.hash_image(folder / name) for name in {name for pair in wanted for name in pair}}
bits = [finder.compare_hashes(hashes[a], hashes[b]) for a, b in wanted]
out.write_text(json.dumps({"grouped": grouped, "bits": bits}), encoding="utf-8")
