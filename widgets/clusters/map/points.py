"""The dots of the map as they are coloured now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.projection import MapPoints
from widgets.clusters import data
from widgets.clusters.map.coloring import by_trust, colouring

if TYPE_CHECKING:
    from core.clustering import Clustering
    from core.collection import Collection
    from core.projection import PictureMap


def map_points(
    collection: Collection,
    drawn: PictureMap,
    found: Clustering | None,
    names: Mapping[int, str],
    colour: str,
) -> tuple[MapPoints, str]:
    """The pictures of a map that are still there, and a sentence where there is nothing to colour by."""
    there = np.isin(drawn.ids, data.ids(collection))
    ids, xy = drawn.ids[there], drawn.xy[there]
    if colour == "trust":
        (values, scheme), missing = by_trust(drawn.kept[there]), ""
    else:
        (values, scheme), missing = colouring(collection, colour, ids, found, names)
    return MapPoints(ids, xy, values, scheme), missing
