"""Proposed names as they are stored: JSON beside the run."""

import json
from dataclasses import dataclass
from typing import Literal

from ...stored import UNREADABLE, from_json

Source = Literal["label", "caption", "words"]
"""Where a name comes from: the labels of the pictures, their captions, or the words the encoder knows."""


@dataclass(frozen=True)
class NameProposal:
    """A name for a cluster.

    Attributes:
        name: such as "red dresses".
        score: higher fits better, among names of the same source: the share of the cluster's pictures with
            the label; tf-idf of a caption's words; how much nearer a word is to this cluster's pictures than
            to the others' (a difference of cosines).
        source: where it comes from.
    """

    name: str
    score: float
    source: Source


Proposals = dict[int, tuple[NameProposal, ...]]


def pack(proposals: Proposals) -> str:
    """Write proposals as JSON: a list per name instead of an object, as they were always stored."""
    return json.dumps(
        {str(cluster): [[p.name, p.score, p.source] for p in group] for cluster, group in proposals.items()},
        ensure_ascii=False,
    )


def unpack(text: str | None) -> Proposals | None:
    """Read what `pack` wrote; None where there is none or it cannot be read: names can be proposed again."""
    try:
        stored = from_json(dict[int, list[tuple[str, float, Source]]], text or "")
    except UNREADABLE:
        return None
    return {cluster: tuple(NameProposal(*one) for one in group) for cluster, group in stored.items()}
