"""What other features and the screens do with stored runs: names of clusters, marks, renaming, deletion."""

from collections.abc import Sequence

from ..collection.reader import Reader
from .naming.proposals import Proposals, pack, unpack
from .store import ClusteringStore


def given_names(collection: Reader, run: int) -> dict[int, str]:
    """The names that a person gave to clusters of a stored run, by cluster."""
    return ClusteringStore(collection.catalogue).names(run)


def set_given_name(collection: Reader, run: int, cluster: int, name: str | None) -> None:
    """Give a cluster a name, unchecked (`rename` checks); with None its proposed name holds again."""
    ClusteringStore(collection.catalogue).set_name(run, cluster, name)


def proposals_of(collection: Reader, run: int) -> Proposals | None:
    """The names that were proposed for the clusters of a stored run; None before any were.

    Raises:
        CollectionError: there is no such run.
    """
    return unpack(ClusteringStore(collection.catalogue).get(run)[0].proposed)


def set_proposals(collection: Reader, run: int, proposals: Proposals) -> None:
    """Store the names that are proposed for the clusters of a run."""
    ClusteringStore(collection.catalogue).propose(run, pack(proposals))


def rename_run(collection: Reader, run: int, name: str) -> None:
    """Give a stored run another name.

    Raises:
        CollectionError: another run has that name.
    """
    ClusteringStore(collection.catalogue).rename(run, name)


def delete_run(collection: Reader, run: int) -> bool:
    """Delete a stored run with its names and marks; returns whether it was there."""
    return ClusteringStore(collection.catalogue).delete(run)


def runs_of_space(collection: Reader, space_id: int) -> int:
    """How many stored runs were made in a space."""
    return sum(one.space_id == space_id for one in ClusteringStore(collection.catalogue).list())


def take_marks_back(collection: Reader, run: int, cluster: int, shas: Sequence[str]) -> None:
    """Take back the last marks on pictures of a cluster, given by their content hashes."""
    ClusteringStore(collection.catalogue).mark(run, cluster, shas, None)


def reviewed_clusters(collection: Reader) -> int:
    """The largest number of clusters with marks in any stored run."""
    store = ClusteringStore(collection.catalogue)
    return max((len({mark.cluster for mark in store.marks(one.id)}) for one in store.list()), default=0)
