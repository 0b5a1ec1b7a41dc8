"""The ingest pipeline: read, decode, embed, thumbnail, commit.

Worker threads do everything that is slow (decoding and the model release the interpreter's lock); one thread
commits, one chunk per transaction. A chunk is committed in this order: originals and thumbnails are staged,
vectors appended and flushed, the catalogue's transaction committed, staged files published. So a process
killed at any time leaves either a whole committed chunk or nothing.
"""

import hashlib
import os
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial

import numpy as np

from ...disk_errors import is_full
from ...embedding.base import encode_with_norms, join
from ...errors import CollectionError, DiskFullError, ImageError
from ...foreground import foreground
from ...images.thumbnails import make_thumbnail
from ...jobs import Cancelled, Monitor
from ...workers import Workers
from ..decoding import decode_for
from ..safe_names import display_name
from ..storage.catalogue import Catalogue
from ..storage.media_store import MediaStore
from ..storage.vector_file import FloatArray
from ..types import AddReport, Skip
from . import catalogue_rows
from .lost_files import FolderChanges, SeenFiles, decide
from .parts import Chunk, Fresh, KnownName, Policy, Tally, Target
from .sources import Candidate, FolderSource, Skipped, Source

_CHUNK_PICTURES = 32
_CHUNK_BYTES = 64 * 2**20
"""A chunk ends at whichever limit is reached first, so that memory use does not depend on file sizes."""

_LARGE_BYTES = 32 * 2**20
_LARGE_FILE = threading.Lock()

_SLICE = 2
"""Pictures embedded at a time: this few run on the calling thread. On two cores 140 to 144 pictures per
second, while whole chunks, which the encoder spreads over its own threads, gave 133 to 136.
"""
_RELABEL_BATCH = 1000

IN_THE_BIN = "This picture is in the bin; restore it there, or empty the bin first."


def ingest(source: Source, target: Target, policy: Policy, monitor: Monitor) -> AddReport:
    """Add every new picture of `source`; the caller holds the collection's lock.

    A cancelled run commits what it has finished and is reported as cancelled.

    Raises:
        CollectionError: the disk is full; everything committed so far stays, and a later run continues.
    """
    tally = Tally()
    seen = SeenFiles(source.folder) if isinstance(source, FolderSource) else None
    monitor.expect(source.count())
    workers = max(1, os.cpu_count() or 1)
    pending: deque[Future[Chunk]] = deque()
    try:
        with monitor.in_charge(), Workers(workers, "lookalike-ingest") as pool:
            for chunk in _chunks(source, target, policy, monitor, tally, seen):
                pending.append(pool.submit(_prepare, chunk, target, policy, monitor))
                if len(pending) > 2 * workers:
                    _commit(pending.popleft().result(), target, policy, monitor, tally)
            while pending:
                _commit(pending.popleft().result(), target, policy, monitor, tally)
        changes = FolderChanges()
        if seen is not None and not monitor.cancelled:
            changes = decide(target.catalogue, seen, folder_labels=policy.label_rank == 1)
    except (OSError, CollectionError) as error:
        if is_full(error):
            raise DiskFullError(
                f"The disk is full: {tally.added} pictures were added before that and are safe. "
                "Free some space, then resume."
            ) from error
        raise
    if seen is not None and changes.unclear:
        tally.skipped.append(Skip(display_name(str(seen.folder)), _unclear(changes.unclear)))
    return AddReport(
        tally.added,
        tally.known,
        tally.unchanged,
        tuple(tally.skipped),
        monitor.snapshot().elapsed_s,
        monitor.cancelled,
        rewritten=tally.rewritten,
        returned=tally.returned,
        lost=changes.lost,
    )


def _unclear(names: int) -> str:
    what = "a picture is" if names == 1 else f"{names:,} pictures are"
    return (
        f"Nothing was found here, although {what} known from it. Nothing was changed: if the folder is on a "
        "drive that is not connected, connect it and add the folder again."
    )


def _chunks(
    source: Source,
    target: Target,
    policy: Policy,
    monitor: Monitor,
    tally: Tally,
    seen: SeenFiles | None,
) -> Iterator[list[Candidate]]:
    """Iterate over the candidates to read, in chunks, without files that have not changed."""

    def meet_unchanged() -> None:
        tally.returned += catalogue_rows.meet_again(target.catalogue, unchanged, policy.label_rank)
        unchanged.clear()

    chunk: list[Candidate] = []
    weight = 0
    unchanged: list[tuple[int, Candidate]] = []
    for item in source:
        if monitor.cancelled:
            break
        if isinstance(item, Skipped):
            tally.skipped.append(Skip(item.name, item.reason))
            continue
        if seen is not None and item.path is not None:
            seen.add(item.path)
        known = None if policy.full_check else catalogue_rows.unchanged(target.catalogue, item)
        if known is not None and not _copy_is_due(known, target, policy):
            tally.unchanged += 1
            monitor.advance()
            unchanged.append((known.id, item))
            if len(unchanged) == _RELABEL_BATCH:
                meet_unchanged()
            continue
        chunk.append(item)
        weight += item.size
        if len(chunk) == _CHUNK_PICTURES or weight >= _CHUNK_BYTES:
            yield chunk
            chunk, weight = [], 0
    meet_unchanged()
    if chunk:
        yield chunk


def _copy_is_due(known: catalogue_rows.Known, target: Target, policy: Policy) -> bool:
    """Whether the collection should keep a copy of a picture's file but has none, or has lost it."""
    if not (known.kept or policy.keep):
        return False
    hashes = catalogue_rows.contents(target.catalogue, known.id)
    return all(target.media.path("media", sha256) is None for sha256 in hashes)


def _one_large_at_a_time(chunk: list[Candidate]) -> Iterator[Candidate]:
    """Iterate over the candidates, with at most one large file in memory at a time: files of 256 MB would add
    up.
    """
    for candidate in chunk:
        if candidate.size < _LARGE_BYTES:
            yield candidate
        else:
            with _LARGE_FILE:
                yield candidate


def _prepare(chunk: list[Candidate], target: Target, policy: Policy, monitor: Monitor) -> Chunk:
    """Run a worker's part: everything except the commit."""
    made = Chunk([], join([], target.encoder.dim), [], [])
    inputs: list[FloatArray] = []
    for candidate in _one_large_at_a_time(chunk):
        if monitor.cancelled:
            return Chunk([], made.embedded, [], [])
        foreground.give_way()
        try:
            data = candidate.read()
            sha256 = hashlib.sha256(data).hexdigest()
            known = catalogue_rows.find(target.catalogue, sha256)
            if known is not None and not catalogue_rows.reverted(
                target.catalogue, known.id, sha256, candidate
            ):
                copied = _copy_is_due(known, target, policy)
                if copied:
                    target.media.stage("media", sha256, data, durable=True)
                made.known.append(KnownName(candidate, known.id, sha256, copied))
                continue
            picture = decode_for(target.encoder, data, hashed=True)
            thumbnail = make_thumbnail(picture.image)
        except Cancelled:
            return Chunk([], made.embedded, [], [])
        except ImageError as error:
            made.skipped.append(Skip(candidate.name, str(error)))
            continue
        record = catalogue_rows.Record(
            candidate.name,
            sha256,
            picture.format,
            picture.width,
            picture.height,
            len(data),
            picture.taken_at,
            picture.pixel_hash,
            picture.stored_hash,
        )
        known = known or catalogue_rows.rewritten(
            target.catalogue, candidate, record, partial(_has_thumbnail, target.media, thumbnail)
        )
        if known is not None:
            copied = known.kept or policy.keep
            if copied:
                target.media.stage("media", sha256, data, durable=True)
            made.known.append(KnownName(candidate, known.id, sha256, copied, record))
            continue
        inputs.append(target.encoder.prepare(picture.image))
        if policy.keep:
            target.media.stage("media", sha256, data, durable=True)
        target.media.stage("thumbnail", sha256, thumbnail, durable=False)
        made.fresh.append(Fresh(candidate, record))
    parts = []
    for start in range(0, len(inputs), _SLICE):
        foreground.give_way()
        parts.append(encode_with_norms(target.encoder, np.stack(inputs[start : start + _SLICE])))
    return Chunk(made.fresh, join(parts, target.encoder.dim), made.known, made.skipped)


def _has_thumbnail(media: MediaStore, thumbnail: bytes, sha256: str) -> bool:
    return media.read("thumbnail", sha256) == thumbnail


def _commit(chunk: Chunk, target: Target, policy: Policy, monitor: Monitor, tally: Tally) -> None:
    new, known = _sort_out(chunk, target.catalogue, policy)
    made = chunk.embedded.rows(new)
    written = [
        target.spaces.write(target.space, made.vectors, made.norms),
        *(one.write(made.vectors) for one in target.derived),
    ]
    skipped = list(chunk.skipped)
    unchanged = 0
    with target.catalogue.transaction() as tx:
        ids = [catalogue_rows.insert(tx, chunk.fresh[i].record, policy.keep, policy.addition_id) for i in new]
        for rows in written:
            rows.commit(tx, ids)
        for picture_id, i in zip(ids, new, strict=True):
            catalogue_rows.meet(tx, picture_id, chunk.fresh[i].candidate, policy.label_rank)
        for one in known:
            if one.rewritten is not None:
                tally.rewritten += catalogue_rows.rewrite(tx, one.picture_id, one.rewritten)
            found = catalogue_rows.find(target.catalogue, one.sha256)
            assert found is not None  # noqa: S101 - it was found before, or is written now
            unchanged += policy.full_check and catalogue_rows.bound(target.catalogue, found.id, one.candidate)
            back = catalogue_rows.meet(tx, found.id, one.candidate, policy.label_rank, copied=one.copied)
            if back is None:
                skipped.append(Skip(one.candidate.name, IN_THE_BIN))
            else:
                tally.returned += back
    _publish(chunk, new, known, target)
    tally.added += len(new)
    tally.unchanged += unchanged
    tally.known += chunk.candidates - len(new) - len(skipped) - unchanged
    tally.skipped += skipped
    monitor.advance(chunk.candidates)


def _sort_out(chunk: Chunk, catalogue: Catalogue, policy: Policy) -> tuple[list[int], list[KnownName]]:
    """Split `chunk.fresh` into new pictures and files of pictures that are known by now."""
    new: list[int] = []
    known: list[KnownName] = []
    # Two concurrent chunks can contain the same bytes: only the first to be committed is new.
    seen: set[str] = set()
    claimed: set[int] = set()
    for i, fresh in enumerate(chunk.fresh):
        if fresh.sha256 in seen or catalogue_rows.named(catalogue, fresh.sha256):
            known.append(KnownName(fresh.candidate, 0, fresh.sha256, copied=False))
            continue
        moved = catalogue_rows.moved(catalogue, fresh.candidate, fresh.record)
        if moved is not None and moved.id not in claimed:
            claimed.add(moved.id)
            known.append(KnownName(fresh.candidate, moved.id, fresh.sha256, policy.keep, fresh.record))
        else:
            new.append(i)
        seen.add(fresh.sha256)
    return new, [*known, *chunk.known]


def _publish(chunk: Chunk, new: list[int], known: list[KnownName], target: Target) -> None:
    """Move staged files to their final paths now that the catalogue names them, and drop unneeded ones."""
    for i in new:
        target.media.publish(chunk.fresh[i].sha256)
    for i in set(range(len(chunk.fresh))) - set(new):  # known by now, so it has a thumbnail
        target.media.drop_staged(chunk.fresh[i].sha256, "thumbnail")
    for one in known:
        if one.copied:
            target.media.publish(one.sha256)
            if one.rewritten is not None:  # the copy with the previous metadata is no longer needed
                for sha256 in catalogue_rows.contents(target.catalogue, one.picture_id):
                    if sha256 != one.sha256:
                        target.media.delete_original(sha256)
    for fresh in chunk.fresh:
        target.media.drop_staged(fresh.sha256)
