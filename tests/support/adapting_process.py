"""A process of its own that switches to an adapted space and says how far it is: there to be killed."""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.collection.adapters import derive
from core.collection.workspace import Workspace
from core.jobs import Monitor
from tests.support.tiny import TinyEncoder, register


class Telling(Monitor):
    def advance(self, n=1):
        super().advance(n)
        print(self.snapshot().done, flush=True)
        time.sleep(0.05)  # so that whoever listens can act before the end


def main():
    register(TinyEncoder())
    derive._CHUNK = 10
    Workspace(sys.argv[1]).open("shop").adapted.use(sys.argv[2], Telling())


if __name__ == "__main__":
    main()
