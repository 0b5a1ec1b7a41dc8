"""A process of its own that makes a report and says each note of its progress: there to be killed.

Its last stage waits until the file that is the third argument is there. Ends with the names of the stages
that an earlier run had done, as one line of JSON.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.collection.ingest.paths import additions
from core.collection.workspace import Workspace
from core.jobs import Monitor
from core.report.build import STAGES, build_report
from core.report.stage import Stage
from core.report.types import Section
from tests.support.tiny import TinyEncoder, register


class Telling(Monitor):
    def say(self, note):
        super().say(note)
        print(note, flush=True)


def wait(task):
    task.monitor.say("Waiting to be killed")
    while not Path(sys.argv[3]).exists():
        time.sleep(0.05)
    return Section("last", "Last", "Done.")


def main():
    register(TinyEncoder())
    shop = Workspace(sys.argv[1]).open("shop")
    stages = [one for one in STAGES if one.name in ("duplicates", "index")] + [Stage("last", "Last", wait)]
    report = build_report(shop, additions([Path(sys.argv[2])]), monitor=Telling(), stages=stages)
    print(json.dumps([one.name for one in report.sections if one.reused]), flush=True)


if __name__ == "__main__":
    main()
