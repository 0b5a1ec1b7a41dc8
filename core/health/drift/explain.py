"""The explanation of a change: which properties and which groups of pictures differ, and by how much.

Kolmogorov-Smirnov tests of properties and chi-squared tests of shares, their p-values adjusted together
(Holm). They explain an alarm and raise none: the distances to neighbours within one set depend on each
other, so their p-values are guides.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...clustering import keeping
from ...clustering.assign_new import newcomers, vote
from ...clustering.stored_runs import given_names
from ...clustering.types import NOISE
from ...collection.reader import Reader
from ...errors import LookalikeError
from ...jobs import Monitor
from ...stats.arrays import FloatArray
from ...stats.multiple_testing import holm
from .properties import Values
from .types import GroupShare, PropertyShift, ShareShift

_BINS = 24
_FEWEST_EXPECTED = 5
"""Groups of which a side would have fewer are put together for the chi-squared test."""
LARGEST_SHOWN = 12
"""Groups that a report lists, those with the largest difference of shares."""


def explain(
    values: Sequence[Values], groups: Sequence[tuple[str, str, list[str], list[str]]]
) -> tuple[tuple[PropertyShift, ...], tuple[ShareShift, ...]]:
    """Test every property and every way to group the pictures, and adjust the p-values of all together.

    Args:
        values: properties with at least one value on each side; others are left out.
        groups: name, title, and the group of each picture of the reference and of the batch.

    Returns:
        properties, the most clearly changed first, and shares in the order given.
    """
    usable = [one for one in values if len(one.reference) and len(one.batch)]
    properties = [_property(one) for one in usable]
    shares = [_shares(*one) for one in groups]
    raw = [*(one.p_value for one in properties), *(one.p_value for one in shares)]
    adjusted = holm(np.array(raw, np.float64)).tolist() if raw else []
    moved = [replace(one, p_value=p) for one, p in zip(properties, adjusted, strict=False)]
    spread = [replace(one, p_value=p) for one, p in zip(shares, adjusted[len(properties) :], strict=True)]
    return tuple(sorted(moved, key=lambda one: (one.p_value, -one.distance))), tuple(spread)


def label_groups(collection: Reader, ids: Sequence[int]) -> list[str]:
    """The label of each picture, in this order; empty where it has none."""
    return [state.label or "" for state in collection.label_states(ids)]


def cluster_groups(
    collection: Reader, reference: Sequence[int], batch: Sequence[int], monitor: Monitor
) -> tuple[str, list[str], list[str]] | None:
    """The title of the last clustering in the current space, and the cluster of each picture by name.

    Pictures that came after it join the clusters of their neighbours, as they would on the Clusters screen;
    nothing of that is stored. None where there is no clustering of this space.
    """
    space = collection.space()
    runs = [run for run in keeping.runs(collection) if space and run.setup.fingerprint == space.fingerprint]
    if not runs:
        return None
    try:
        clustering = keeping.load(collection, runs[-1].id)
        known = dict(zip(clustering.ids.tolist(), clustering.clusters.tolist(), strict=True))
        wanted = {*reference, *batch}
        new = [int(i) for i in newcomers(collection, clustering) if int(i) in wanted]
        if new:
            ids, vectors = collection.sound_vectors(new)
            stood, base = collection.sound_vectors(list(known))
            found, _ = vote(vectors, base, np.array([known[i] for i in stood.tolist()], np.int32), monitor)
            known.update(zip(ids.tolist(), found.tolist(), strict=True))
    except LookalikeError:
        return None  # a damaged clustering explains nothing, and is no reason to look no further
    names = given_names(collection, runs[-1].id)

    def name(i: int) -> str:
        cluster = known.get(i, NOISE)
        return "in no cluster" if cluster == NOISE else names.get(cluster, f"cluster {cluster + 1}")

    title = f"Clusters of “{clustering.name}”"
    return title, [name(i) for i in reference], [name(i) for i in batch]


def _property(values: Values) -> PropertyShift:
    from scipy.stats import ks_2samp, rankdata

    test = ks_2samp(values.reference, values.batch, method="asymp")
    both = np.concatenate([values.reference, values.batch])
    n, m = len(values.reference), len(values.batch)
    superiority = (rankdata(both)[n:].sum() - m * (m + 1) / 2) / (n * m)
    low, high = np.quantile(both, [0.005, 0.995])
    # The ends of a histogram take in what is beyond them: one extreme picture must not flatten all others.
    edges = np.linspace(low, high if high > low else low + 1, _BINS + 1)
    sides = (values.reference, values.batch)
    counts = [np.histogram(np.clip(side, edges[0], edges[-1]), edges)[0] for side in sides]
    return PropertyShift(
        values.name,
        values.title,
        values.unit,
        float(np.median(values.reference)),
        float(np.median(values.batch)),
        float(test.statistic),
        float(superiority),
        float(min(max(test.pvalue, 0.0), 1.0)),
        tuple(edges.tolist()),
        tuple(counts[0].tolist()),
        tuple(counts[1].tolist()),
    )


def _shares(name: str, title: str, reference: list[str], batch: list[str]) -> ShareShift:
    groups = sorted({*reference, *batch})
    at = {group: i for i, group in enumerate(groups)}
    counts = np.array(
        [np.bincount([at[group] for group in side], minlength=len(groups)) for side in (reference, batch)]
    )
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    change = np.abs(shares[0] - shares[1])
    shown = [
        GroupShare(groups[i] or "no label", int(counts[0, i]), int(counts[1, i]))
        for i in np.argsort(-change, kind="stable")[:LARGEST_SHOWN]
    ]
    return ShareShift(name, title, _chi_squared(counts), float(change.sum() / 2), tuple(shown))


def _chi_squared(counts: FloatArray) -> float:
    """p-value of the hypothesis that both rows ``(2, groups)`` are spread alike; 1 for a single group."""
    from scipy.stats import chi2_contingency

    expected = counts.sum(axis=0) * counts.sum(axis=1).min() / counts.sum()
    rare = expected < _FEWEST_EXPECTED
    merged = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
    merged = merged[:, merged.sum(axis=0) > 0]
    return float(chi2_contingency(merged).pvalue) if merged.shape[1] > 1 else 1.0
