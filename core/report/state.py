"""Stages that are done: stored under all that they depend on, so that the next run goes on from them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from ..collection.collection import Collection
from ..health.stored_checks import add_run, runs
from ..stored import UNREADABLE, from_builtins, to_builtins
from .stage import Stage, Task
from .types import Section

KIND = "report"
_OF_EVERY_STAGE = ("seed", "target", "tuning_s", "queries", "scanned", "pairs")


def fingerprint(collection: Collection) -> str:
    """A digest, 32 hex digits, of the pictures, labels, captions, verdicts and space that stages depend on.

    What a stage itself stores (compared pairs, runs, an index) is not in it.
    """
    space = collection.space()
    digest = hashlib.sha256()
    digest.update(json.dumps([collection.encoder_name, space.fingerprint if space else ""]).encode())
    for picture in collection.get_many(collection.ids()):
        digest.update(json.dumps([picture.sha256, picture.label, picture.caption]).encode())
    for verdict in sorted((v.a_sha256, v.b_sha256, v.verdict, v.purpose) for v in collection.verdicts()):
        digest.update(json.dumps(verdict).encode())
    return digest.hexdigest()[:32]


class StageStore:
    """Finished stages of one collection, each under a key of all that its outcome depends on."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def key(self, stage: Stage, task: Task) -> dict[str, object]:
        """What the outcome of `stage` depends on as things are now; to be taken before the work begins."""
        return {
            "stage": stage.name,
            "version": stage.version,
            "state": fingerprint(task.collection),
            "besides": stage.depends(task) if stage.depends is not None else "",
            **{name: getattr(task.settings, name) for name in _OF_EVERY_STAGE},
        }

    def find(self, key: Mapping[str, object]) -> Section | None:
        """The section that an earlier run stored under `key`; None where there is none that can be read."""
        for run in reversed(runs(self._collection, KIND)):
            if dict(run.settings) == key:
                try:
                    return replace(from_builtins(Section, run.result), reused=True)
                except UNREADABLE:
                    return None
        return None

    def keep(self, key: Mapping[str, object], section: Section, started: datetime) -> None:
        """Store a stage that is done; one that is missing something or failed is tried again."""
        if section.state == "done":
            add_run(self._collection, KIND, key, to_builtins(section), started)
