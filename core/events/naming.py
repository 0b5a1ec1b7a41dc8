"""Titles of the events of a run: proposed or given by the user, stored with the run like cluster names."""

from collections.abc import Mapping, Sequence

from ..clustering.naming.names import LONGEST, propose_names
from ..clustering.naming.proposals import NameProposal
from ..clustering.stored_runs import proposals_of, set_given_name, set_proposals
from ..clustering.types import Clustering
from ..collection.collection import Collection
from ..collection.reader import Reader
from ..errors import ClusteringError
from ..jobs import Monitor
from .titles import Occasion, titles

_WORDS = 2
_FEWEST = 3
"""Pictures of which words can be said at all."""


def words(collection: Reader, made: Clustering, monitor: Monitor) -> Mapping[int, tuple[str, ...]]:
    """What is seen on each event of an unstored run, in a word or two, by its number.

    The label that most pictures bear, else the words that fit best.
    """
    sizes = made.sizes
    said: dict[int, tuple[str, ...]] = {}
    for cluster, proposals in propose_names(collection, made, monitor=monitor).items():
        if sizes[cluster] < _FEWEST:
            continue
        told = [p for p in proposals if p.source == "label"][:1]
        told = told or sorted(proposals, key=lambda p: (p.source == "words", -p.score))
        said[cluster] = _different([p.name for p in told])
    return said


def _different(names: Sequence[str]) -> tuple[str, ...]:
    """The first names that are not kinds of one another, as nightgowns are of gowns."""
    kept: list[str] = []
    for name in names:
        if not any(name.endswith(other) or other.endswith(name) for other in kept):
            kept.append(name)
    return tuple(kept[:_WORDS])


def propose(collection: Collection, kept: Clustering, occasions: Sequence[Occasion]) -> dict[int, str]:
    """Make the titles of a stored run's events and keep them; returns them by event."""
    made = dict(enumerate(titles(occasions)))
    assert kept.id is not None  # noqa: S101 - it was stored
    set_proposals(
        collection,
        kept.id,
        {cluster: (NameProposal(title, 1.0, "words"),) for cluster, title in made.items()},
    )
    return made


def proposed(collection: Reader, kept: Clustering) -> dict[int, str]:
    """The titles that were proposed for a stored run's events."""
    assert kept.id is not None  # noqa: S101 - it was loaded
    found = proposals_of(collection, kept.id) or {}
    return {cluster: group[0].name for cluster, group in found.items() if group}


def rename(collection: Collection, kept: Clustering, cluster: int, title: str | None) -> None:
    """Rename an event; two events may have the same title, such as two birthdays."""
    assert kept.id is not None  # noqa: S101 - it was stored
    if not 0 <= cluster < kept.k:
        raise ClusteringError(f"There is no event {cluster + 1} any more; load the page again.")
    line = " ".join("".join(c if c.isprintable() else " " for c in title or "").split())
    if len(line) > LONGEST:
        raise ClusteringError(f"That title has {len(line)} characters; {LONGEST} are the most.")
    set_given_name(collection, kept.id, cluster, line or None)
