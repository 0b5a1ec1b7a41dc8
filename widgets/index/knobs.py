"""The settings that an index listens to, as sliders. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.index import Recipe, SearchParameters

_MOST = 2048


@dataclass(frozen=True)
class Knob:
    """One setting: `name` in `SearchParameters`, its `title`, what it does, and the values to choose from."""

    name: str
    title: str
    help: str
    values: tuple[int, ...]

    def nearest(self, value: int) -> int:
        """The choice that is closest to `value`."""
        return min(self.values, key=lambda one: abs(one - value))


def knobs(recipe: Recipe, vectors: int, now: SearchParameters) -> list[Knob]:
    """The settings that an index of this recipe over so many vectors listens to, those of `now` offered."""
    from core.index import find_family

    found = []
    listens = find_family(recipe.family).parameters
    if "ef_search" in listens:
        found.append(
            Knob(
                "ef_search",
                "efSearch",
                "How many pictures the walk through the graph keeps in mind. More find more, but slower.",
                _choices(10, min(vectors, _MOST), now.ef_search),
            )
        )
    if "nprobe" in listens:
        lists = re.search(r"IVF(\d+)", recipe.factory)
        found.append(
            Knob(
                "nprobe",
                "nprobe",
                "How many of the lists that the pictures are sorted into are looked through.",
                _choices(1, int(lists[1]) if lists else _MOST, now.nprobe),
            )
        )
    if "Refine" in recipe.factory or "RFlat" in recipe.factory:
        found.append(
            Knob(
                "refine",
                "refine",
                "How many candidates, found by shortened vectors, are compared again by finer ones.",
                _choices(10, min(vectors, _MOST), now.refine),
            )
        )
    return found


def _choices(least: int, most: int, now: int | None) -> tuple[int, ...]:
    """Doubling from `least` to `most`, both ends and the present value included."""
    made = {least, max(least, most)}
    value = 1
    while value < most:
        made |= {value} if value > least else set()
        value *= 2
    return tuple(sorted(made | ({now} if now is not None else set())))
