"""A collection: pictures, their vectors and every decision made about them, in one directory."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout

from ..disk_errors import explain, explained
from ..embedding.adapted_encoder import split_name
from ..embedding.registry import load_encoder
from ..errors import BusyError, CollectionError
from ..jobs import Cancelled, Monitor
from ..private_files import make_private_folder, publish_folder, sweep, unfinished_name
from .adapters.spaces import AdaptedSpaces
from .decisions import Decisions
from .ingest import catalogue_rows, pending
from .ingest.folder_access import check_under
from .ingest.parts import Policy, Target
from .ingest.pending import GivenLabels, Plan, Spool, Upload
from .ingest.pipeline import ingest
from .ingest.reembed import embed_missing
from .repair import repair_vectors
from .safe_names import display_name
from .storage.catalogue import Catalogue
from .storage.compaction import compact, sweep_files
from .storage.copying import copy_collection
from .storage.norms import measure_norms
from .storage.pixel_hashes import hash_missing
from .types import AddReport, RepairReport, Unfinished


class Collection(Decisions):
    """One collection. Safe to use from several threads, and from several processes at once.

    Any number of processes may read; one at a time may add pictures or empty the bin.
    """

    @staticmethod
    def initialise(root: Path, encoder: str) -> "Collection":
        """Create an empty collection in the new directory `root`."""
        part = unfinished_name(root, ".new")
        try:
            make_private_folder(part)
            Catalogue.create(part / "catalogue.sqlite", {"encoder": encoder})
            publish_folder(part, root)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return Collection(root)

    @cached_property
    def adapted(self) -> AdaptedSpaces:
        """The spaces derived from the stored vectors by trained adapters, and the current one."""
        return AdaptedSpaces(self, self._catalogue, self._spaces, self._writing)

    # ---- adding

    def add_folder(
        self,
        path: Path | str,
        labels: GivenLabels = "folder",
        keep: bool = False,
        monitor: Monitor | None = None,
        *,
        full_check: bool = False,
        within: Sequence[Path] = (),
    ) -> AddReport:
        """Add every picture under a folder; files committed by an earlier run are not read again.

        A file counts as unchanged if its size and modification time are the same; `full_check` reads every
        file again, for programs that write to files and reset the time. Files that were renamed or moved, or
        whose metadata changed, keep their picture, and a picture whose file is missing is hidden (`lost`)
        once the whole folder has been scanned.

        Pictures are referenced in place, or copied into the collection with `keep`. `labels` is
        ``"folder"`` (the name of the folder that contains the picture), a CSV
        (``path,label,caption``; its path or its bytes), or None. With `within`, the folder must be inside one
        of these roots after links are resolved; links created later are not followed.

        Raises:
            CollectionError: there is no such folder, or it is outside the roots, the CSV cannot be read,
                another process is adding to the collection, or the disk is full.
        """
        folder = Path(path).expanduser().resolve()
        if within:
            check_under(folder, within)
        with self._writing():
            spool = Spool(self.root)
            given = spool.place_labels(labels)
            title = f"folder {display_name(folder.name)}"
            plan = Plan(
                "folder", title, str(folder), labels=given, keep=keep, full_check=full_check, spool=spool.name
            )
            return self._begin(plan, monitor)

    def add_files(
        self,
        items: Sequence[tuple[str, bytes | Path | Upload]],
        labels: GivenLabels = None,
        monitor: Monitor | None = None,
    ) -> AddReport:
        """Add single files, given as names and bytes or paths; the collection keeps copies."""
        title = f"{len(items)} files" if len(items) != 1 else "1 file"
        with self._writing():
            spool = Spool(self.root)
            placed = [(name, spool.place(content)) for name, content in items]
            given = spool.place_labels(labels)
            return self._begin(Plan("files", title, items=placed, labels=given, spool=spool.name), monitor)

    def add_zip(
        self,
        archive: Path | str | bytes | Upload,
        name: str = "upload.zip",
        labels: GivenLabels = "folder",
        monitor: Monitor | None = None,
    ) -> AddReport:
        """Add the pictures of a ZIP archive; the collection keeps copies.

        Raises:
            ArchiveError: it is not a ZIP archive.
        """
        content = archive if isinstance(archive, bytes | Upload) else Path(archive)
        title = f"archive {display_name(content.name if isinstance(content, Path) else name)}"
        with self._writing():
            spool = Spool(self.root)
            placed = spool.place(content)
            given = spool.place_labels(labels)
            return self._begin(Plan("zip", title, placed, labels=given, spool=spool.name), monitor)

    def add_sample(self, monitor: Monitor | None = None) -> AddReport:
        """Add the generated sample catalogue, with its labels, captions and pair verdicts."""
        with self._writing():
            return self._begin(Plan("sample", "sample catalogue"), monitor)

    def unfinished(self) -> list[Unfinished]:
        """List the additions interrupted by a crash, a power cut or a full disk, oldest first."""
        begun = [found for found, _ in pending.unfinished(self._catalogue)]
        if not begun:
            return []
        try:
            with self._lock():
                return [found for found, _ in pending.unfinished(self._catalogue)]
        except CollectionError:
            return []  # another process is adding right now: that one is not interrupted

    def resume(self, monitor: Monitor | None = None) -> AddReport:
        """Resume the oldest interrupted addition.

        Raises:
            CollectionError: there is none, or its source is missing.
        """
        with self._writing():
            found = pending.unfinished(self._catalogue)
            if not found:
                raise CollectionError(
                    f"Nothing was interrupted in “{self.name}”; there is nothing to resume."
                )
            return self._run(found[0][0].id, found[0][1], monitor or Monitor())

    def dismiss_unfinished(self) -> None:
        """Dismiss the interrupted additions; what they had added stays."""
        with self._writing():
            for found, plan in pending.unfinished(self._catalogue):
                pending.end(
                    self._catalogue, self.root, found.id, plan, AddReport(0, 0, 0, (), 0.0, cancelled=True)
                )

    def _begin(self, plan: Plan, monitor: Monitor | None) -> AddReport:
        plan.source()  # a missing folder is rejected before anything is recorded
        return self._run(pending.begin(self._catalogue, plan), plan, monitor or Monitor())

    def _run(self, addition_id: int, plan: Plan, monitor: Monitor) -> AddReport:
        monitor.say("Loading the encoder")
        self.encoder()  # if the current space is an adapter's, that must be usable too
        name = self.base_encoder_name
        encoder = self.encoder(name)
        space = self.space(name) or self._spaces.make(name, encoder)
        derived = tuple(self.adapted.targets(space).values())
        target = Target(self._catalogue, self._media, self._spaces, space, encoder, derived)
        monitor.say(f"Adding {plan.title}")
        policy = Policy(plan.keep, plan.label_rank, plan.full_check, addition_id)
        report = ingest(plan.source(), target, policy, monitor)
        pending.end(self._catalogue, self.root, addition_id, plan, report)
        return report

    def add_space(self, encoder: str, monitor: Monitor | None = None) -> AddReport:
        """Embed every picture with another encoder as well; run it again after adding pictures.

        With the collection's own encoder, it re-embeds vectors made by another version of that encoder. The
        spaces derived from these vectors by adapters are completed as well.
        `added` of the report counts the pictures embedded now.

        Raises:
            EncoderError: the encoder cannot be used here.
            CollectionError: another process is adding to the collection.
        """
        watched = monitor or Monitor()
        name, _ = split_name(encoder)
        with self._writing():
            watched.say(f"Loading {name}")
            loaded = load_encoder(name)
            space = self.space(name)
            if space is None or space.fingerprint != loaded.fingerprint:
                space = self._spaces.make(name, loaded)
            watched.say(f"Embedding with {name}")
            report = embed_missing(self._catalogue, self._spaces, space, loaded, self.original, watched)
            with suppress(Cancelled):
                self.adapted.follow(space, watched)
            return report

    def measure_norms(self, monitor: Monitor | None = None) -> AddReport:
        """Store the norms of pictures that were embedded before norms were stored.

        The pictures are embedded again by the collection's encoder; norms under an adapter follow from the
        stored vectors. `added` of the report counts the pictures embedded.

        Raises:
            EncoderError: the encoder cannot be used here.
            CollectionError: pictures are being added, or another version of the encoder made the vectors.
        """
        with self._writing():
            name = self.base_encoder_name
            space = self.space(name)
            if space is None:
                return AddReport(0, 0, 0, (), 0.0)
            encoder = self.encoder(name)
            self.adapted.note_norms(space)
            return measure_norms(self._catalogue, space, encoder, self.original, monitor or Monitor())

    def repair(self, monitor: Monitor | None = None) -> RepairReport:
        """Check every stored vector, and rebuild damaged or missing ones; see `repair_vectors`.

        Raises:
            CollectionError: pictures are being added to the collection.
            Cancelled: the monitor was asked to stop; what was repaired stays.
        """
        with self._writing():
            main = self.space(self.base_encoder_name)
            derived = {} if main is None else self.adapted.targets(main)
            return repair_vectors(
                self._catalogue, self._spaces, main, derived, self.original, monitor or Monitor()
            )

    def hash_pixels(self, monitor: Monitor | None = None) -> int:
        """Compute the missing pixel hashes of pictures added by an older version.

        Returns how many; pictures whose original is missing are skipped. May run concurrently with an
        addition.

        Raises:
            Cancelled: the monitor was asked to stop; what was computed is kept.
        """
        return hash_missing(self._catalogue, self.original, monitor or Monitor())

    def empty_bin(self) -> int:
        """Permanently delete the pictures in the bin; files referenced in place are not touched.

        Raises:
            CollectionError: another process is adding to the collection.
        """
        with self._writing():
            doomed = self._catalogue.execute(
                "SELECT id FROM picture WHERE removed_at IS NOT NULL AND trashed"
            ).fetchall()
            if not doomed:
                return 0
            hashes = [sha256 for row in doomed for sha256 in catalogue_rows.contents(self._catalogue, row[0])]
            for sha256 in hashes:
                self._media.withdraw(sha256)
            with self._catalogue.transaction() as tx:
                tx.executemany("DELETE FROM picture WHERE id = ?", [(row[0],) for row in doomed])
                tx.execute("UPDATE meta SET value = value + 1 WHERE key = 'purges'")
            for sha256 in hashes:
                self._media.drop_staged(sha256)
            with suppress(OSError):  # without space for a second file the first one is kept
                compact(self._catalogue, self._spaces)
            return len(doomed)

    def copy_to(self, target: Path, monitor: Monitor) -> None:
        """Copy the collection to the new directory `target`; see `copying.copy_collection`."""
        with self._writing():
            copy_collection(self.root, self._catalogue, target, monitor)

    # ---- one writer at a time

    @contextmanager
    def _lock(self) -> Iterator[None]:
        lock = FileLock(self.root / "lock", timeout=0, thread_local=False, mode=0o600)
        self._catalogue.check_there()  # a lock file would recreate the folder of a deleted collection
        try:
            lock.acquire()
        except Timeout:
            raise BusyError(
                f"Pictures are being added to “{self.name}” right now, here or in another window. "
                "Wait until that is done, or cancel it."
            ) from None
        except OSError as error:
            raise explain(error, f"“{self.name}”") or error from error
        try:
            self._catalogue.check_there()
            yield
        finally:
            lock.release()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the collection's write lock, after cleaning up what a dead writer left behind."""
        with explained(f"“{self.name}”"), self._lock():
            self._settle()
            try:
                yield
            finally:
                # Nothing to do after success; after a failure, such as a full disk, this frees the space
                # taken by the failed part. If even that fails, the next writer cleans up.
                with suppress(OSError, CollectionError):
                    self._settle()
                # An active reader delays the checkpoint until the next time.
                with suppress(CollectionError):
                    self._catalogue.checkpoint()

    def _settle(self) -> None:
        for folder in (self.root, self.root / "vectors"):
            sweep(folder)
        self.indexes.sweep()
        sweep_files(self._spaces)
        self._media.settle(lambda sha256: catalogue_rows.named(self._catalogue, sha256))
        pending.clear_spools(self._catalogue, self.root)
