"""Proposed names as they are stored: JSON beside the run."""

import json
from dataclasses import dataclass
from typing import Literal, get_args

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


def to_json(proposals: Proposals) -> str:
    """Proposals as text."""
    return json.dumps(
        {str(cluster): [[p.name, p.score, p.source] for p in group] for cluster, group in proposals.items()},
        ensure_ascii=False,
    )


def from_json(text: str | None) -> Proposals | None:
    """Proposals from text; None where there are none or they cannot be read: they can be made again."""
    try:
        return {
            int(cluster): tuple(NameProposal(str(n), float(s), _source(told)) for n, s, told in group)
            for cluster, group in json.loads(text or "").items()
        }
    except (ValueError, TypeError, AttributeError):
        return None


def _source(text: str) -> Source:
    for source in get_args(Source):
        if source == text:
            return source  # type: ignore[no-any-return]
    raise ValueError(f"{text!r} is no source")
