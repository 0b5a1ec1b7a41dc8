"""From files to committed pictures: read, decode, embed, thumbnail, commit.

Worker threads do everything that is slow (decoding and the model release the interpreter's lock); one
thread commits, a chunk a transaction. A chunk is committed in this order: originals and thumbnails are
staged, vectors appended and flushed, the catalogue's transaction committed, staged files published. So a
process that dies at any instant leaves either a whole committed chunk or nothing that counts.
"""

import hashlib
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from core.collection import records
from core.collection.catalogue import Catalogue
from core.collection.decoding import decode_for
from core.collection.derived import DerivedTarget
from core.collection.media import MediaStore
from core.collection.sources import Candidate, Skipped, Source
from core.collection.spaces import Space, Spaces
from core.collection.types import AddReport, Skip
from core.collection.vectors import FloatArray
from core.disk_errors import is_full
from core.embedding.encoder import Encoder
from core.errors import CollectionError, DiskFullError, ImageError
from core.images.thumbnails import make_thumbnail
from core.jobs import Monitor

_CHUNK_PICTURES = 32
_CHUNK_BYTES = 64 * 2**20
"""A chunk closes at whichever comes first: memory stays flat whatever the files weigh."""

_SLICE = 2
"""Pictures that are embedded at a time: so few run on the thread that asks. On two cores 140 to 144 pictures
a second, where whole chunks, which the encoder spreads over threads of its own, gave 133 to 136."""
_RELABEL_BATCH = 1000

IN_THE_BIN = "These bytes are in the bin; restore the picture there, or empty the bin first."


@dataclass(frozen=True)
class Target:
    """Where pictures go; `derived` are the spaces that adapters make of the encoder's vectors."""

    catalogue: Catalogue
    media: MediaStore
    spaces: Spaces
    space: Space
    encoder: Encoder
    derived: tuple[DerivedTarget, ...] = ()


@dataclass(frozen=True)
class Policy:
    """How they are taken in: `keep` a copy of the bytes, and who gives labels (see `label_rank`)."""

    keep: bool
    label_rank: int


@dataclass(frozen=True)
class _Fresh:
    candidate: Candidate
    record: records.Record

    @property
    def sha256(self) -> str:
        return self.record.sha256


@dataclass(frozen=True)
class _Known:
    candidate: Candidate
    sha256: str


@dataclass(frozen=True)
class _Chunk:
    """What a worker made of some candidates; `vectors` has one row for each of `fresh`."""

    fresh: list[_Fresh]
    vectors: FloatArray
    known: list[_Known]
    skipped: list[Skip]

    @property
    def candidates(self) -> int:
        return len(self.fresh) + len(self.known) + len(self.skipped)


@dataclass
class _Tally:
    added: int = 0
    known: int = 0
    unchanged: int = 0
    skipped: list[Skip] = field(default_factory=list)


def ingest(source: Source, target: Target, policy: Policy, monitor: Monitor) -> AddReport:
    """Add every picture of `source` that is not there yet; the caller holds the collection's lock.

    A cancelled run commits what it has finished and says so in its report.

    Raises:
        CollectionError: the disk is full; everything committed so far stays, and a later run goes on.
    """
    tally = _Tally()
    monitor.expect(source.count())
    workers = max(1, os.cpu_count() or 1)
    pending: deque[Future[_Chunk]] = deque()
    try:
        with ThreadPoolExecutor(workers, thread_name_prefix="lookalike-ingest") as pool:
            try:
                for chunk in _chunks(source, target, policy, monitor, tally):
                    pending.append(pool.submit(_prepare, chunk, target, policy, monitor))
                    if len(pending) > 2 * workers:
                        _commit(pending.popleft().result(), target, policy, monitor, tally)
                while pending:
                    _commit(pending.popleft().result(), target, policy, monitor, tally)
            finally:
                for future in pending:
                    future.cancel()
    except (OSError, CollectionError) as error:
        if is_full(error):
            raise DiskFullError(
                f"The disk is full: {tally.added} pictures were added before that and are safe. "
                "Free some space, then resume."
            ) from error
        raise
    return AddReport(
        tally.added,
        tally.known,
        tally.unchanged,
        tuple(tally.skipped),
        monitor.snapshot().elapsed_s,
        monitor.cancelled,
    )


def _chunks(
    source: Source, target: Target, policy: Policy, monitor: Monitor, tally: _Tally
) -> Iterator[list[Candidate]]:
    """Candidates that must be read, in chunks; files that have not changed since they were are left out."""
    chunk: list[Candidate] = []
    weight = 0
    unchanged: list[tuple[int, Candidate]] = []
    for item in source:
        if monitor.cancelled:
            break
        if isinstance(item, Skipped):
            tally.skipped.append(Skip(item.name, item.reason))
            continue
        picture_id = records.unchanged(target.catalogue, item)
        if picture_id is not None:
            tally.unchanged += 1
            monitor.advance()
            unchanged.append((picture_id, item))
            if len(unchanged) == _RELABEL_BATCH:
                records.relabel(target.catalogue, unchanged, policy.label_rank)
                unchanged.clear()
            continue
        chunk.append(item)
        weight += item.size
        if len(chunk) == _CHUNK_PICTURES or weight >= _CHUNK_BYTES:
            yield chunk
            chunk, weight = [], 0
    records.relabel(target.catalogue, unchanged, policy.label_rank)
    if chunk:
        yield chunk


def _prepare(chunk: list[Candidate], target: Target, policy: Policy, monitor: Monitor) -> _Chunk:
    """A worker's share: everything but the commit."""
    made = _Chunk([], np.empty((0, target.encoder.dim), np.float32), [], [])
    inputs: list[FloatArray] = []
    for candidate in chunk:
        if monitor.cancelled:
            return _Chunk([], made.vectors, [], [])
        try:
            data = candidate.read()
            sha256 = hashlib.sha256(data).hexdigest()
            if records.named(target.catalogue, sha256):
                made.known.append(_Known(candidate, sha256))
                continue
            picture = decode_for(target.encoder, data, hashed=True)
            thumbnail = make_thumbnail(picture.image)
        except ImageError as error:
            made.skipped.append(Skip(candidate.name, str(error)))
            continue
        inputs.append(target.encoder.prepare(picture.image))
        if policy.keep:
            target.media.stage("media", sha256, data, durable=True)
        target.media.stage("thumbnail", sha256, thumbnail, durable=False)
        made.fresh.append(
            _Fresh(
                candidate,
                records.Record(
                    candidate.name,
                    sha256,
                    picture.format,
                    picture.width,
                    picture.height,
                    len(data),
                    picture.taken_at,
                    picture.pixel_hash,
                ),
            )
        )
    vectors = [
        target.encoder.encode_prepared(np.stack(inputs[start : start + _SLICE]))
        for start in range(0, len(inputs), _SLICE)
    ]
    return _Chunk(made.fresh, np.concatenate([made.vectors, *vectors]), made.known, made.skipped)


def _commit(chunk: _Chunk, target: Target, policy: Policy, monitor: Monitor, tally: _Tally) -> None:
    # Two chunks in flight can hold the same bytes: only the first to come here is new.
    new: list[int] = []
    seen: set[str] = set()
    for i, fresh in enumerate(chunk.fresh):
        if fresh.sha256 not in seen and not records.named(target.catalogue, fresh.sha256):
            new.append(i)
            seen.add(fresh.sha256)
    vectors = chunk.vectors[new]
    written = [target.spaces.write(target.space, vectors), *(one.write(vectors) for one in target.derived)]
    skipped = list(chunk.skipped)
    with target.catalogue.transaction() as tx:
        ids = [records.insert(tx, chunk.fresh[i].record, policy.keep) for i in new]
        for rows in written:
            rows.commit(tx, ids)
        met = [(fresh.candidate, fresh.sha256) for fresh in chunk.fresh]
        met += [(known.candidate, known.sha256) for known in chunk.known]
        for candidate, sha256 in met:
            picture_id, removed_at = tx.execute(
                "SELECT id, removed_at FROM picture WHERE sha256 = ?", (sha256,)
            ).fetchone()
            if removed_at is not None:
                skipped.append(Skip(candidate.name, IN_THE_BIN))
            records.add_name(tx, picture_id, candidate)
            records.give_label(tx, picture_id, candidate, policy.label_rank)
    for i in new:
        target.media.publish(chunk.fresh[i].sha256)
    for i in set(range(len(chunk.fresh))) - set(new):  # another chunk had the same bytes
        target.media.drop_staged(chunk.fresh[i].sha256)
    tally.added += len(new)
    tally.known += chunk.candidates - len(new) - len(skipped)
    tally.skipped += skipped
    monitor.advance(chunk.candidates)
