"""The facts needed to choose the best of several pictures."""

from collections.abc import Sequence
from typing import Protocol

from ...collection.types import Picture
from .originality import Highlights, Margin, Source


class Examined(Protocol):
    """The facts about the pictures of a group; see `core.dedup.groups.originality.Examination`."""

    def exists(self, picture: Picture) -> bool:
        """Whether its file exists."""
        ...

    def damaged(self, picture: Picture) -> bool:
        """Whether a part of its file is lost."""
        ...

    def margin(self, picture: Picture) -> Margin:
        """Its plain margin."""
        ...

    def known(self, picture: Picture) -> tuple[str, ...]:
        """Its known metadata."""
        ...

    def sharpness(self, picture: Picture) -> float | None:
        """Its sharpness; None if unknown."""
        ...

    def lost_tones(self, picture: Picture) -> float:
        """Its share of tones lost in black or white."""
        ...

    def highlights(self, picture: Picture) -> Highlights:
        """Its clipped highlights."""
        ...

    def coarseness(self, picture: Picture) -> float | None:
        """The coarseness of its JPEG quantisation; None if unknown."""
        ...

    def source(self, copy: Picture, others: Sequence[Picture]) -> Source | None:
        """The source from which it was made, of the others, best first."""
        ...
