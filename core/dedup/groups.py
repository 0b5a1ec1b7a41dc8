"""Groups of pictures that are all copies of one another, without chaining.

Complete linkage: two groups become one only if every picture of the one is alike to every picture of the
other, so a row of small steps from one picture to another does not make them a group (Sørensen 1948; see
Kaufman and Rousseeuw, "Finding Groups in Data", 1990, chapter 5). Pairs that nothing proposed count as not
alike. The most probable pairs come first, ties by id, so the order of the input does not matter.

Pictures of equal pixels are a class of their own before anything else: one stands for all of them, and all
are in its group, whatever their number.

What people said goes before any score: pictures judged duplicates are joined, also when nothing proposed the
pair, and pictures judged different are never in one group. Where such verdicts contradict each other,
“different” holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from core.dedup.judged import DIFFERENT, DUPLICATE, IntArray, JudgedPairs

_Pair = tuple[int, int]


@dataclass(frozen=True)
class Link:
    """Two pictures of a group: how probable the pair is, and whether a person called them duplicates.

    `probability` is None for a pair that nothing proposed: then verdicts tie the two together.
    """

    a: int
    b: int
    probability: float | None
    judged: bool


@dataclass(frozen=True)
class Group:
    """Pictures that are all copies of one another, by ascending id, and the pair that is least sure.

    Links that a person judged are surer than any other.
    """

    ids: tuple[int, ...]
    weakest: Link


@dataclass(frozen=True)
class Grouping:
    """All groups at a threshold, largest first, then by their smallest id.

    Attributes:
        groups: of two pictures or more.
        apart: ``(M, 2)`` int64, pairs found whose pictures are in no common group, for one of them is not
            alike to the other's copies.
    """

    groups: tuple[Group, ...]
    apart: IntArray

    @property
    def pictures(self) -> int:
        """How many pictures are in a group."""
        return sum(len(group.ids) for group in self.groups)


def group(pairs: JudgedPairs, threshold: float) -> Grouping:
    """Group the pictures of the pairs found at a threshold; see the module for the rule."""
    first = _first_of_copies(pairs)
    edges = _edges(pairs, pairs.found(threshold), first)
    grouping = _of_edges(pairs, edges) if len(edges.a) else Grouping((), np.empty((0, 2), np.int64))
    return _with_copies(grouping, first) if first else grouping


def _first_of_copies(pairs: JudgedPairs) -> dict[int, int]:
    """The first picture of equal pixels for each later one, but for those judged different from another."""
    different = pairs.verdict == DIFFERENT
    apart = {*pairs.a[different].tolist(), *pairs.b[different].tolist(), *pairs.parted.ravel().tolist()}
    return {later: first for later, first in pairs.copies.tolist() if later not in apart}


def _with_copies(grouping: Grouping, first: dict[int, int]) -> Grouping:
    """Every picture of equal pixels in the group of the first of its class, however many there are."""
    copies: dict[int, list[int]] = {}
    for copy, one in first.items():
        copies.setdefault(one, []).append(copy)
    groups = []
    for found in grouping.groups:
        more = [copy for one in found.ids for copy in copies.pop(one, ())]
        groups.append(Group(tuple(sorted((*found.ids, *more))), found.weakest) if more else found)
    for one, later in copies.items():
        groups.append(Group((one, *sorted(later)), Link(one, min(later), 1.0, judged=False)))
    groups.sort(key=lambda one: (-len(one.ids), one.ids))
    return Grouping(tuple(groups), grouping.apart)


def _of_edges(pairs: JudgedPairs, edges: "_Edges") -> Grouping:
    ids, flat = np.unique(np.concatenate([edges.a, edges.b]), return_inverse=True)
    a, b = flat[: len(edges.a)], flat[len(edges.a) :]
    graph = coo_matrix((np.ones(len(a), np.bool_), (a, b)), shape=(len(ids), len(ids)))
    _, part = connected_components(graph, directed=False)
    sizes, counts = np.bincount(part), np.bincount(part[a])
    whole = counts == sizes * (sizes - 1) // 2  # everybody is alike to everybody: one group, nothing to ask
    member = np.where(whole[part], part, -1)
    rest = ~whole[part[a]]
    if rest.any():
        parted = {(min(p), max(p)) for p in zip(*edges.parted(pairs), strict=True)}
        member = _link(member, ids, a[rest], b[rest], edges.rank[rest], parted)
    return _assemble(pairs, edges, ids, member, a, b)


@dataclass(frozen=True, eq=False)
class _Edges:
    """Pairs found: by ids, with a rank that puts verdicts before scores."""

    a: IntArray
    b: IntArray
    rank: np.ndarray[tuple[int], np.dtype[np.float64]]
    """2 for pairs judged duplicates, the probability for others."""

    def parted(self, pairs: JudgedPairs) -> tuple[list[int], list[int]]:
        """Ids of the pairs judged different."""
        different = pairs.verdict == DIFFERENT
        first = np.concatenate([pairs.a[different], pairs.parted[:, 0]])
        second = np.concatenate([pairs.b[different], pairs.parted[:, 1]])
        return first.tolist(), second.tolist()


def _edges(
    pairs: JudgedPairs, found: np.ndarray[tuple[int], np.dtype[np.bool_]], first: dict[int, int]
) -> _Edges:
    rank = np.where(pairs.verdict[found] == DUPLICATE, 2.0, pairs.probability[found])
    a = np.concatenate([pairs.a[found], pairs.joined[:, 0]])
    b = np.concatenate([pairs.b[found], pairs.joined[:, 1]])
    rank = np.concatenate([rank, np.full(len(pairs.joined), 2.0)])
    if first:  # one of a class of equal pixels stands for all of them
        a, b = (np.array([first.get(i, i) for i in side.tolist()], np.int64) for side in (a, b))
        a, b = np.minimum(a, b), np.maximum(a, b)
        a, b, rank = a[a != b], b[a != b], rank[a != b]
    order = np.lexsort((b, a, -rank))
    if first:
        _, best = np.unique(np.column_stack([a[order], b[order]]), axis=0, return_index=True)
        order = order[np.sort(best)]
    return _Edges(a[order], b[order], rank[order])


def _link(
    member: IntArray,
    ids: IntArray,
    a: IntArray,
    b: IntArray,
    rank: np.ndarray[tuple[int], np.dtype[np.float64]],
    parted: set[_Pair],
) -> IntArray:
    """Complete linkage over the edges, best first: groups join when the last pair between them is met."""
    names = ids.tolist()
    group_of: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    met: dict[int, dict[int, int]] = {}  # how many pairs between two groups were met so far

    def root(i: int) -> int:
        if i not in group_of:
            group_of[i], members[i], met[i] = i, [i], {}
        return group_of[i]

    def split(x: int, y: int) -> bool:
        return bool(parted) and any(
            (min(names[i], names[j]), max(names[i], names[j])) in parted
            for i in members[x]
            for j in members[y]
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


def _assemble(
    pairs: JudgedPairs, edges: _Edges, ids: IntArray, member: IntArray, a: IntArray, b: IntArray
) -> Grouping:
    together = member[a] == member[b]
    apart = np.column_stack([edges.a[~together], edges.b[~together]])
    sizes = np.bincount(member)
    by_group = np.argsort(member, kind="stable")
    stops = np.cumsum(sizes)
    # Edges lie best first, so the last one of a group is its weakest.
    weakest = np.full(len(sizes), -1)
    np.maximum.at(weakest, member[a[together]], np.flatnonzero(together))
    groups = []
    for k in np.flatnonzero(sizes > 1).tolist():
        inside = tuple(ids[by_group[stops[k] - sizes[k] : stops[k]]].tolist())
        groups.append(Group(inside, _weakest(pairs, edges, int(weakest[k]))))
    groups.sort(key=lambda one: (-len(one.ids), one.ids))
    apart = apart[np.lexsort((apart[:, 1], apart[:, 0]))]
    return Grouping(tuple(groups), apart)


def _weakest(pairs: JudgedPairs, edges: _Edges, edge: int) -> Link:
    a, b = int(edges.a[edge]), int(edges.b[edge])
    at = pairs.place(a, b)
    judged = bool(edges.rank[edge] > 1)
    if at is None:
        return Link(a, b, None if judged else float(edges.rank[edge]), judged)
    return Link(a, b, float(pairs.probability[at]), judged)


def contradictions(pairs: JudgedPairs) -> tuple[_Pair, ...]:
    """Pairs judged different whose pictures are duplicates by way of other verdicts, ascending."""
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
    different = pairs.verdict == DIFFERENT
    said: Iterable[_Pair] = [
        *zip(pairs.a[different].tolist(), pairs.b[different].tolist(), strict=True),
        *((int(x), int(y)) for x, y in pairs.parted),
    ]
    return tuple(sorted(p for p in said if p[0] in tied and tied.get(p[0]) == tied.get(p[1])))


def links(pairs: JudgedPairs, group: Group) -> tuple[Link, ...]:
    """Every pair of a group's pictures, least sure first; those that verdicts alone tie together last."""
    joined = {(int(a), int(b)) for a, b in pairs.joined}
    found = []
    for a, b in combinations(group.ids, 2):
        at = pairs.place(a, b)
        judged = (a, b) in joined if at is None else bool(pairs.verdict[at] == DUPLICATE)
        found.append(Link(a, b, None if at is None else float(pairs.probability[at]), judged))
    return tuple(sorted(found, key=_sureness))


def _sureness(link: Link) -> tuple[float, int, int]:
    return (2.0 if link.judged or link.probability is None else link.probability, link.a, link.b)
