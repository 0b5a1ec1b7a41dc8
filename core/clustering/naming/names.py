"""Names for the clusters of a run: proposed automatically, editable, all different."""

from collections.abc import Mapping, Sequence

from ...collection.reader import Reader
from ...collection.safe_names import folded, nfc
from ...errors import ClusteringError, CollectionError, EncoderError
from ...jobs import Monitor
from ..members import members
from ..store import ClusteringStore
from ..types import NOISE, Clustering
from . import from_labels
from .from_encoder import names_from_words
from .proposals import NameProposal, Proposals, pack, unpack
from .vocabulary import Vocabulary, vocabulary

NOISE_NAME = "Belongs nowhere"
LONGEST = 80
"""Maximum length of a name given by the user."""


def propose_names(
    collection: Reader, clustering: Clustering, top: int = 5, monitor: Monitor | None = None
) -> Proposals:
    """Propose up to `top` names for each cluster, best first, and keep them with the run if it is stored.

    Labels and captions come first: the label of most pictures of a cluster, then words that its captions
    hold and the others' lack. Words that the encoder knows follow, with the colour that stands out. The first
    names of two clusters differ. Clusters without any evidence have no proposals.

    Raises:
        Cancelled: the monitor was asked to stop.
    """
    monitor = monitor or Monitor()
    monitor.say("Reading the clusters")
    found = members(collection, clustering)
    pictures = {picture.id: picture for picture in collection.get_many(found.ids.tolist())}
    labels: list[list[str | None]] = [[] for _ in range(clustering.k)]
    captions: list[list[str]] = [[] for _ in range(clustering.k)]
    for picture_id, cluster in zip(found.ids.tolist(), found.clusters.tolist(), strict=True):
        if cluster != NOISE and picture_id in pictures:
            labels[cluster].append(pictures[picture_id].label)
            captions[cluster].extend(c for c in (pictures[picture_id].caption,) if c and c.strip())
    monitor.check()
    words = _words(collection, clustering, monitor) if len(found) else None
    seen = names_from_words(found, clustering.k, words, top) if words else [[] for _ in labels]
    by_label = [from_labels.label_of(group) for group in labels]
    said = from_labels.caption_words(captions, top)
    proposals = _joined(by_label, said, seen, top)
    if clustering.id is not None:
        ClusteringStore(collection.catalogue).propose(clustering.id, pack(proposals))
    return proposals


def stored_proposals(collection: Reader, clustering: Clustering) -> Proposals | None:
    """Return the names proposed for a stored run; None if none were requested yet."""
    if clustering.id is None:
        return None
    return unpack(ClusteringStore(collection.catalogue).get(clustering.id)[0].proposed)


def display_names(collection: Reader, clustering: Clustering) -> dict[int, str]:
    """What to call each cluster, all different; with `NOISE` where there are pictures that belong nowhere.

    The user's name, else the best proposal that is not taken, else "Cluster 3" (they count from 1).
    Names are proposed first if none were requested yet.
    """
    given = {} if clustering.id is None else ClusteringStore(collection.catalogue).names(clustering.id)
    proposals = stored_proposals(collection, clustering)
    if proposals is None and any(cluster not in given for cluster in range(clustering.k)):
        proposals = propose_names(collection, clustering)
    names = _all_different(given, proposals or {}, clustering.k)
    if (clustering.clusters == NOISE).any():
        names[NOISE] = NOISE_NAME
    return names


def rename(collection: Reader, clustering: Clustering, cluster: int, name: str | None) -> None:
    """Rename a cluster; None or only spaces restores the proposed name.

    Raises:
        ClusteringError: the run is not stored, has no such cluster, or calls another one that.
    """
    if clustering.id is None:
        raise ClusteringError("These clusters are not stored yet; store them before you name them.")
    if not 0 <= cluster < clustering.k:
        raise ClusteringError(
            f"“{clustering.name}” has no cluster {cluster + 1}; it has {clustering.k} of them."
        )
    line = " ".join("".join(c if c.isprintable() else " " for c in nfc(name or "")).split())
    if len(line) > LONGEST:
        raise ClusteringError(f"That name has {len(line)} characters; {LONGEST} are the most.")
    given = ClusteringStore(collection.catalogue).names(clustering.id)
    if any(folded(other) == folded(line) for at, other in given.items() if at != cluster):
        raise ClusteringError(f"Another cluster is called “{line}” already; choose a different name.")
    ClusteringStore(collection.catalogue).set_name(clustering.id, cluster, line or None)


def _words(collection: Reader, clustering: Clustering, monitor: Monitor) -> Vocabulary | None:
    """The words of the run's encoder; None where it has none, or is not what made the vectors."""
    try:
        encoder = collection.encoder(clustering.setup.encoder)
    except (EncoderError, CollectionError):
        return None
    if not encoder.has_text:
        return None
    monitor.say("Looking up the words that the encoder knows")
    return vocabulary(encoder, monitor)


def _joined(
    by_label: Sequence[tuple[str, float] | None],
    said: Sequence[Sequence[tuple[str, float]]],
    seen: Sequence[Sequence[NameProposal]],
    top: int,
) -> Proposals:
    """Join the names to one list per cluster; a label shared by several clusters is disambiguated by their
    words.
    """
    shared: dict[str, int] = {}
    for found in by_label:
        if found:
            shared[found[0].casefold()] = shared.get(found[0].casefold(), 0) + 1
    proposals: Proposals = {}
    taken: set[str] = set()
    for cluster, found in enumerate(by_label):
        group = [NameProposal(term, score, "caption") for term, score in said[cluster]]
        group += [word for word in seen[cluster] if all(word.name != other.name for other in group)]
        if found:
            label, share = found
            if shared[label.casefold()] > 1:
                apart = _apart(label, group, taken)
                if apart:
                    group.insert(0, NameProposal(label, share, "label"))
                    label = apart
            group.insert(0, NameProposal(label, share, "label"))
        fresh = next((p for p in group if p.name.casefold() not in taken), None)
        if fresh:
            group.remove(fresh)
            group.insert(0, fresh)
            taken.add(fresh.name.casefold())
        proposals[cluster] = tuple(group[:top])
    return proposals


def _apart(label: str, group: Sequence[NameProposal], taken: set[str]) -> str | None:
    """The label with a word in brackets that no other cluster of that label has; None where none is left."""
    for proposal in group:
        name = f"{label} ({proposal.name})"
        if label.casefold() not in proposal.name.casefold() and name.casefold() not in taken:
            return name
    return None


def _all_different(given: Mapping[int, str], proposals: Proposals, k: int) -> dict[int, str]:
    taken = {name.casefold() for name in given.values()}
    names: dict[int, str] = {}
    for cluster in range(k):
        if cluster in given:
            names[cluster] = given[cluster]
            continue
        options = [p.name for p in proposals.get(cluster, ())]
        name = next((option for option in options if option.casefold() not in taken), None)
        names[cluster] = name or _numbered(f"Cluster {cluster + 1}", taken)
        taken.add(names[cluster].casefold())
    return names


def _numbered(name: str, taken: set[str]) -> str:
    number, one = 1, name
    while one.casefold() in taken:
        number += 1
        one = f"{name} ({number})"
    return one
