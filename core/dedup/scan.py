"""The scan for near-duplicates: new pictures are compared with all, and the evidence is stored.

scan(collection)                       # again after pictures were added: only those are compared
for pair in pairs(collection):         # list[ScoredPair], of pictures that are not in the bin
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..collection.collection import Collection
from ..collection.reader import Reader
from ..collection.storage.feature_cache import FeatureCache
from ..collection.storage.space_types import Space
from ..collection.types import Skip
from ..errors import CollectionError, DedupError, LookalikeError
from ..images.decoding.decode import load_image
from ..jobs import Cancelled, Monitor
from ..stored import decoding, from_json, to_builtins
from ..workers import Workers
from .candidates import shared_places
from .candidates.nearest import joined, near_hashes, neighbours, shared_details
from .evidence.compute import Comparison
from .evidence.phash import Codes, look_at, pack, unpack
from .evidence.score_normalization import spread_sample
from .evidence.transform_type import kind_of
from .scoring import model_store
from .scoring.model import Judge
from .store import LookRecord, PairRecord, PairStore
from .types import Candidate, Evidence, Proposal, ScoredPair

VERSION = "3"
"""Version of the evidence: increased by every change that affects it."""
_READABLE = (VERSION, "2")
"""Versions whose pairs are shown until the next scan."""

_LOOKS = 500
_COMPARED = 400
"""Pairs that are compared and stored at a time: a second or two."""


@dataclass(frozen=True)
class ScanReport:
    """The result of a scan.

    Attributes:
        pictures: number of new pictures that were searched.
        candidates: number of their candidate pairs.
        compared: number of pairs compared now and stored; the others were compared before.
        skipped: pictures without local features, with the reason: for these, only hash and cosine are used.
        seconds: duration.
        cancelled: whether it was cancelled; compared pairs are kept, and the next scan continues.
    """

    pictures: int
    candidates: int
    compared: int
    skipped: tuple[Skip, ...]
    seconds: float
    cancelled: bool = False


def scan(collection: Collection, encoder: str | None = None, monitor: Monitor | None = None) -> ScanReport:
    """Find candidate pairs, compute the evidence in each, and store it.

    Only pictures not scanned yet are searched, among all. May run concurrently with searches and another
    scan, and stops promptly on request.

    Args:
        collection: to scan.
        encoder: whose space is searched; None takes the collection's own.
        monitor: receives the progress, and may stop it.

    Raises:
        CollectionError: the pictures are not embedded with `encoder`.
    """
    watched = monitor or Monitor()
    try:
        with watched.in_charge():
            return _scan(collection, _space(collection, encoder), watched)
    except Cancelled:
        return ScanReport(0, 0, 0, (), watched.snapshot().elapsed_s, cancelled=True)


def pairs(collection: Reader, encoder: str | None = None, judge: Judge | None = None) -> list[ScoredPair]:
    """Return every stored pair, by ids, scored by `judge` or by the collection's own model.

    Pairs with a picture in the bin are left out; before any scan there are none.
    """
    space = _readable(collection, encoder)
    if space is None:
        return []
    return scored(PairStore(collection.catalogue).of_space(space.id), judge or model_store.load(collection))


def every_pair(collection: Reader) -> list[ScoredPair]:
    """Return every stored pair, including those with a picture in the bin: the population of the random
    sample.
    """
    space = _readable(collection, None)
    return (
        []
        if space is None
        else scored(PairStore(collection.catalogue).every(space.id), model_store.load(collection))
    )


def _readable(collection: Reader, encoder: str | None) -> Space | None:
    """Return the space, if it has pairs that this version can show."""
    current = any(PairStore(collection.catalogue).current(version) for version in _READABLE)
    return collection.space(encoder) if current else None


def scored(records: Sequence[PairRecord], judge: Judge) -> list[ScoredPair]:
    """Score stored pairs, in the same order."""
    evidence = [_seen(record) for record in records]
    return [
        ScoredPair(record.a, record.b, by, seen, float(probability), kind_of(seen))
        for record, (by, seen), probability in zip(
            records, evidence, judge.probabilities([seen for _, seen in evidence]), strict=True
        )
    ]


def _seen(record: PairRecord) -> tuple[tuple[Proposal, ...], Evidence]:
    """Parse the proposals and the evidence of a stored pair.

    Raises:
        DedupError: they cannot be parsed.
    """
    with decoding(lambda: DedupError("The evidence of a pair is damaged; look for duplicates again.")):
        return tuple(json.loads(record.proposed_by)), from_json(Evidence, record.evidence)


def _forget_damaged(collection: Collection, space: Space) -> None:
    """Delete all evidence if any of it cannot be parsed, so that it is computed again."""
    try:
        for record in PairStore(collection.catalogue).every(space.id):
            _seen(record)
        with decoding(lambda: DedupError("damaged")):
            for look in PairStore(collection.catalogue).looks():
                unpack(look.hashes, look.colours)
    except DedupError:
        PairStore(collection.catalogue).forget()


def unscanned(collection: Reader, encoder: str | None = None) -> int:
    """Count the pictures that have not been scanned yet."""
    space = collection.space(encoder)
    if space is None or not PairStore(collection.catalogue).current(VERSION):
        return collection.count()
    return len(set(collection.ids()) - PairStore(collection.catalogue).compared(space.id))


def _space(collection: Reader, encoder: str | None) -> Space | None:
    space = collection.space(encoder)
    if space is None and encoder is not None:
        raise CollectionError(
            f"“{collection.name}” is not embedded with {encoder}; embed its pictures first."
        )
    return space


def _scan(collection: Collection, space: Space | None, monitor: Monitor) -> ScanReport:
    rows = collection.vectors(encoder=None if space is None else space.encoder)
    shown = np.isin(rows.ids, collection.ids())
    ids, vectors = rows.ids[shown], rows.vectors if shown.all() else rows.vectors[shown]
    if space is None or not len(ids):
        return ScanReport(0, 0, 0, (), monitor.snapshot().elapsed_s)
    PairStore(collection.catalogue).adopt(VERSION)
    _forget_damaged(collection, space)
    before = PairStore(collection.catalogue).compared(space.id)
    new = np.array([i for i in ids.tolist() if i not in before], np.int64)
    if not len(new):
        return ScanReport(0, 0, 0, (), monitor.snapshot().elapsed_s)
    collection.hash_pixels(monitor.subtask())
    cache = FeatureCache(collection)
    skipped = cache.ensure_features(ids.tolist(), monitor.subtask()).skipped
    monitor.check()
    remember_looks(collection, ids.tolist(), monitor.subtask())
    candidates = _candidates(collection, cache, ids, vectors, new, monitor)
    done = compare_and_store(collection, space.id, candidates, cache, ids, vectors, monitor)
    if not monitor.cancelled:
        PairStore(collection.catalogue).mark_compared(space.id, new.tolist())
    return ScanReport(
        len(new), len(candidates), done, skipped, monitor.snapshot().elapsed_s, monitor.cancelled
    )


def _candidates(
    collection: Collection,
    cache: FeatureCache,
    ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    new: NDArray[np.int64],
    monitor: Monitor,
) -> list[Candidate]:
    monitor.say("Looking for neighbours")
    near = neighbours(ids, vectors, new, monitor=monitor)
    monitor.say("Looking for equal hashes")
    hashed, codes = known_hashes(collection, ids)
    alike = near_hashes(hashed, codes, new, monitor)
    monitor.say("Looking for shared details")
    common = _shared_places(collection, cache, dict(zip(hashed.tolist(), codes, strict=True)))
    shared = shared_details(
        ids.tolist(),
        new.tolist(),
        lambda part: {i: common.without(own) for i, own in cache.of(part).found.items()},
        monitor.subtask(),
    )
    return joined([("hash", alike), ("neighbour", near), ("details", shared)])


def known_hashes(collection: Reader, ids: Iterable[int]) -> tuple[NDArray[np.int64], Codes]:
    """Return the hashes of those of `ids` that have any, as far as computed.

    Returns:
        ids ``(N,)`` int64 and hashes ``(N, 8)`` uint64, one per orientation.
    """
    wanted = {int(i) for i in ids}
    looks = [
        (look.picture_id, unpack(look.hashes, look.colours).hashes)
        for look in PairStore(collection.catalogue).looks()
        if look.picture_id in wanted
    ]
    hashed = [(i, hashes) for i, hashes in looks if hashes is not None]
    codes = np.array([hashes for _, hashes in hashed], np.uint64).reshape(-1, 8)
    return np.array([i for i, _ in hashed], np.int64), codes


def compare_and_store(
    collection: Collection,
    space_id: int,
    candidates: Sequence[Candidate],
    cache: FeatureCache,
    ids: NDArray[np.int64],
    vectors: NDArray[np.float32],
    monitor: Monitor,
) -> int:
    """Compare those of `candidates`, ordered by ids, that were not compared yet, and store each.

    Args:
        collection: the collection.
        space_id: of the space in which they were proposed.
        candidates: the pairs.
        cache: of the collection.
        ids: of the pictures of that space, ``(N,)``.
        vectors: theirs, ``(N, dim)`` float32.
        monitor: receives the pairs compared, and may stop the work; compared pairs are kept.

    Returns:
        the number compared now; fewer if the monitor was asked to stop.
    """
    known = PairStore(collection.catalogue).keys(space_id)
    open_ = [one for one in candidates if (one.a, one.b) not in known]
    if not open_:
        return 0
    done, phase = 0, monitor.subtask()
    monitor.say("Comparing pairs")
    phase.expect(len(open_))
    comparison = Comparison(collection, cache, ids, vectors)
    for start in range(0, len(open_), _COMPARED):
        if monitor.cancelled:
            break
        part = open_[start : start + _COMPARED]
        try:
            with monitor.in_charge():
                seen = comparison.compare(part)
        except Cancelled:
            break
        PairStore(collection.catalogue).add(
            space_id,
            [
                PairRecord(c.a, c.b, json.dumps(c.by), json.dumps(to_builtins(e), separators=(",", ":")))
                for c, e in zip(part, seen, strict=True)
            ],
        )
        done += len(part)
        phase.advance(len(part))
    return done


def _shared_places(
    collection: Collection, cache: FeatureCache, hashes: dict[int, Codes]
) -> shared_places.SharedPlaces:
    """Find the details shared at one position by many pictures of a sample; stored for later comparisons."""
    found = cache.of(spread_sample(np.array(list(hashes), np.int64), shared_places.SAMPLE).tolist()).found
    codes = np.array([hashes[i][0] for i in found], np.uint64)
    common = shared_places.find(list(found.values()), codes)
    shared_places.keep(collection, common)
    return common


def remember_looks(collection: Collection, ids: Sequence[int], monitor: Monitor) -> None:
    """Compute and store the appearance of these pictures, if not done yet.

    Raises:
        Cancelled: the monitor was asked to stop; finished ones are kept.
    """
    known = {look.picture_id for look in PairStore(collection.catalogue).looks()}
    missing = [i for i in ids if i not in known]
    monitor.say("Looking at the pictures")
    monitor.expect(len(missing))
    with monitor.in_charge(), Workers(2, "lookalike-look") as pool:
        for start in range(0, len(missing), _LOOKS):
            monitor.check()
            part = missing[start : start + _LOOKS]
            found = [look for look in pool.map(lambda i: _look(collection, i), part) if look is not None]
            PairStore(collection.catalogue).add_looks(found)
            monitor.advance(len(part))


def _look(collection: Collection, picture_id: int) -> LookRecord | None:
    try:
        look = look_at(load_image(collection.thumbnail(picture_id)).image)
    except LookalikeError:
        return None  # missing, and so is the original
    return LookRecord(picture_id, *pack(look))
