"""Looking for near-duplicates in a collection: what is new is compared with all, and what was seen is kept.

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
"""Of what is seen: whatever changes it, here or in what is seen with, gets another one."""
_READABLE = (VERSION, "2")
"""Versions whose pairs are shown until the next scan looks again."""

_LOOKS = 500
_COMPARED = 400
"""Pairs that are compared and stored at a time: a second or two."""


@dataclass(frozen=True)
class ScanReport:
    """What came of a scan.

    Attributes:
        pictures: how many were looked for, because they were new.
        candidates: pairs that were proposed of them.
        compared: pairs that were compared now and stored; others had been before.
        skipped: pictures without local features, with the reason: of these, hash and cosine alone tell.
        seconds: how long it took.
        cancelled: whether it was stopped; what was compared is kept, and the next scan goes on.
    """

    pictures: int
    candidates: int
    compared: int
    skipped: tuple[Skip, ...]
    seconds: float
    cancelled: bool = False


def scan(collection: Collection, encoder: str | None = None, monitor: Monitor | None = None) -> ScanReport:
    """Find pairs that may be near-duplicates, look at each closely, and store what was seen.

    Only pictures that no scan has gone through yet are looked for, among all. May run beside searches and
    beside another scan, and stops soon when asked to.

    Args:
        collection: where.
        encoder: in whose space neighbours are looked for; None takes the collection's own.
        monitor: is told how far it is, and may stop it.

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
    """Every pair that a scan has stored, by ids, scored by `judge` or by the one kept with the collection.

    Pairs of which a picture is in the bin are left out; before any scan there are none.
    """
    space = _readable(collection, encoder)
    if space is None:
        return []
    return scored(PairStore(collection.catalogue).of_space(space.id), judge or model_store.load(collection))


def every_pair(collection: Reader) -> list[ScoredPair]:
    """The same with the pairs of which a picture is in the bin: all that a random sample was drawn from."""
    space = _readable(collection, None)
    return (
        []
        if space is None
        else scored(PairStore(collection.catalogue).every(space.id), model_store.load(collection))
    )


def _readable(collection: Reader, encoder: str | None) -> Space | None:
    """The space, if there are pairs of it that this version of the program can show."""
    current = any(PairStore(collection.catalogue).current(version) for version in _READABLE)
    return collection.space(encoder) if current else None


def scored(records: Sequence[PairRecord], judge: Judge) -> list[ScoredPair]:
    """Stored pairs with their scores, in the same order."""
    evidence = [_seen(record) for record in records]
    return [
        ScoredPair(record.a, record.b, by, seen, float(probability), kind_of(seen))
        for record, (by, seen), probability in zip(
            records, evidence, judge.probabilities([seen for _, seen in evidence]), strict=True
        )
    ]


def _seen(record: PairRecord) -> tuple[tuple[Proposal, ...], Evidence]:
    """What proposed a stored pair, and what was seen in it.

    Raises:
        DedupError: that cannot be read.
    """
    with decoding(lambda: DedupError("What was seen in a pair is damaged; look for duplicates again.")):
        return tuple(json.loads(record.proposed_by)), from_json(Evidence, record.evidence)


def _forget_damaged(collection: Collection, space: Space) -> None:
    """Forget everything that was seen if any of it cannot be read, so that it is seen again."""
    try:
        for record in PairStore(collection.catalogue).every(space.id):
            _seen(record)
        with decoding(lambda: DedupError("damaged")):
            for look in PairStore(collection.catalogue).looks():
                unpack(look.hashes, look.colours)
    except DedupError:
        PairStore(collection.catalogue).forget()


def unscanned(collection: Reader, encoder: str | None = None) -> int:
    """How many pictures no scan has gone through yet."""
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
    """The hashes of those of `ids` that have any, as far as they were looked at.

    Returns:
        ids ``(N,)`` int64 and hashes ``(N, 8)`` uint64, one for each turn.
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
    """Compare those of `candidates`, in order of their ids, that were not compared yet, and store each.

    Args:
        collection: where.
        space_id: in which space they were proposed.
        candidates: the pairs.
        cache: of the collection.
        ids: of the pictures of that space, ``(N,)``.
        vectors: theirs, ``(N, dim)`` float32.
        monitor: reports the pairs compared, and may stop the work; what was compared is kept.

    Returns:
        how many were compared now; fewer than there are where the monitor was asked to stop.
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
    """What many pictures have at one place, by a sample of them; kept for the comparisons that follow."""
    found = cache.of(spread_sample(np.array(list(hashes), np.int64), shared_places.SAMPLE).tolist()).found
    codes = np.array([hashes[i][0] for i in found], np.uint64)
    common = shared_places.find(list(found.values()), codes)
    shared_places.keep(collection, common)
    return common


def remember_looks(collection: Collection, ids: Sequence[int], monitor: Monitor) -> None:
    """Look at the pictures of these ids that nobody has looked at yet, and keep how they look.

    Raises:
        Cancelled: the monitor was asked to stop; what was seen is kept.
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
        return None  # lost, and the original too
    return LookRecord(picture_id, *pack(look))
