"""Stages that are done: stored under all that they depend on, so that the next run goes on from them."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime

from core.collection.collection import Collection
from core.health.store import HealthStore
from core.report.stage import Stage
from core.report.types import Section, Settings
from core.stored import UNREADABLE

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
    """Finished stages of one collection in one state, under the given settings."""

    def __init__(self, collection: Collection, settings: Settings) -> None:
        self._store = HealthStore(collection.catalogue)
        self._collection = collection
        self._asked = {name: asdict(settings)[name] for name in _OF_EVERY_STAGE}

    def find(self, stage: Stage) -> Section | None:
        """The section of `stage` as an earlier run stored it; None where there is none for this state."""
        if not stage.reusable:
            return None
        key = self._key(stage)
        for run in reversed(self._store.list(KIND)):
            if dict(run.settings) == key:
                try:
                    return replace(Section.from_json(run.result), reused=True)
                except UNREADABLE:
                    return None
        return None

    def keep(self, stage: Stage, section: Section, started: datetime) -> None:
        """Store a stage that is done; one that is missing something or failed is tried again."""
        if stage.reusable and section.state == "done":
            self._store.add(KIND, self._key(stage), section.to_json(), started)

    def _key(self, stage: Stage) -> dict[str, object]:
        state = fingerprint(self._collection)
        return {"stage": stage.name, "version": stage.version, "state": state, **self._asked}
