"""A process of its own that copies a collection and says how far it is: there to be killed."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.collection.workspace import Workspace
from core.jobs import Monitor


class Slow(Monitor):
    """Waits after each file, so that a kill meets the copy half done."""

    def advance(self, n=1):
        super().advance(n)
        print(self.snapshot().done, flush=True)
        time.sleep(0.05)


if __name__ == "__main__":
    Workspace(sys.argv[1]).duplicate("shop", "twin", Slow())
    print("finished", flush=True)
