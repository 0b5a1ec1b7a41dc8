"""A collection: pictures, their vectors and every decision made about them, in one directory."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from core.collection import additions, records
from core.collection.additions import Plan, plan_labels
from core.collection.catalogue import Catalogue
from core.collection.embed import embed_missing
from core.collection.ingest import Policy, Target, ingest
from core.collection.media import MediaStore
from core.collection.sources import Labels
from core.collection.spaces import Space, Spaces, VectorRows
from core.collection.types import AddReport, Filter, Order, PairVerdict, Picture, Unfinished
from core.collection.vectors import FloatArray
from core.embedding.encoder import Encoder
from core.embedding.registry import load_encoder
from core.errors import CollectionError, ImageError
from core.images.decode import load_image
from core.images.files import read_file
from core.images.thumbnails import make_thumbnail
from core.jobs import Monitor

_A_PERSON = 3
"""The label_rank of a label that somebody gave by hand: no folder or CSV changes it."""


class Collection:
    """One collection. Safe to use from several threads, and from several processes at once.

    Any number of processes may read; one at a time may add pictures or empty the bin.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._catalogue = Catalogue(root / "catalogue.sqlite")
        self._media = MediaStore(root)
        self._spaces = Spaces(root, self._catalogue)

    @staticmethod
    def initialise(root: Path, encoder: str) -> "Collection":
        """Make an empty collection in the new directory `root`."""
        root.mkdir(parents=True)
        catalogue = Catalogue(root / "catalogue.sqlite", create=True)
        with catalogue.transaction() as tx:
            tx.execute("INSERT INTO meta VALUES ('encoder', ?)", (encoder,))
        return Collection(root)

    @property
    def name(self) -> str:
        """The collection's name: that of its directory."""
        return self.root.name

    @property
    def encoder_name(self) -> str:
        """The encoder that its pictures are embedded with."""
        return self._catalogue.meta("encoder") or ""

    def encoder(self, name: str | None = None) -> Encoder:
        """The collection's encoder or another one, proven to be what made the vectors stored under it.

        Raises:
            EncoderError: it cannot be used here.
            CollectionError: it is not the one that made the stored vectors.
        """
        encoder = load_encoder(name or self.encoder_name)
        space = self.space(name)
        if space is not None and space.fingerprint != encoder.fingerprint:
            raise CollectionError(
                f"“{self.name}” was built with {space.encoder} ({space.fingerprint[:12]}), but "
                f"{encoder.name} here is another version ({encoder.fingerprint[:12]}); their vectors do not "
                "compare. Install the version of Lookalike that built it, or create a new collection and add "
                "the pictures there."
            )
        return encoder

    def version(self) -> int:
        """A number that grows with every change of the catalogue."""
        return int(self._catalogue.meta("version") or 0)

    # ---- reading

    def count(self, where: Filter = Filter()) -> int:
        """How many pictures pass the filter."""
        return self._catalogue.count(where)

    def ids(self, where: Filter = Filter()) -> list[int]:
        """Ids of the pictures that pass the filter, ascending."""
        return self._catalogue.ids(where)

    def page(
        self,
        offset: int = 0,
        limit: int = 48,
        where: Filter = Filter(),
        order: Order = "added",
        descending: bool = False,
    ) -> list[Picture]:
        """`limit` pictures from `offset` on; the rest is not read."""
        return self._catalogue.page(offset, limit, where, order, descending)

    def get(self, picture_id: int) -> Picture:
        """One picture, be it in the bin.

        Raises:
            CollectionError: there is none of this id.
        """
        found = self._catalogue.pictures([picture_id])
        if not found:
            raise CollectionError(f"“{self.name}” has no picture {picture_id}; it may have been deleted.")
        return found[0]

    def get_many(self, ids: Sequence[int]) -> list[Picture]:
        """The pictures of these ids, in this order; ids that are not there are left out."""
        return self._catalogue.pictures(ids)

    def labels(self) -> list[tuple[str | None, int]]:
        """Every label with its number of pictures, most first; None stands for no label."""
        return self._catalogue.labels()

    def thumbnail(self, picture_id: int) -> bytes:
        """A JPEG of at most 256 pixels a side; made again if it was lost.

        Raises:
            CollectionError: it is lost and the original too.
        """
        sha256 = self._sha256(picture_id)
        data = self._media.read("thumbnail", sha256)
        if data is None:
            data = make_thumbnail(load_image(self.original(picture_id), min_side=256).image)
            with suppress(OSError):  # a full or read-only disk is no reason not to show it
                self._media.stage("thumbnail", sha256, data, durable=False)
                self._media.publish(sha256)
        return data

    def original(self, picture_id: int) -> bytes:
        """The bytes of the file as it was added.

        Raises:
            CollectionError: the file is referenced in place and is gone or has changed since.
        """
        sha256 = self._sha256(picture_id)
        data = self._media.read("media", sha256)
        if data is not None:
            return data
        paths = [
            Path(os.fsdecode(row[0]))
            for row in self._catalogue.execute(
                "SELECT path FROM name WHERE picture_id = ? AND path IS NOT NULL", (picture_id,)
            )
        ]
        for path in paths:
            try:
                data = read_file(path)
            except ImageError:
                continue
            if hashlib.sha256(data).hexdigest() == sha256:
                return data
        where = f" It was at {paths[0]}." if paths else ""
        raise CollectionError(
            f"The original of {self.get(picture_id).name} is gone or has changed since it was added.{where} "
            "Put it back, or remove the picture."
        )

    def _sha256(self, picture_id: int) -> str:
        row = self._catalogue.execute("SELECT sha256 FROM picture WHERE id = ?", (picture_id,)).fetchone()
        if row is None:
            raise CollectionError(f"“{self.name}” has no picture {picture_id}; it may have been deleted.")
        return str(row[0])

    # ---- adding

    def add_folder(
        self,
        path: Path | str,
        labels: Labels | str = "folder",
        keep: bool = False,
        monitor: Monitor | None = None,
    ) -> AddReport:
        """Add every picture under a folder; files that an earlier run committed are not read again.

        Pictures are referenced where they lie, or copied into the collection with `keep`. `labels` is
        ``"folder"`` (the name of the folder that a picture lies in), the path of a CSV
        (``path,label,caption``), or None.

        Raises:
            CollectionError: there is no such folder, the CSV cannot be read, somebody else is adding to
                the collection, or the disk is full.
        """
        folder = Path(path).expanduser().resolve()
        plan = Plan(
            "folder", f"folder {folder.name}", str(folder), labels=plan_labels(_labels(labels)), keep=keep
        )
        with self._writing():
            return self._begin(plan, monitor)

    def add_files(
        self,
        items: Sequence[tuple[str, bytes | Path]],
        labels: Labels | str = None,
        monitor: Monitor | None = None,
    ) -> AddReport:
        """Add single files, given as names and bytes or paths; copies are kept in the collection."""
        title = f"{len(items)} files" if len(items) != 1 else "1 file"
        with self._writing():
            spool, placed = additions.spool(self.root, items)
            plan = Plan("files", title, items=placed, labels=plan_labels(_labels(labels)), spool=spool)
            return self._begin(plan, monitor)

    def add_zip(
        self,
        archive: Path | str | bytes,
        name: str = "upload.zip",
        labels: Labels | str = "folder",
        monitor: Monitor | None = None,
    ) -> AddReport:
        """Add the pictures of a ZIP archive; copies are kept in the collection.

        Raises:
            ArchiveError: it is not a ZIP archive.
        """
        content = archive if isinstance(archive, bytes) else Path(archive).expanduser()
        title = f"archive {content.name if isinstance(content, Path) else name}"
        with self._writing():
            spool, placed = additions.spool(self.root, [(name, content)])
            plan = Plan("zip", title, placed[0][1], labels=plan_labels(_labels(labels)), spool=spool)
            return self._begin(plan, monitor)

    def add_sample(self, monitor: Monitor | None = None) -> AddReport:
        """Add the generated sample catalogue, with its labels, captions and pair verdicts."""
        with self._writing():
            return self._begin(Plan("sample", "sample catalogue"), monitor)

    def unfinished(self) -> list[Unfinished]:
        """Additions that a crash, a power cut or a full disk cut off, oldest first."""
        begun = [found for found, _ in additions.unfinished(self._catalogue)]
        if not begun:
            return []
        try:
            with self._lock():
                return [found for found, _ in additions.unfinished(self._catalogue)]
        except CollectionError:
            return []  # somebody is adding right now: that one is not cut off

    def resume(self, monitor: Monitor | None = None) -> AddReport:
        """Take up the oldest addition that was cut off.

        Raises:
            CollectionError: there is none, or what it was adding is gone.
        """
        with self._writing():
            found = additions.unfinished(self._catalogue)
            if not found:
                raise CollectionError(f"Nothing was cut off in “{self.name}”; there is nothing to resume.")
            return self._run(found[0][0].id, found[0][1], monitor or Monitor())

    def dismiss_unfinished(self) -> None:
        """Give up the additions that were cut off; what they had added stays."""
        with self._writing():
            for found, plan in additions.unfinished(self._catalogue):
                additions.end(
                    self._catalogue, self.root, found.id, plan, AddReport(0, 0, 0, (), 0.0, cancelled=True)
                )

    def _begin(self, plan: Plan, monitor: Monitor | None) -> AddReport:
        plan.source()  # a folder that is not there is refused before anything is written down
        return self._run(additions.begin(self._catalogue, plan), plan, monitor or Monitor())

    def _run(self, addition_id: int, plan: Plan, monitor: Monitor) -> AddReport:
        monitor.say("Loading the encoder")
        encoder = self.encoder()
        space = self.space() or self._spaces.make(self.encoder_name, encoder)
        target = Target(self._catalogue, self._media, self._spaces.file(space), space.id, encoder)
        monitor.say(f"Adding {plan.title}")
        report = ingest(plan.source(), target, Policy(plan.keep, plan.label_rank), monitor)
        additions.end(self._catalogue, self.root, addition_id, plan, report)
        return report

    # ---- deciding

    def set_label(self, ids: Sequence[int], label: str | None) -> None:
        """Give these pictures a label, or take it from them with None or an empty string."""
        clean = (label or "").strip() or None
        with self._catalogue.transaction() as tx:
            tx.executemany(
                "UPDATE picture SET label = ?, label_rank = ? WHERE id = ?",
                [(clean, _A_PERSON, i) for i in ids],
            )

    def restore_labels(self, labels: Sequence[tuple[int, str | None]]) -> None:
        """Give each picture a label of its own: the undo of `set_label`."""
        with self._catalogue.transaction() as tx:
            tx.executemany("UPDATE picture SET label = ? WHERE id = ?", [(label, i) for i, label in labels])

    def remove(self, ids: Sequence[int]) -> int:
        """Put pictures into the bin; returns how many were not there yet."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return self._each(
            "UPDATE picture SET removed_at = ? WHERE id = ? AND removed_at IS NULL", [(now, i) for i in ids]
        )

    def restore(self, ids: Sequence[int]) -> int:
        """Take pictures out of the bin; returns how many were in it."""
        return self._each(
            "UPDATE picture SET removed_at = NULL WHERE id = ? AND removed_at IS NOT NULL",
            [(i,) for i in ids],
        )

    def _each(self, sql: str, values: Sequence[tuple[object, ...]]) -> int:
        with self._catalogue.transaction() as tx:
            return sum(tx.execute(sql, row).rowcount for row in values)

    def bin(self) -> list[Picture]:
        """What is in the bin, last removed first."""
        rows = self._catalogue.execute(
            "SELECT id FROM picture WHERE removed_at IS NOT NULL ORDER BY removed_at DESC, id DESC"
        )
        return self._catalogue.pictures([row[0] for row in rows])

    def empty_bin(self) -> int:
        """Delete what is in the bin for good; files that are referenced in place are left alone.

        Raises:
            CollectionError: somebody is adding to the collection.
        """
        with self._writing():
            doomed = self._catalogue.execute(
                "SELECT id, sha256 FROM picture WHERE removed_at IS NOT NULL"
            ).fetchall()
            if not doomed:
                return 0
            for _, sha256 in doomed:
                self._media.withdraw(sha256)
            with self._catalogue.transaction() as tx:
                tx.executemany("DELETE FROM picture WHERE id = ?", [(row[0],) for row in doomed])
                tx.execute("UPDATE meta SET value = value + 1 WHERE key = 'purges'")
            for _, sha256 in doomed:
                self._media.drop_staged(sha256)
            return len(doomed)

    def verdicts(self) -> list[PairVerdict]:
        """The latest verdict on every pair that has one."""
        rows = self._catalogue.execute(
            "SELECT a_sha256, b_sha256, verdict, source, at FROM verdict v WHERE id = "
            "(SELECT max(id) FROM verdict w WHERE w.a_sha256 = v.a_sha256 AND w.b_sha256 = v.b_sha256) "
            "ORDER BY id"
        )
        return [PairVerdict(r[0], r[1], r[2], r[3], datetime.fromisoformat(r[4])) for r in rows]

    # ---- vectors

    def spaces(self) -> list[Space]:
        """Every space that the pictures are embedded in, oldest first."""
        return self._spaces.all()

    def space(self, encoder: str | None = None) -> Space | None:
        """The space of the collection's encoder, or of another one; None where there is none yet."""
        return self._spaces.of(encoder or self.encoder_name)

    def add_space(self, encoder: str, monitor: Monitor | None = None) -> AddReport:
        """Embed every picture with another encoder too; run it again after pictures were added.

        `added` of the report counts the pictures embedded now.

        Raises:
            EncoderError: the encoder cannot be used here.
            CollectionError: somebody is adding to the collection.
        """
        watched = monitor or Monitor()
        with self._writing():
            watched.say(f"Loading {encoder}")
            loaded = self.encoder(encoder)
            space = self.space(encoder) or self._spaces.make(encoder, loaded)
            watched.say(f"Embedding with {encoder}")
            file = self._spaces.file(space)
            return embed_missing(self._catalogue, space, file, loaded, self.original, watched)

    def vectors(self, after_row: int = -1, encoder: str | None = None) -> VectorRows:
        """All vectors whose row lies after `after_row`; those of pictures in the bin are among them."""
        space = self.space(encoder)
        if space is None:
            return VectorRows(np.empty(0, np.int64), np.empty((0, 0), np.float32), after_row)
        return self._spaces.rows(space, after_row)

    def vectors_of(self, ids: Sequence[int], encoder: str | None = None) -> FloatArray:
        """The stored vectors of these pictures, shape ``(len(ids), dim)`` float32, in this order.

        Raises:
            CollectionError: one of them has none.
        """
        space = self.space(encoder)
        if space is None:
            raise CollectionError(f"“{self.name}” holds no pictures yet.")
        return self._spaces.vectors_of(space, ids)

    def purges(self) -> int:
        """How often vectors were deleted for good: an index built before must be built anew."""
        return int(self._catalogue.meta("purges") or 0)

    def removed_ids(self) -> list[int]:
        """Ids of the pictures in the bin."""
        return [
            row[0] for row in self._catalogue.execute("SELECT id FROM picture WHERE removed_at IS NOT NULL")
        ]

    # ---- one writer at a time

    @contextmanager
    def _lock(self) -> Iterator[None]:
        lock = FileLock(self.root / "lock", timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise CollectionError(
                f"Pictures are being added to “{self.name}” right now, here or in another window. "
                "Wait until that is done, or cancel it."
            ) from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the collection's lock, with whatever a dead writer left behind settled first."""
        with self._lock():
            self._settle()
            try:
                yield
            finally:
                # Nothing to do after success; after a failure, such as a full disk, this frees what the
                # failed part had taken. If even that fails, the next writer settles.
                with suppress(OSError, sqlite3.Error):
                    self._settle()
                # A reader in the way keeps the log where it is until the next time.
                with suppress(sqlite3.Error):
                    self._catalogue.checkpoint()

    def _settle(self) -> None:
        self._media.settle(lambda sha256: records.named(self._catalogue, sha256))
        additions.clear_spools(self._catalogue, self.root)
        self._spaces.settle()


def _labels(labels: Labels | str) -> Labels:
    if isinstance(labels, str) and labels != "folder":
        return Path(labels).expanduser()
    return labels  # type: ignore[return-value]
