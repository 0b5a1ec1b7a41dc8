"""The whole project with a collection, stage by stage: what fails or is missing does not end the rest."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ..collection.collection import Collection
from ..collection.ingest.paths import Addition
from ..collection.types import AddReport
from ..disk_errors import explain
from ..errors import DiskFullError, LookalikeError
from ..evaluation.versions import machine
from ..jobs import Cancelled, Monitor
from .stage import SHARE, MissingInputError, Stage, Task
from .stages.clusters import clusters_stage
from .stages.duplicates import duplicates_stage, how_compared
from .stages.health import health_stages
from .stages.index import index_stage
from .stages.pictures import pictures_stage
from .stages.retrieval import retrieval_stage
from .stages.training import training_stage
from .state import StageStore
from .types import Report, Section, Settings

STAGES = (
    Stage("pictures", "The pictures", pictures_stage, reusable=False),
    Stage("duplicates", "Near-duplicates", duplicates_stage, depends=how_compared),
    Stage("retrieval", "How good the search is", retrieval_stage),
    Stage("index", "The index", index_stage),
    Stage("clusters", "What it consists of", clusters_stage),
    *health_stages(),
)
"""What a report is made of, in the order in which it is done and shown."""
TRAINING = Stage("training", "What training would bring", training_stage)
"""Done at the end where `Settings.train` asks for it."""


def build_report(
    collection: Collection,
    additions: Sequence[Addition] = (),
    settings: Settings | None = None,
    monitor: Monitor | None = None,
    stages: Sequence[Stage] = STAGES,
) -> Report:
    """Add pictures, then measure everything that can be measured of the collection.

    What a run did is stored stage by stage, so one that was killed goes on where it was: pictures that are
    committed are not read again, and a stage that is done for the same pictures, labels, verdicts and
    settings is reused. `settings.fresh` measures again.

    Args:
        collection: the collection to report on.
        additions: what is added first (`core.collection.ingest.paths.additions`).
        settings: seed, target and budgets.
        monitor: receives the progress, and may stop the work.
        stages: what is done, in this order.

    Raises:
        CollectionError: pictures cannot be added, or the collection cannot be written.
        Cancelled: the monitor was asked to stop; what was done stays.
    """
    watched = monitor or Monitor()
    asked = settings or Settings()
    begun = time.monotonic()
    stages = (*stages, *([TRAINING] if asked.train else []))
    watched.expect(SHARE * (len(additions) + len(stages)))
    added = tuple(_add(collection, additions, watched))
    store = StageStore(collection)
    sections = []
    for number, stage in enumerate(stages, start=1):
        watched.check()
        part = watched.subtask(SHARE, title=f"{number} of {len(stages)}, {stage.title}")
        sections.append(_run(stage, Task(collection, asked, part, added), store))
        part.finish()
    return Report(
        collection.name,
        len(collection.ids()),
        collection.encoder_name,
        asked,
        tuple(sections),
        time.monotonic() - begun,
        machine(),
        datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _add(collection: Collection, additions: Sequence[Addition], monitor: Monitor) -> list[AddReport]:
    """Finish what was cut off, then add what is new."""
    reports = []
    while additions and collection.unfinished():
        part = monitor.subtask(0, title="Going on with an addition that was cut off")
        reports.append(collection.resume(part))
        monitor.check()
    for add in additions:
        part = monitor.subtask(SHARE, title="Adding pictures")
        reports.append(add(collection, part))
        part.finish()
        monitor.check()
    return reports


def _run(stage: Stage, task: Task, store: StageStore) -> Section:
    """One stage, from the store or done now; its section says what went wrong.

    Raises:
        Cancelled: the monitor was asked to stop.
        DiskFullError: nothing more can be stored.
    """
    begun, started = time.monotonic(), datetime.now(UTC)
    key = store.key(stage, task) if stage.reusable else None
    kept = None if key is None or task.settings.fresh else store.find(key)
    if kept is not None:
        return kept
    try:
        section = stage.work(task)
    except (Cancelled, DiskFullError):
        raise
    except MissingInputError as missing:
        section = Section(stage.name, stage.title, str(missing), "missing", steps=missing.steps)
    except (LookalikeError, OSError) as error:
        section = Section(stage.name, stage.title, str(explain(error, "A file") or error), "failed", "warn")
    except Exception as error:  # a fault of ours must not cost the user the other sections
        sentence = f"Something went wrong inside Lookalike ({type(error).__name__}: {error})."
        section = Section(stage.name, stage.title, sentence, "failed", "warn")
    section = replace(section, name=stage.name, title=stage.title, seconds=time.monotonic() - begun)
    if key is not None:
        store.keep(key, section, started)
    return section
