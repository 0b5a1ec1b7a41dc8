"""A process of its own that loads vectors into Milvus and says how far it is: there to be killed."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from core.index.milvus.connect import connect
from core.index.milvus.index import MilvusIndex
from core.index.milvus.sync import reconcile
from core.jobs import Monitor


class Telling(Monitor):
    def advance(self, n=1):
        super().advance(n)
        print(self.snapshot().done, flush=True)
        time.sleep(0.05)  # a quick server takes the rest before anybody can kill this process


def main():
    uri, collection, space, path = sys.argv[1:]
    vectors = np.load(path)
    MilvusIndex.block = 100  # many small messages, so that there is a middle to be killed in
    index = connect(uri, collection=collection, dim=vectors.shape[1], space=space)
    reconcile(index, np.arange(len(vectors)), lambda ids: vectors[ids], Telling())
    print("finished", flush=True)


if __name__ == "__main__":
    main()
