"""Weak slices: which labels, sizes, folders or properties search worst, and how sure that is.

Every labelled picture asks for the others of its label, itself and its known copies left out; what is
compared is precision@5 of the queries in a slice. A label is held against all queries. Every other slice is
held against what its labels lead one to expect: a folder of difficult labels is not called weak for them.
"""

import posixpath
import shlex
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from ..collection.collection import Collection
from ..evaluation.evaluate import measure
from ..evaluation.protocols.label import LabelProtocol
from ..jobs import Monitor
from ..stats.bootstrap import bootstrap_mean
from ..stats.interval import Interval
from ..stats.multiple_testing import holm
from ..stored import to_builtins
from .findings import Finding
from .quality.choices import measures

METRIC = "precision@5"
ALPHA = 0.05
_LEAST = 10
"""Queries in a slice, and outside it, from which it is looked at."""
_MATTERS = 0.03
"""Points of precision below what is expected from which a slice is worth naming."""
_PROPERTIES = {
    "brightness": ("dark", "bright"),
    "contrast": ("flat", "contrasty"),
    "colourfulness": ("pale", "colourful"),
    "blur": ("sharp", "blurred"),
    "detail": ("plain", "detailed"),
}
"""Measures of the quality scan, with what their lowest and highest quarter is called."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Slice:
    """The queries of one slice.

    Attributes:
        by: what the slice goes by: "label", "folder", "size", "shape" or a property.
        name: which slice.
        queries: how many.
        mean: their mean precision@5.
        interval: its 95 % bootstrap interval.
        expected: the mean of all queries, or for slices other than labels what their labels let expect.
        p_value: of a mean this far below by chance, one-sided.
        adjusted: the same, corrected for all slices (Holm).
        ids: some of its pictures, the worst first.
    """

    by: str
    name: str
    queries: int
    mean: float
    interval: Interval
    expected: float
    p_value: float
    adjusted: float
    ids: tuple[int, ...] = ()

    @property
    def weak(self) -> bool:
        """Whether it is surely worse than expected, and by enough to matter."""
        return self.adjusted <= ALPHA and self.expected - self.mean >= _MATTERS

    @property
    def title(self) -> str:
        """“label: shirt”."""
        return f"{self.by}: {self.name}"


@dataclass(frozen=True)
class SliceReport:
    """All slices, weakest first, of how many queries, and notes of the evaluation."""

    collection: str
    queries: int
    overall: float
    slices: tuple[Slice, ...]
    notes: tuple[str, ...]
    seconds: float

    kind: ClassVar[str] = "slices"

    @property
    def weak(self) -> tuple[Slice, ...]:
        """Those that are surely worse."""
        return tuple(one for one in self.slices if one.weak)

    def settings(self) -> dict[str, Any]:
        """The metric and the level of significance."""
        return {"metric": METRIC, "alpha": ALPHA}

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        slices = [{**to_builtins(one), "weak": one.weak} for one in self.slices]
        return {**to_builtins(self), "slices": slices}

    def findings(self) -> tuple[Finding, ...]:
        """The weak slices, farthest below what is expected first."""
        return tuple(
            Finding(
                "slices",
                f"{one.by}-{one.name}",
                "warning",
                f"Search is weak for {one.title}: precision@5 {one.mean:.2f} "
                f"({one.interval.low:.2f}–{one.interval.high:.2f}), {one.expected:.2f} expected.",
                one.queries,
                one.queries / max(1, self.queries),
                "Look at the pictures and labels of what is searched worst; more labelled pictures of it, or "
                "training, may help.",
                f"python -m core train {shlex.quote(self.collection)}",
            )
            for one in self.weak
        )

    def lines(self) -> list[str]:
        """What was measured, and every weak slice."""
        found = [
            f"Precision@5 over {self.queries:,} queries: {self.overall:.3f}; {len(self.slices):,} slices."
        ]
        if not self.weak:
            found.append("✓ No slice is surely worse than expected.")
        for one in self.weak:
            found.append(
                f"✗ {one.title}: {one.mean:.3f} ({one.interval.low:.3f}–{one.interval.high:.3f}) over "
                f"{one.queries:,} queries, {one.expected:.3f} expected, adjusted p = {one.adjusted:.2g}"
            )
        return [*found, *self.notes]


def find_weak_slices(
    collection: Collection, monitor: Monitor | None = None, *, max_queries: int = 4000
) -> SliceReport:
    """Measure the search leave-one-out, and compare its slices.

    Properties are those that the quality scan has measured; without a scan they are left out.

    Raises:
        EvaluationError: fewer than two labels, or nothing to find.
        EncoderError, CollectionError: the encoder cannot be used, or is not what made the vectors.
        Cancelled: the monitor was asked to stop.
    """
    started = monotonic()
    found = measure(
        collection, LabelProtocol(max_queries=max_queries), k=5, metrics=[METRIC], monitor=monitor
    )
    values = found.values[:, found.column(METRIC)]
    ids = np.array([query.picture_id for query in found.queries], np.int64)
    known = ~np.isnan(values)
    values, ids = values[known], ids[known]
    labels = np.array([q.category for q, fine in zip(found.queries, known, strict=True) if fine])
    slices = compare_slices(values, labels, ids, _memberships(collection, ids, labels))
    return SliceReport(
        collection.name, len(values), float(values.mean()), slices, found.notes, monotonic() - started
    )


def compare_slices(
    values: Floats, labels: NDArray[np.str_], ids: NDArray[np.int64], members: Sequence[tuple[str, str, Mask]]
) -> tuple[Slice, ...]:
    """Compare the mean of each slice with what is expected; weakest first.

    The p-value is that of a permutation test: how probable a mean this low is if the slice were drawn at
    random among all queries, labels taken into account. The mean of n of N values drawn without replacement
    is nearly normal with variance ``S²/n · (1 − n/N)``.

    Args:
        values: ``(Q,)``, one per query, in ``[0, 1]``.
        labels: ``(Q,)``.
        ids: ``(Q,)``, of the pictures that ask.
        members: what each slice goes by, its name, and which queries are in it, ``(Q,)``.
    """
    _, code = np.unique(labels, return_inverse=True)
    of_label = np.bincount(code, weights=values) / np.bincount(code)
    rest = values - of_label[code]
    sliced = []
    for by, name, inside in members:
        n = int(inside.sum())
        if n < _LEAST or len(values) - n < _LEAST:
            continue
        expected = float(values.mean() if by == "label" else of_label[code[inside]].mean())
        p_value = _p_lower(values if by == "label" else rest, inside)
        worst = ids[inside][np.argsort(values[inside], kind="stable")][:24]
        sliced.append(
            Slice(by, name, n, float(values[inside].mean()), bootstrap_mean(values[inside]), expected,
                  p_value, 1.0, tuple(int(i) for i in worst))
        )  # fmt: skip
    if not sliced:
        return ()
    adjusted = holm(np.array([one.p_value for one in sliced]))
    made = [replace(one, adjusted=float(p)) for one, p in zip(sliced, adjusted, strict=True)]
    return tuple(sorted(made, key=lambda one: (not one.weak, one.mean - one.expected)))


def _p_lower(values: Floats, inside: Mask) -> float:
    n, total = int(inside.sum()), len(values)
    spread = float(values.std(ddof=1)) * (1 / n * (1 - n / total)) ** 0.5
    if spread <= 0:
        return 1.0
    return float(norm.cdf((float(values[inside].mean()) - float(values.mean())) / spread))


def _memberships(
    collection: Collection, ids: NDArray[np.int64], labels: NDArray[np.str_]
) -> list[tuple[str, str, Mask]]:
    """Every slice of the queries: by label, folder, size, shape, and what the quality scan measured."""
    found: list[tuple[str, str, Mask]] = [("label", str(x), labels == x) for x in np.unique(labels)]
    pictures = {picture.id: picture for picture in collection.get_many(ids.tolist())}
    folders: dict[str, list[int]] = defaultdict(list)
    for row, i in enumerate(ids.tolist()):
        folders[posixpath.dirname(pictures[i].name)].append(row)
    if len(folders) > 1:
        found += [
            ("folder", name or "(none)", _mask(rows, len(ids)))
            for name, rows in sorted(folders.items())
            if posixpath.basename(name)
            not in set(labels[rows])  # a folder that is the label says nothing new
        ]
    sides = np.array([(pictures[i].width * pictures[i].height) ** 0.5 for i in ids.tolist()])
    found += _quarters("size", sides, ("small", "large"))
    shapes = np.array([pictures[i].width / pictures[i].height for i in ids.tolist()])
    found += [
        ("shape", "upright", shapes < 0.95),
        ("shape", "square", (shapes >= 0.95) & (shapes <= 1.05)),
        ("shape", "wide", shapes > 1.05),
    ]
    return found + _by_properties(collection, ids)


def _by_properties(collection: Collection, ids: NDArray[np.int64]) -> list[tuple[str, str, Mask]]:
    table = measures(collection)
    row_of = {int(i): row for row, i in enumerate(table.ids)}
    rows = np.array([row_of.get(int(i), -1) for i in ids])
    if not len(table) or (rows < 0).mean() > 0.1:
        return []
    found = []
    for name, ends in _PROPERTIES.items():
        values = np.where(rows >= 0, table.column(name)[rows], np.nan)
        found += _quarters(name, values, ends)
    return found


def _quarters(by: str, values: Floats, ends: tuple[str, str]) -> list[tuple[str, str, Mask]]:
    """The lowest and the highest quarter; none where most values are equal."""
    low, high = np.nanquantile(values, [0.25, 0.75])
    if low == high:
        return []
    return [
        (by, f"{ends[0]} (lowest quarter)", values <= low),
        (by, f"{ends[1]} (highest quarter)", values >= high),
    ]


def _mask(rows: Sequence[int], count: int) -> Mask:
    found = np.zeros(count, np.bool_)
    found[list(rows)] = True
    return found
