"""Scored pairs with their verdicts, as arrays for the computations of this package."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ...collection.ingest.inheritance import CARRIED_OVER
from ...collection.reader import Reader
from ...collection.types import Verdict
from ..types import ScoredPair

NONE, DUPLICATE, DIFFERENT, UNSURE = 0, 1, 2, 3
"""Codes of verdicts in arrays."""
CODES: dict[Verdict, int] = {"duplicate": DUPLICATE, "different": DIFFERENT, "unsure": UNSURE}

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
CodeArray = NDArray[np.int8]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class JudgedPairs:
    """N scored pairs of pictures in ascending order of ``(a, b)``, and the verdicts on them.

    A sample is drawn from all of them, and its estimates apply to all of them, including pairs with a picture
    in the bin. Later steps, such as forming groups, use those `in_sight`.

    Attributes:
        a: ``(N,)`` int64, ids, the smaller of each pair.
        b: ``(N,)`` int64.
        probability: ``(N,)`` float64 in ``[0, 1]``.
        verdict: ``(N,)`` int8, `NONE`, `DUPLICATE`, `DIFFERENT` or `UNSURE`.
        learnable: ``(N,)`` bool, whether the verdict may be used for training: it was not given in the random
            sample alone.
        ticket: ``(N,)`` float64 in ``[0, 1)``, the pair's fixed position in the random order.
        joined: ``(J, 2)`` int64, pairs judged duplicates that were not candidates.
        parted: ``(P, 2)`` int64, pairs judged different that were not candidates.
        scored: the pairs themselves, with their evidence, in the same order.
        another_shot: ``(N,)`` bool, whether the pair is two shots of one scene
            (`core.dedup.evidence.transform_type`).
        gone: number of verdicts on removed pictures, of pairs not in these arrays.
        copies: ``(C, 2)`` int64, pictures of equal pixels: a later one and the first of its class, known
            without comparison.
        unseen: ``(N,)`` bool, whether a picture of the pair is hidden, for example in the bin.
        carried: ``(N,)`` bool, whether the verdict was transferred from a copy: it decides about the pair,
            but was not given on it, so it is used neither for certification nor for training.
    """

    a: IntArray
    b: IntArray
    probability: FloatArray
    verdict: CodeArray
    learnable: BoolArray
    ticket: FloatArray
    joined: IntArray
    parted: IntArray
    scored: tuple[ScoredPair, ...] = ()
    gone: int = 0
    another_shot: BoolArray | None = None
    copies: IntArray = field(default_factory=lambda: np.empty((0, 2), np.int64))
    unseen: BoolArray | None = None
    carried: BoolArray | None = None

    def __len__(self) -> int:
        return len(self.a)

    @cached_property
    def in_sight(self) -> "JudgedPairs":
        """The pairs whose pictures are both visible."""
        if self.unseen is None or not self.unseen.any():
            return self
        return replace(self.select(~self.unseen), unseen=None)

    def select(self, which: BoolArray) -> "JudgedPairs":
        """Select the pairs where `which`, ``(N,)`` bool, is true, in the same order."""
        return replace(
            self,
            a=self.a[which],
            b=self.b[which],
            probability=self.probability[which],
            verdict=self.verdict[which],
            learnable=self.learnable[which],
            ticket=self.ticket[which],
            scored=tuple(self.scored[i] for i in np.flatnonzero(which)) if self.scored else (),
            another_shot=None if self.another_shot is None else self.another_shot[which],
            unseen=None if self.unseen is None else self.unseen[which],
            carried=None if self.carried is None else self.carried[which],
        )

    @cached_property
    def looked_at(self) -> CodeArray:
        """The verdicts on the pairs themselves, ``(N,)`` int8, without transferred ones."""
        if self.carried is None:
            return self.verdict
        return np.where(self.carried, np.int8(NONE), self.verdict)

    def found(self, threshold: float) -> BoolArray:
        """Mark the pairs that count as duplicates at a threshold: ``(N,)`` bool.

        Those at or above it, with those judged duplicates and without those judged different. Other shots of
        one scene do not count, whatever their score, unless judged duplicates.
        """
        above = self.probability >= threshold
        if self.another_shot is not None:
            above = above & ~self.another_shot
        above = above | (self.verdict == DUPLICATE)
        return np.asarray(above & (self.verdict != DIFFERENT))

    def place(self, a: int, b: int) -> int | None:
        """Return the position of the pair with these ids; None if it was not a candidate."""
        a, b = min(a, b), max(a, b)
        start, stop = np.searchsorted(self.a, [a, a + 1])
        at = int(start + np.searchsorted(self.b[start:stop], b))
        return at if at < stop and self.b[at] == b else None


def judged_pairs(collection: Reader, pairs: Sequence[ScoredPair]) -> JudgedPairs:
    """Combine scored pairs with the current verdicts; pairs with a deleted picture are left out."""
    hashes, shown = collection.judgements.every_hash(), collection.judgements.hashes()
    present = sorted((p for p in pairs if p.a in hashes and p.b in hashes), key=lambda p: (p.a, p.b))
    a = np.array([p.a for p in present], np.int64)
    b = np.array([p.b for p in present], np.int64)
    place = {(p.a, p.b): i for i, p in enumerate(present)}
    ids = {sha256: i for i, sha256 in hashes.items()}
    fit = collection.judgements.fit_for_learning()
    verdict = np.zeros(len(a), np.int8)
    learnable, carried = np.zeros(len(a), np.bool_), np.zeros(len(a), np.bool_)
    beyond: dict[Verdict, list[tuple[int, int]]] = {"duplicate": [], "different": [], "unsure": []}
    gone = 0
    for said in collection.verdicts():
        if said.a_sha256 not in ids or said.b_sha256 not in ids:
            gone += 1
            continue
        first, second = sorted((ids[said.a_sha256], ids[said.b_sha256]))
        at = place.get((first, second))
        if at is not None:
            verdict[at] = CODES[said.verdict]
            learnable[at] = (said.a_sha256, said.b_sha256) in fit
            carried[at] = said.source == CARRIED_OVER
        elif first in shown and second in shown:
            beyond[said.verdict].append((first, second))
        else:
            gone += 1
    return JudgedPairs(
        a,
        b,
        np.array([p.probability for p in present], np.float64),
        verdict,
        learnable,
        tickets(
            [hashes[i] for i in a.tolist()], [hashes[i] for i in b.tolist()], collection.judgements.salt()
        ),
        _pairs(beyond["duplicate"]),
        _pairs(beyond["different"]),
        tuple(present),
        gone,
        np.array([p.kind == "another shot" for p in present], np.bool_),
        copies=_pairs([(later, one[0]) for one in collection.pixel_equal() for later in one[1:]]),
        unseen=np.array([p.a not in shown or p.b not in shown for p in present], np.bool_),
        carried=carried,
    )


def tickets(a: Sequence[str], b: Sequence[str], salt: int) -> FloatArray:
    """Compute a number in ``[0, 1)`` for each unordered pair of content hashes, shape ``(N,)``.

    Permanent random numbers (Ohlsson, "Coordination of samples using permanent random numbers", 1995): the
    pairs of lowest number are a simple random sample of any set of pairs that was not chosen by these
    numbers, even of one that grows, so that labels remain valid when pictures are added.
    """
    first, second = (np.array([int(sha256[:16], 16) for sha256 in side], np.uint64) for side in (a, b))
    low, high = np.minimum(first, second), np.maximum(first, second)
    mixed = _mix(_mix(low ^ np.uint64(salt)) ^ high)
    return np.asarray((mixed >> np.uint64(11)) * 2.0**-53)


def _mix(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Apply the output function of SplitMix64: Steele, Lea and Flood, OOPSLA 2014. Overflow is intended."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(x ^ (x >> np.uint64(31)), np.uint64)


def _pairs(found: Sequence[tuple[int, int]]) -> IntArray:
    return np.array(sorted(found), np.int64).reshape(-1, 2)
