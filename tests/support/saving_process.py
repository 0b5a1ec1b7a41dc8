"""Saves one index after another in a folder, until it is killed: python saving_process.py FOLDER."""

import sys
from itertools import count
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.index.build import build
from core.index.spec import Recipe
from core.index.storage import save

vectors = np.random.default_rng(0).normal(size=(800, 64)).astype(np.float32)
index = build(Recipe("hnsw", "HNSW8"), np.arange(800), vectors)
for number in count(1):
    index.add(np.array([1000 + number]), vectors[:1])
    save(index, Path(sys.argv[1]))
    print(number, flush=True)
