"""The generated sample catalogue as a source of pictures, each drawn on reading."""

import hashlib
from collections.abc import Iterator
from functools import partial

from ...sample_catalogue import SampleItem, draw, sample_items
from .sources import Candidate, Skipped


class SampleSource:
    """Every picture of the sample catalogue, with its label and caption, in a fixed mixed order.

    Mixed, so that the gallery starts with a shop and not with sixteen vases.
    """

    def __iter__(self) -> Iterator[Candidate | Skipped]:
        for item in sorted(sample_items(), key=_place):
            yield Candidate(
                name=item.name,
                path=None,
                size=0,
                mtime_ns=0,
                label=item.label,
                caption=item.caption,
                read=partial(draw, item),
            )

    def count(self) -> int:
        """Number of pictures."""
        return len(sample_items())


def _place(item: SampleItem) -> str:
    return hashlib.sha256(item.name.encode()).hexdigest()
