"""What has to be known of pictures to choose the best of them."""

from collections.abc import Sequence
from typing import Protocol

from ...collection.types import Picture
from .originality import Highlights, Margin, Source


class Examined(Protocol):
    """What can be asked of the pictures of a group; see `core.dedup.groups.originality.Examination`."""

    def exists(self, picture: Picture) -> bool:
        """Whether its file is there."""
        ...

    def damaged(self, picture: Picture) -> bool:
        """Whether a part of its file is lost."""
        ...

    def margin(self, picture: Picture) -> Margin:
        """Its plain margin."""
        ...

    def known(self, picture: Picture) -> tuple[str, ...]:
        """What is known of it beyond its pixels."""
        ...

    def sharpness(self, picture: Picture) -> float | None:
        """How sharp it is; None if that is unknown."""
        ...

    def lost_tones(self, picture: Picture) -> float:
        """How much of it is lost in black or white."""
        ...

    def highlights(self, picture: Picture) -> Highlights:
        """How much of its colours is cut off at their brightest."""
        ...

    def coarseness(self, picture: Picture) -> float | None:
        """How coarsely its file rounds what it shows; None if that is unknown."""
        ...

    def source(self, copy: Picture, others: Sequence[Picture]) -> Source | None:
        """Which of the others, best first, it was made from."""
        ...
