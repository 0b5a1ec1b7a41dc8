"""Do new pictures still look like the old ones? One look, from the choice of pictures to the report."""

import math
import shlex
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from ...collection.batches import Batch
from ...collection.collection import Collection
from ...collection.reader import Reader
from ...collection.storage.vector_file import FloatArray
from ...embedding.cache import digest
from ...errors import DriftError
from ...jobs import Monitor
from ...stats.arrays import IntArray
from . import looks as ledger
from .batches import FEWEST_BATCH, FEWEST_REFERENCE, Selection, select
from .control import no_drift_control
from .drivers import find_drivers
from .explain import cluster_groups, explain, label_groups
from .history import looks
from .looks import Look
from .mmd import LARGEST, drift_kernel, permutation_test
from .properties import neighbour_values, norm_values, picture_values
from .types import ALPHA, DriftReport, EarlierBatch, Side

PERMUTATIONS = 999
_MOST_PERMUTATIONS = 24_999
_EARLIER = 5
"""Earlier additions that are compared in the same way."""
_EARLIER_PICTURES = 400
_EARLIER_PERMUTATIONS = 299
_LABELLED = 0.9
"""Share of the pictures of each side that need a label for the labels to take part."""
_SAME_NAMES = 0.5
"""Share of the batch whose labels the reference has too. Below it they are likely names of other folders, and
differ for that reason."""


class _Drawn(NamedTuple):
    """The pictures of one side that are compared: ids ``(n,)``, vectors ``(n, dim)``, labels."""

    ids: IntArray
    vectors: FloatArray
    labels: list[str]


def check_drift(
    collection: Collection,
    *,
    reference: str = "before",
    batch: str = "newest",
    alpha: float = ALPHA,
    seed: int = 0,
    monitor: Monitor | None = None,
) -> DriftReport:
    """Compare a batch of pictures with a reference; nothing is stored.

    Args:
        collection: its current space is compared.
        reference: see `core.health.drift.batches`.
        batch: see there.
        alpha: the chance of any false alarm in a year of looks, between 0 and 1.
        seed: of everything that is drawn; the same pictures and seed give the same answer.
        monitor: receives the progress of the six steps, and may stop it.

    Raises:
        DriftError: there is no such batch, a side has too few pictures, or alpha is out of range.
        Cancelled: the monitor was asked to stop.
    """
    if not 0 < alpha < 1:
        raise DriftError(
            f"The chance of a false alarm lies between 0 and 1, such as 0.05; {alpha:g} does not."
        )
    watched = monitor or Monitor()
    watched.expect(6)
    watched.say("Reading the pictures to compare")
    chosen = select(collection, reference, batch)
    rng = np.random.default_rng(seed)
    old = _draw(collection, chosen.reference, LARGEST, rng)
    new = _draw(collection, chosen.batch, LARGEST, rng)
    _check_vectors(collection, old, new)
    _step(watched, "Comparing the embeddings")
    before, at = looks(collection), datetime.now(UTC)
    groups = _common_labels(old.labels, new.labels)
    test = permutation_test(
        drift_kernel(np.concatenate([old.vectors, new.vectors]), groups),
        len(old.ids),
        permutations=PERMUTATIONS,
        most=min(_MOST_PERMUTATIONS, math.ceil(1.25 / ledger.next_level(before, at, alpha))),
        seed=seed,
        monitor=watched,
    )
    key = _key(collection, chosen)
    follows = chosen.whole_past and _is_new(before, chosen)
    repeated = next((one for one in before if one.key == key), None)
    found = _as_before(repeated) or ledger.decide(before, test.p_value, test.smooth_p, follows, at, alpha)
    _step(watched, "Looking for the pictures that drive it")
    drivers = find_drivers(old.vectors, new.vectors, old.ids, new.ids, seed)
    _step(watched, "Comparing properties of the pictures")
    norms = norm_values(collection, old.ids.tolist(), new.ids.tolist())
    values = [
        *([norms] if norms else []),
        neighbour_values(old.vectors, new.vectors),
        *picture_values(collection, old.ids.tolist(), new.ids.tolist(), watched.subtask()),
    ]
    watched.expect(watched.snapshot().done + 3)  # measuring has counted its own pictures
    properties, shares = explain(values, _grouped(collection, old, new, watched))
    _step(watched, "Testing where nothing has changed")
    control = no_drift_control(
        old.vectors,
        [one[: len(old.ids)] for one in groups],
        len(new.ids),
        alpha,
        seed=seed,
        monitor=watched,
    )
    _step(watched, "Comparing earlier additions")
    earlier = tuple(_earlier(collection, chosen.earlier, seed, watched))
    watched.advance()
    return DriftReport(
        at=at.isoformat(timespec="seconds"),
        encoder=collection.encoder_name,
        reference=Side(chosen.reference_title, len(chosen.reference), len(old.ids)),
        batch=Side(chosen.batch_title, len(chosen.batch), len(new.ids)),
        key=key,
        p_value=test.p_value,
        smooth_p=test.smooth_p,
        statistic=test.statistic,
        permutations=test.permutations,
        with_labels=bool(groups),
        alpha=alpha,
        alarm=found.alarm,
        level=found.level,
        evidence=found.evidence,
        evidence_needed=ledger.evidence_needed(alpha),
        number=found.number,
        spent=float(ledger.weights()[: found.number].sum()),
        follows=follows and repeated is None,
        up_to=max(*chosen.reference, *chosen.batch),
        repeats=0 if repeated is None else repeated.run,
        asked_reference=reference,
        asked_batch=batch,
        properties=properties,
        shares=shares,
        drivers=drivers,
        control=control,
        earlier=earlier,
        notes=(*chosen.notes, *_norm_notes(collection, chosen)),
        seed=seed,
    )


def _step(monitor: Monitor, note: str) -> None:
    monitor.check()
    monitor.advance()
    monitor.say(note)


def _draw(collection: Reader, ids: Sequence[int], most: int, rng: np.random.Generator) -> _Drawn:
    """Up to `most` of these pictures at random, without those whose vectors are missing or damaged."""
    drawn = np.sort(rng.permutation(np.array(ids, np.int64))[:most])
    found, vectors = collection.sound_vectors(drawn.tolist())
    return _Drawn(found, np.array(vectors, np.float32), label_groups(collection, found.tolist()))


def _check_vectors(collection: Reader, old: _Drawn, new: _Drawn) -> None:
    if len(new.ids) < FEWEST_BATCH or len(old.ids) < FEWEST_REFERENCE:
        raise DriftError(
            f"Only {len(old.ids):,} pictures of the reference and {len(new.ids):,} of the batch have been "
            f"embedded by {collection.encoder_name}: python -m core embed {shlex.quote(collection.name)}"
        )


def _common_labels(old: list[str], new: list[str]) -> list[IntArray]:
    """The labels as numbers, where nearly all pictures of both sides have one and the names are the same."""
    if min(sum(map(bool, side)) / len(side) for side in (old, new)) < _LABELLED:
        return []
    known = set(old)
    if sum(label in known for label in new) / len(new) < _SAME_NAMES or len({*old, *new}) < 2:
        return []
    return [np.unique([*old, *new], return_inverse=True)[1].astype(np.int64)]


def _grouped(
    collection: Reader, old: _Drawn, new: _Drawn, monitor: Monitor
) -> list[tuple[str, str, list[str], list[str]]]:
    groups = []
    if any(old.labels) and any(new.labels):
        groups.append(("labels", "Labels", old.labels, new.labels))
    clusters = cluster_groups(collection, old.ids.tolist(), new.ids.tolist(), Monitor())
    if clusters is not None:
        groups.append(("clusters", *clusters))
    monitor.check()
    return groups


def _earlier(
    collection: Reader, batches: Sequence[Batch], seed: int, monitor: Monitor
) -> "list[EarlierBatch]":
    """The last earlier additions, each compared with all that were before it."""
    found = []
    rng = np.random.default_rng(seed)
    for at in range(max(1, len(batches) - _EARLIER), len(batches)):
        past = sorted(i for one in batches[:at] for i in one.ids)
        old = _draw(collection, past, _EARLIER_PICTURES, rng)
        new = _draw(collection, batches[at].ids, _EARLIER_PICTURES, rng)
        if len(new.ids) < FEWEST_BATCH or len(old.ids) < FEWEST_REFERENCE:
            continue
        kernel = drift_kernel(
            np.concatenate([old.vectors, new.vectors]), _common_labels(old.labels, new.labels)
        )
        test = permutation_test(
            kernel, len(old.ids), permutations=_EARLIER_PERMUTATIONS, seed=seed, monitor=monitor
        )
        found.append(EarlierBatch(batches[at].title, len(batches[at].ids), test.p_value))
    return found


def _key(collection: Reader, chosen: Selection) -> str:
    space = collection.space()
    assert space is not None  # noqa: S101 - its vectors were read
    return digest(
        space.fingerprint, *(",".join(map(str, side)) for side in (chosen.reference, chosen.batch))
    )[:32]


def _is_new(before: Sequence[Look], chosen: Selection) -> bool:
    """Whether no earlier look whose evidence counts has compared any picture of the batch."""
    return min(chosen.batch) > max((one.up_to for one in before if one.follows), default=0)


def _as_before(look: Look | None) -> ledger.Decision | None:
    """The decision of an earlier look at the same pictures: looking again must not change it."""
    return None if look is None else ledger.Decision(look.alarm, look.level, look.evidence, look.number)


def _norm_notes(collection: Reader, chosen: Selection) -> Iterator[str]:
    space = collection.space(collection.base_encoder_name)
    if space is None:
        return
    ids = [*chosen.reference, *chosen.batch]
    unknown = int(np.isnan(collection.norms.of(space, ids)).sum())
    if unknown:
        yield (
            f"The length of the features before normalisation is not known of {unknown:,} of {len(ids):,} "
            "pictures, which were added before it was stored. Let it be measured: python -m core embed "
            f"{shlex.quote(collection.name)} --norms"
        )
