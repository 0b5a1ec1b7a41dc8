"""The record of what is being added: enough to take it up again after a crash.

Uploads are first spooled into the collection's own ``incoming/`` folder, because the browser that sent
them is gone by the time a later process resumes.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ...errors import CollectionError
from ...private_files import make_private_folders, open_private
from ...sample_catalogue import sample_verdicts
from ...stored import UNREADABLE, decoding, from_json, to_json
from ..safe_names import display_name
from ..storage.catalogue import Catalogue
from ..types import AddReport, Unfinished
from .sample_source import SampleSource
from .sources import (
    Candidate,
    FilesSource,
    FolderSource,
    Labels,
    Skipped,
    Source,
    ZipSource,
)

Kind = Literal["folder", "files", "zip", "sample", "unreadable"]
GivenLabels = Path | str | bytes | None
"""``"folder"``, a CSV (its path, or its bytes if uploaded), or None."""


@dataclass(frozen=True)
class Plan:
    """The plan of an addition, in a form that can be stored as JSON."""

    kind: Kind
    title: str
    path: str = ""
    items: list[tuple[str, str]] = field(default_factory=list)
    labels: str | None = None
    """None, ``"folder"``, or ``"csv:"`` and the path of a CSV."""
    keep: bool = True
    full_check: bool = False
    """Also read files whose size and modification time have not changed since they were last read."""
    spool: str = ""
    """Name of the folder under ``incoming/`` that is deleted when the addition has ended."""

    @property
    def label_rank(self) -> int:
        """The rank of the labels of this addition: see the catalogue's `label_rank`."""
        if self.kind == "sample" or (self.labels or "").startswith("csv:"):
            return 2
        return 1 if self.labels == "folder" else 0

    def source(self) -> Source:
        """Open the source of the pictures.

        Raises:
            CollectionError: the folder, archive or CSV does not exist or cannot be read.
        """
        labels: Labels = None
        if self.labels is not None:
            labels = Path(self.labels[4:]) if self.labels.startswith("csv:") else "folder"
        match self.kind:
            case "folder":
                source = FolderSource(Path(self.path), labels=labels)
                if source.folder != Path(self.path):  # it contained no link when it was recorded
                    raise CollectionError(
                        f"The folder {display_name(self.path)} has been replaced by a link since it was "
                        "chosen. Put it back, or add the folder that it leads to."
                    )
                return source
            case "zip":
                return ZipSource(Path(self.path), labels=labels)
            case "files":
                files = FilesSource([(name, Path(path)) for name, path in self.items], labels=labels)
                return _Pathless(files) if self.spool else files
            case "sample":
                return SampleSource()
            case "unreadable":
                raise CollectionError(f"What is stored of the addition “{self.title}” is damaged.")


class _Pathless:
    """A source whose files will be deleted: their paths are not recorded."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def __iter__(self) -> Iterator[Candidate | Skipped]:
        for item in self._source:
            yield replace(item, path=None) if isinstance(item, Candidate) else item

    def count(self) -> int:
        return self._source.count()


@dataclass(frozen=True)
class Upload:
    """A file uploaded for this addition, on the collection's disk: it is moved, not copied."""

    path: Path


class Spool:
    """The spool of an addition: uploads and their CSV, which exist nowhere else.

    It is a folder under ``incoming/``, created with the first file.
    """

    def __init__(self, root: Path) -> None:
        self._incoming = root / "incoming"
        self._count = 0
        self.name = ""

    def place(self, content: bytes | Path | Upload) -> str:
        """Write `content` to the spool if it is bytes, or move an upload here; returns its path."""
        if isinstance(content, Path):
            return str(content.expanduser().resolve())
        if not self.name:
            self.name = os.urandom(8).hex()
            make_private_folders(self._incoming.parent, self._incoming / self.name)
        file = self._incoming / self.name / f"{self._count:06d}"
        if isinstance(content, Upload):
            content.path.replace(file)
        else:
            with open_private(file) as out:
                out.write(content)
        self._count += 1
        return str(file)

    def place_labels(self, labels: GivenLabels) -> str | None:
        """Convert `labels` to the form stored in a plan."""
        if labels is None or labels == "folder":
            return labels
        return f"csv:{self.place(Path(labels) if isinstance(labels, str) else labels)}"


def begin(catalogue: Catalogue, plan: Plan) -> int:
    """Record the plan before the first picture is read."""
    with catalogue.transaction() as tx:
        cursor = tx.execute(
            "INSERT INTO addition (title, plan, started_at) VALUES (?, ?, ?)",
            (plan.title, to_json(plan), datetime.now(UTC).isoformat(timespec="seconds")),
        )
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT has one
    return cursor.lastrowid


def end(catalogue: Catalogue, root: Path, addition_id: int, plan: Plan, report: AddReport) -> None:
    """Record that the addition has ended, with its result, and clear its spool."""
    with catalogue.transaction() as tx:
        if plan.kind == "sample" and not report.cancelled:
            _add_sample_verdicts(tx)
        tx.execute(
            "UPDATE addition SET ended_at = ?, added = ? WHERE id = ?",
            (datetime.now(UTC).isoformat(timespec="seconds"), report.added, addition_id),
        )
    if plan.spool:
        shutil.rmtree(root / "incoming" / plan.spool, ignore_errors=True)


def unfinished(catalogue: Catalogue) -> list[tuple[Unfinished, Plan]]:
    """List the additions that have started but not ended, oldest first."""
    rows = catalogue.execute(
        "SELECT id, title, started_at, plan FROM addition WHERE ended_at IS NULL ORDER BY id"
    )
    with decoding(catalogue.damaged):
        return [
            (
                Unfinished(row[0], row[1], datetime.fromisoformat(row[2])),
                _relocated(_plan(row[1], row[3]), catalogue.path.parent),
            )
            for row in rows
        ]


def folders(catalogue: Catalogue) -> tuple[str, ...]:
    """List the folders from which pictures were added, as text, in the order of their first addition."""
    rows = catalogue.execute(
        "SELECT plan ->> '$.path' FROM addition WHERE json_valid(plan) AND plan ->> '$.kind' = 'folder' "
        "ORDER BY id"
    )
    return tuple(dict.fromkeys(display_name(str(row[0])) for row in rows))


def clear_spools(catalogue: Catalogue, root: Path) -> None:
    """Delete spools not needed by an unfinished addition."""
    needed = {plan.spool for _, plan in unfinished(catalogue)}
    incoming = root / "incoming"
    if incoming.is_dir():
        for folder in incoming.iterdir():
            if folder.name not in needed:
                shutil.rmtree(folder, ignore_errors=True)


def _plan(title: str, text: str) -> Plan:
    try:
        return from_json(Plan, text)
    except UNREADABLE:
        return Plan("unreadable", title)


def _relocated(plan: Plan, root: Path) -> Plan:
    """Update the paths of spooled files in the plan: a collection may have been renamed, moved or copied."""

    def here(path: str) -> str:
        parts = Path(path).parts[-3:]
        spooled = plan.spool and len(parts) == 3 and parts[:2] == ("incoming", plan.spool)
        return str(root.joinpath(*parts)) if spooled else path

    labels = plan.labels
    if labels is not None and labels.startswith("csv:"):
        labels = f"csv:{here(labels[4:])}"
    return replace(
        plan, path=here(plan.path), items=[(name, here(path)) for name, path in plan.items], labels=labels
    )


def _add_sample_verdicts(tx: Any) -> None:
    if tx.execute("SELECT 1 FROM verdict WHERE source = 'sample'").fetchone():
        return
    # The names of the sample are known to be unique within a collection only among kept pictures.
    hashes = dict(
        tx.execute(
            "SELECT n.name, p.sha256 FROM name n JOIN picture p ON p.id = n.picture_id WHERE n.path IS NULL"
        ).fetchall()
    )
    at = datetime.now(UTC).isoformat(timespec="seconds")
    for verdict in sample_verdicts():
        a, b = hashes.get(verdict.a), hashes.get(verdict.b)
        if a and b and a != b:
            tx.execute(
                "INSERT INTO verdict (a_sha256, b_sha256, verdict, source, at) VALUES (?, ?, ?, 'sample', ?)",
                (*sorted((a, b)), verdict.verdict, at),
            )
