"""A process of its own that adds a folder and says how far it is: there to be killed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.collection.workspace import Workspace
from core.jobs import Monitor
from tests.support.tiny import TinyEncoder, register


class Telling(Monitor):
    def advance(self, n=1):
        super().advance(n)
        print(self.snapshot().done, flush=True)


def main():
    register(TinyEncoder())
    shop = Workspace(sys.argv[1]).open("shop")
    print("ready", flush=True)
    if shop.unfinished():
        shop.resume(Telling())
    else:
        shop.add_folder(sys.argv[2], keep=True, monitor=Telling())
    print("finished", flush=True)


if __name__ == "__main__":
    main()
