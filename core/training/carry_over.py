"""What was shown in one space and does not hold in another: it has to be earned again after a switch.

Labels, captions, verdicts and queries that a person marked are about pictures and hold in every space. What
rests on cosines does not: proven recall of an index, scores and promises about near-duplicates, clusters, the
map, a learned re-ranker, a calibrated cut-off.
"""

import json
from dataclasses import dataclass
from typing import Literal

from ..clustering.stored_runs import runs_of_space
from ..collection.collection import Collection
from ..collection.storage.space_types import Space
from ..dedup.stored_pairs import has_pairs
from ..embedding.adapted_encoder import split_name
from ..projection.serialize import has_map

Earned = Literal["index", "duplicates", "map", "clusters", "reranker", "cutoff"]


@dataclass(frozen=True)
class CarryOver:
    """One thing that does not carry over from another space.

    Attributes:
        key: what it is.
        title: the display name.
        due: whether the current space lacks what another space of the collection has.
        sentence: what is the case, and what to do.
        command: the verb and options of the command line that earn it again; empty where nothing is to do.
    """

    key: Earned
    title: str
    due: bool
    sentence: str
    command: str = ""


def carried_over(collection: Collection) -> list[CarryOver]:
    """What the current space has yet to earn, and what it has; empty where there is only one space."""
    space = collection.space()
    others = [] if space is None else _others(collection, space)
    if space is None or not others:
        return []
    return [
        _index(collection, space, others),
        _duplicates(collection, space, others),
        _map(collection, space, others),
        _clusters(collection, space, others),
        _reranker(collection, others),
        CarryOver(
            "cutoff",
            "Cut-off for good matches",
            False,
            "Calibrated on this space by itself, with the first search that asks for it.",
        ),
    ]


def _others(collection: Collection, space: Space) -> list[Space]:
    """The other spaces of the same base encoder."""
    base, _ = split_name(space.encoder)
    return [one for one in collection.spaces() if split_name(one.encoder)[0] == base and one.id != space.id]


def _index(collection: Collection, space: Space, others: list[Space]) -> CarryOver:
    title, command = "Recall of the index", "tune"
    record = collection.indexes.in_use(space.id)
    if record is not None and "certificates" in json.loads(record.measured):
        return CarryOver("index", title, False, "Proven on the pictures in this space.")
    if record is not None:
        return CarryOver(
            "index", title, True, "An index was built as before; its recall is not proven here.", command
        )
    if any(collection.indexes.in_use(one.id) for one in others):
        return CarryOver(
            "index", title, True, "Another space has an index; this one is searched exactly.", command
        )
    return CarryOver("index", title, False, "Search is exact: there is nothing to prove.")


def _duplicates(collection: Collection, space: Space, others: list[Space]) -> CarryOver:
    title, command = "Near-duplicates: scores, threshold and promise", "duplicates"
    taught = collection.space_file("duplicates.json").exists()
    before = any(collection.space_file("duplicates.json", one.encoder).exists() for one in others)
    if has_pairs(collection, space.id):
        said = "Pairs were compared in this space. Verdicts hold in every space."
        if before and not taught:
            said += " The score has not learned from them here yet: press “Learn from the labels”."
        return CarryOver("duplicates", title, before and not taught, said, command if not taught else "")
    if any(has_pairs(collection, one.id) for one in others):
        return CarryOver(
            "duplicates",
            title,
            True,
            "Pairs were compared in another space; scores and promises do not hold here. Verdicts do.",
            command,
        )
    return CarryOver("duplicates", title, False, "No pairs were compared in any space.")


def _map(collection: Collection, space: Space, others: list[Space]) -> CarryOver:
    if has_map(collection, space.id):
        return CarryOver("map", "Map", False, "Drawn from this space.")
    due = any(has_map(collection, one.id) for one in others)
    said = "The map was drawn from another space." if due else "There is no map in any space."
    return CarryOver("map", "Map", due, said, "map" if due else "")


def _clusters(collection: Collection, space: Space, others: list[Space]) -> CarryOver:
    if runs_of_space(collection, space.id):
        return CarryOver("clusters", "Clusters", False, "Found in this space.")
    due = any(runs_of_space(collection, one.id) for one in others)
    said = (
        "Clusters were found in another space. Those runs stay, with the names given to them."
        if due
        else "No clusters were found in any space."
    )
    return CarryOver("clusters", "Clusters", due, said, "clusters" if due else "")


def _reranker(collection: Collection, others: list[Space]) -> CarryOver:
    title, command = "Learned re-ranker", "train --reranker"
    if collection.space_file("reranker.json").exists():
        return CarryOver("reranker", title, False, "Trained in this space.")
    due = any(collection.space_file("reranker.json", one.encoder).exists() for one in others)
    said = "The re-ranker was trained in another space." if due else "None was trained in any space."
    return CarryOver("reranker", title, due, said, command if due else "")
