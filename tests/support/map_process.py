"""A process of its own that has the vectors of a collection mapped, and reads them all when asked to."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.collection.workspace import Workspace
from tests.support.tiny import TinyEncoder, register


def main():
    register(TinyEncoder())
    rows = Workspace(sys.argv[1]).open("shop").vectors()
    print("mapped", flush=True)
    sys.stdin.readline()
    print(len(rows.ids), float((rows.vectors**2).sum()), flush=True)


if __name__ == "__main__":
    main()
