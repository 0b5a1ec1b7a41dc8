"""Repair of damaged or missing vectors, from their pictures."""

from collections.abc import Callable, Mapping

from ..embedding.base import Encoder
from ..embedding.registry import load_encoder
from ..errors import EncoderError
from ..jobs import Monitor
from .adapters.derive import DerivedTarget, derive_missing
from .ingest.reembed import embed
from .storage.catalogue import Catalogue
from .storage.space_types import Space
from .storage.spaces import Spaces
from .types import RepairReport, Skip


def repair_vectors(
    catalogue: Catalogue,
    spaces: Spaces,
    main: Space | None,
    derived: Mapping[Space, DerivedTarget],
    read: Callable[[int], bytes],
    monitor: Monitor,
) -> RepairReport:
    """Check every stored vector, and rebuild those that are not usable.

    Pictures are embedded again; in the `main` space also those without any vector. Spaces `derived` from it
    are mapped again. A vector that cannot be rebuilt (its original or its encoder is missing) stays listed as
    damaged. Vectors without a checksum get one, once they have passed. The caller holds the collection's
    lock.
    """
    damaged = repaired = 0
    skipped: list[Skip] = []
    for space in (one for one in spaces.all() if one not in derived):
        monitor.check()
        monitor.say(f"Checking the vectors of {space.encoder}")
        bad = spaces.find_damage(space)
        spaces.add_checksums(space)
        wanted = sorted({*bad, *(_without_vector(catalogue, space) if space == main else ())})
        damaged += len(wanted)
        if not wanted:
            continue
        try:
            encoder = _encoder_of(space)
        except EncoderError as error:
            skipped.append(Skip(space.encoder, f"{len(wanted):,} vectors cannot be rebuilt: {error}"))
            continue
        monitor.say(f"Embedding {len(wanted):,} pictures again")
        report = embed(catalogue, spaces, space, wanted, encoder, read, monitor.subtask())
        repaired += report.added
        skipped += report.skipped
    for space, target in derived.items():
        if main is None:
            break
        bad = spaces.find_damage(space)
        spaces.add_checksums(space)
        spaces.forget(space, bad)
        damaged += len(bad)
        repaired += derive_missing(catalogue, spaces, main, target, space, monitor.subtask())
    if repaired:
        with catalogue.transaction() as tx:
            tx.execute("UPDATE meta SET value = value + 1 WHERE key = 'repairs'")
    return RepairReport(damaged, repaired, tuple(skipped), monitor.cancelled)


def _encoder_of(space: Space) -> Encoder:
    """Load the encoder that made the vectors of `space`.

    Raises:
        EncoderError: it cannot be used here, or another version of it is installed.
    """
    encoder = load_encoder(space.encoder)
    if encoder.fingerprint != space.fingerprint:
        raise EncoderError(f"another version of {space.encoder} made them.")
    return encoder


def _without_vector(catalogue: Catalogue, space: Space) -> list[int]:
    rows = catalogue.execute(
        "SELECT id FROM picture p WHERE removed_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM vector v WHERE v.picture_id = p.id AND v.space_id = ?)",
        (space.id,),
    )
    return [row[0] for row in rows]
