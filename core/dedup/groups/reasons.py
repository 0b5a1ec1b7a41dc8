"""Phrases of the sentences that explain why a picture is kept."""

from collections.abc import Sequence

from ...collection.types import Picture
from .originality import Source


def of_source(copy: Picture, source: Source) -> str:
    """Explain that `copy` was made from the picture that is kept."""
    if source.how == "enlarged":
        before = size_of(source.picture)
        return f"the original; {name_of(copy)}, {size_of(copy)}, was enlarged from {before}."
    if source.how == "compression":
        return (
            f"likely the original; {name_of(copy)} shows traces of an earlier JPEG compression with the "
            "steps of this file."
        )
    what = "the other way round" if source.how == "mirrored" else "as another picture"
    return f"the original; the small preview inside {name_of(copy)} shows it {what}."


def name_of(picture: Picture) -> str:
    """Return the file's name without its folders."""
    return picture.name.rsplit("/", 1)[-1]


def listed(words: Sequence[str]) -> str:
    """Join words as “a, b and c”."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def size_of(picture: Picture, share: float = 1.0) -> str:
    """Format width and height; with a `share` of the area, approximately, as if all sides were cut
    equally.
    """
    side = share**0.5
    return f"{round(picture.width * side)} × {round(picture.height * side)}"


def kilobytes(count: int) -> str:
    """Format a number of bytes, in kilobytes or megabytes."""
    return f"{count / 1000:,.0f} kB" if count < 1_000_000 else f"{count / 1e6:,.1f} MB"
