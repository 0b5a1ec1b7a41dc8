"""Groups of pictures that are all copies of one another, without chaining.

Complete linkage: two groups are merged only if every picture of the one is linked to every picture of the
other, so a chain of small steps does not form a group (Sørensen 1948; see Kaufman and Rousseeuw, "Finding
Groups in Data", 1990, chapter 5). Pairs that were not candidates count as not linked. The most probable pairs
come first, ties by id, so the order of the input does not matter.

Pictures of equal pixels are first merged into a class: one represents all of them, and all are in its group,
whatever their number. Many near copies of one picture are a class too, though a scan does not compare all
their pairs (`core.dedup.groups.classes`).

Verdicts override any score: pictures judged duplicates are joined, even if the pair was not a candidate, and
pictures judged different are never in one group. If verdicts contradict each other, “different” wins.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..labels.labeled_pairs import DIFFERENT, DUPLICATE, BoolArray, FloatArray, IntArray, JudgedPairs
from .classes import crowds, stand_ins

_Pair = tuple[int, int]


@dataclass(frozen=True)
class Link:
    """Two pictures of a group: the probability of the pair, and whether it was judged a duplicate.

    `probability` is None for a pair that was not a candidate: then verdicts tie the two together.
    """

    a: int
    b: int
    probability: float | None
    judged: bool


@dataclass(frozen=True)
class Group:
    """Pictures that are all copies of one another, by ascending id, and the least certain pair.

    Links with a verdict are more certain than any other.
    """

    ids: tuple[int, ...]
    weakest: Link


@dataclass(frozen=True)
class Grouping:
    """All groups at a threshold, largest first, then by their smallest id.

    Attributes:
        groups: of two pictures or more.
        apart: ``(M, 2)`` int64, pairs found whose pictures are not in the same group, because one of them is
            not linked to the other's copies.
    """

    groups: tuple[Group, ...]
    apart: IntArray

    @property
    def pictures(self) -> int:
        """Number of pictures in groups."""
        return sum(len(group.ids) for group in self.groups)


def group(pairs: JudgedPairs, threshold: float) -> Grouping:
    """Group the pictures of the pairs found at a threshold; see the module for the rule."""
    parted = _parted(pairs)
    stands = stand_ins(pairs, parted)
    edges = _edges(pairs, pairs.found(threshold), stands)
    if not len(edges.a):
        return Grouping((), np.empty((0, 2), np.int64))
    ids, flat = np.unique(np.concatenate([edges.a, edges.b]), return_inverse=True)
    a, b = flat[: len(edges.a)], flat[len(edges.a) :]
    stand = np.arange(len(ids))
    if stands:
        stand = np.searchsorted(ids, [stands.get(i, i) for i in ids.tolist()])
    apart = {_ascending(stands.get(i, i), stands.get(j, j)) for i, j in parted}
    one, other, rank = _between(stand[a], stand[b], edges.rank)
    crowd = crowds(len(ids), one, other, _unlike(pairs, threshold, ids, stand, one, other, apart))
    if (crowd != np.arange(len(ids))).any():
        inside = np.bincount(crowd, minlength=len(ids))[crowd] > 1
        # A picture linked to all of a crowd is in it; only a verdict adds more to it.
        kept = (rank > 1) | ~(inside[one] | inside[other])
        one, other, rank = _between(crowd[one[kept]], crowd[other[kept]], rank[kept])
        by_id = dict(zip(ids.tolist(), ids[crowd].tolist(), strict=True))
        apart = {_ascending(by_id.get(i, i), by_id.get(j, j)) for i, j in apart}
    member = _members(ids, one, other, rank, apart)
    return _assemble(edges, ids, member[crowd[stand]], a, b)


def _unlike(
    pairs: JudgedPairs,
    threshold: float,
    ids: IntArray,
    stand: IntArray,
    one: IntArray,
    other: IntArray,
    apart: set[_Pair],
) -> IntArray:
    """Return the positions of pairs that were compared and not found, or judged different: ``(M, 2)``."""
    not_found = ~pairs.found(threshold)
    rows = np.column_stack([pairs.a[not_found], pairs.b[not_found]])
    rows = rows[np.isin(rows, ids).all(axis=1)]
    rows = np.sort(stand[np.searchsorted(ids, rows)], axis=1)
    found = np.isin(rows[:, 0] * len(ids) + rows[:, 1], one * len(ids) + other)
    said = np.array(sorted(apart), np.int64).reshape(-1, 2)
    said = np.searchsorted(ids, said[np.isin(said, ids).all(axis=1)])
    return np.concatenate([rows[~found & (rows[:, 0] != rows[:, 1])], said])


def _parted(pairs: JudgedPairs) -> set[_Pair]:
    """Return the pairs judged different."""
    different = pairs.verdict == DIFFERENT
    said = [*zip(pairs.a[different].tolist(), pairs.b[different].tolist(), strict=True)]
    return {_ascending(a, b) for a, b in [*said, *pairs.parted.tolist()]}


def _ascending(a: int, b: int) -> _Pair:
    return (a, b) if a < b else (b, a)


@dataclass(frozen=True, eq=False)
class _Edges:
    """Pairs found, by ids, best first, with a rank that puts verdicts before scores."""

    a: IntArray
    b: IntArray
    rank: FloatArray
    """2 for pairs judged duplicates, the probability for others."""
    seen: FloatArray
    """The probability, NaN if the pair was not a candidate."""


def _edges(pairs: JudgedPairs, found: BoolArray, stands: dict[int, int]) -> _Edges:
    """Collect the pairs found, those that rest on verdicts alone, and those of equal pixels."""
    equal = np.array(sorted(stands.items()), np.int64).reshape(-1, 2)
    beyond = np.concatenate([pairs.joined, equal[:, ::-1]])
    unseen = np.concatenate([np.full(len(pairs.joined), np.nan), np.ones(len(equal))])
    a, b = np.concatenate([pairs.a[found], beyond[:, 0]]), np.concatenate([pairs.b[found], beyond[:, 1]])
    seen = np.concatenate([pairs.probability[found], unseen])
    judged = np.concatenate([pairs.verdict[found] == DUPLICATE, np.isnan(unseen)])
    rank = np.where(judged, 2.0, seen)
    order = np.lexsort((b, a, -rank))
    return _Edges(a[order], b[order], rank[order], seen[order])


def _between(a: IntArray, b: IntArray, rank: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Keep the best edge of each pair of different pictures, best first."""
    rows = np.column_stack([np.minimum(a, b), np.maximum(a, b)])
    _, first = np.unique(rows, axis=0, return_index=True)
    first = np.sort(first[a[first] != b[first]])
    return rows[first, 0], rows[first, 1], rank[first]


def _members(ids: IntArray, a: IntArray, b: IntArray, rank: FloatArray, parted: set[_Pair]) -> IntArray:
    """Compute the group number of each picture from the distinct edges, best first."""
    pairs_of = zip(ids[a].tolist(), ids[b].tolist(), strict=True)
    kept = np.array([_ascending(i, j) not in parted for i, j in pairs_of], np.bool_)
    a, b, rank = a[kept], b[kept], rank[kept]
    graph = coo_matrix((np.ones(len(a), np.bool_), (a, b)), shape=(len(ids), len(ids)))
    _, part = connected_components(graph, directed=False)
    sizes, counts = np.bincount(part), np.bincount(part[a], minlength=part.max() + 1)
    whole = counts == sizes * (sizes - 1) // 2  # all are linked to all: one group
    member = np.where(whole[part], part, -1)
    rest = ~whole[part[a]]
    return _link(member, ids, a[rest], b[rest], rank[rest], parted)


def _link(
    member: IntArray,
    ids: IntArray,
    a: IntArray,
    b: IntArray,
    rank: FloatArray,
    parted: set[_Pair],
) -> IntArray:
    """Run complete linkage over the edges, best first: groups are merged when the last pair between them is
    reached.
    """
    names = ids.tolist()
    group_of: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    met: dict[int, dict[int, int]] = {}  # number of pairs between two groups reached so far

    def root(i: int) -> int:
        if i not in group_of:
            group_of[i], members[i], met[i] = i, [i], {}
        return group_of[i]

    def split(x: int, y: int) -> bool:
        return bool(parted) and any(
            _ascending(names[i], names[j]) in parted for i in members[x] for j in members[y]
        )

    def join(x: int, y: int) -> None:
        if len(members[x]) < len(members[y]):
            x, y = y, x
        for i in members[y]:
            group_of[i] = x
        members[x] += members.pop(y)
        for z, count in met.pop(y).items():
            del met[z][y]
            if z != x:
                met[x][z] = met[z][x] = met[x].get(z, 0) + count

    for i, j, strength in zip(a.tolist(), b.tolist(), rank.tolist(), strict=True):
        x, y = root(i), root(j)
        if x == y:
            continue
        met[x][y] = met[y][x] = met[x].get(y, 0) + 1
        judged = strength > 1
        if (judged or met[x][y] == len(members[x]) * len(members[y])) and not split(x, y):
            join(x, y)
    result = member.copy()
    base = int(member.max(initial=-1)) + 1
    for i, x in group_of.items():
        result[i] = base + x
    return result


def _assemble(edges: _Edges, ids: IntArray, member: IntArray, a: IntArray, b: IntArray) -> Grouping:
    together = member[a] == member[b]
    apart = np.column_stack([edges.a[~together], edges.b[~together]])
    sizes = np.bincount(member)
    by_group = np.argsort(member, kind="stable")
    stops = np.cumsum(sizes)
    # Edges are ordered best first, so the last one of a group is its weakest.
    weakest = np.full(len(sizes), -1)
    np.maximum.at(weakest, member[a[together]], np.flatnonzero(together))
    groups = []
    for k in np.flatnonzero(sizes > 1).tolist():
        inside = tuple(ids[by_group[stops[k] - sizes[k] : stops[k]]].tolist())
        groups.append(Group(inside, _weakest(edges, int(weakest[k]))))
    groups.sort(key=lambda one: (-len(one.ids), one.ids))
    apart = apart[np.lexsort((apart[:, 1], apart[:, 0]))]
    return Grouping(tuple(groups), apart)


def _weakest(edges: _Edges, edge: int) -> Link:
    seen = float(edges.seen[edge])
    probability = None if np.isnan(seen) else seen
    return Link(int(edges.a[edge]), int(edges.b[edge]), probability, bool(edges.rank[edge] > 1))


def contradictions(pairs: JudgedPairs) -> tuple[_Pair, ...]:
    """Find pairs judged different whose pictures are duplicates by other verdicts, ascending."""
    same = pairs.verdict == DUPLICATE
    a = np.concatenate([pairs.a[same], pairs.joined[:, 0]])
    b = np.concatenate([pairs.b[same], pairs.joined[:, 1]])
    if not len(a):
        return ()
    ids, flat = np.unique(np.concatenate([a, b]), return_inverse=True)
    graph = coo_matrix(
        (np.ones(len(a), np.bool_), (flat[: len(a)], flat[len(a) :])), shape=(len(ids), len(ids))
    )
    _, part = connected_components(graph, directed=False)
    tied = dict(zip(ids.tolist(), part.tolist(), strict=True))
    return tuple(sorted(p for p in _parted(pairs) if p[0] in tied and tied.get(p[0]) == tied.get(p[1])))


def links(pairs: JudgedPairs, group: Group) -> tuple[Link, ...]:
    """List every pair of a group's pictures, least certain first; those that rest on verdicts alone last."""
    joined = {(int(a), int(b)) for a, b in pairs.joined}
    found = []
    for a, b in combinations(group.ids, 2):
        at = pairs.place(a, b)
        judged = (a, b) in joined if at is None else bool(pairs.verdict[at] == DUPLICATE)
        found.append(Link(a, b, None if at is None else float(pairs.probability[at]), judged))
    return tuple(sorted(found, key=_sureness))


def _sureness(link: Link) -> tuple[float, int, int]:
    return (2.0 if link.judged or link.probability is None else link.probability, link.a, link.b)
