"""Search by tiles: what is small in a picture is large in one of its tiles.

The vector of a whole picture describes its main content. A logo on a tenth of it hardly counts, but fills a
tile of a third of its width. Each tile is embedded and searched like a picture; a picture found by several
tiles keeps its best cosine.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import QueryError
from ..images.decoding.decode import load_image
from ..images.files import read_file
from .engine import SearchEngine
from .query import Region
from .query_vectors import crop
from .slots import one_search

GRIDS = ((1, 1), (2, 3), (3, 5), (5, 9))
"""For each grid of tiles: the tile's share of the picture's sides (1 : n), and the number along each side."""
_EACH = 5
"""Hits per tile that are merged."""


@dataclass(frozen=True)
class TileHit:
    """A picture found by a part of another one.

    Attributes:
        id: of the picture.
        score: the cosine with the most similar tile.
        region: of that tile.
    """

    id: int
    score: float
    region: Region


def tiles() -> tuple[Region, ...]:
    """Cut a picture into overlapping tiles of a half, a third and a fifth of its sides, plus the whole."""
    found = []
    for share, count in GRIDS:
        side = 1 / share
        for top in np.linspace(0, 1 - side, count):
            found += [
                Region(float(left), float(top), float(left + side), float(top + side))
                for left in np.linspace(0, 1 - side, count)
            ]
    return tuple(found)


def search_tiles(engine: SearchEngine, image: bytes | Path, k: int = 10) -> tuple[TileHit, ...]:
    """Find the `k` pictures most similar to any part of `image`, best first.

    About a hundred tiles are embedded, which takes a second on two cores.

    Raises:
        QueryError: `k` is less than 1.
        ImageError: the picture cannot be read.
        CollectionError: the collection cannot be read.
    """
    if k < 1:
        raise QueryError("The number of results must be at least 1.")
    with one_search():
        return _search(engine, image, k)


def _search(engine: SearchEngine, image: bytes | Path, k: int) -> tuple[TileHit, ...]:
    collection = engine.collection
    encoder = collection.encoder(engine.encoder_name)
    picture = load_image(read_file(image) if isinstance(image, Path) else image).image
    regions = [region for region in tiles() if _large_enough(region, picture.width, picture.height)]
    vectors = encoder.encode_images([crop(picture, region) for region in regions])
    hidden = set(collection.removed_ids())
    found = engine.keeper.search(vectors, _EACH + min(len(hidden), 1000)).neighbours
    best: dict[int, TileHit] = {}
    for region, ids, scores in zip(regions, found.ids, found.scores, strict=True):
        for one, score in zip(ids.tolist(), scores.tolist(), strict=True):
            if one >= 0 and one not in hidden and (one not in best or score > best[one].score):
                best[one] = TileHit(int(one), float(score), region)
    return tuple(sorted(best.values(), key=lambda hit: (-hit.score, hit.id))[:k])


def _large_enough(region: Region, width: int, height: int) -> bool:
    """Whether a tile has enough pixels to show anything; the whole picture always does."""
    side = min((region.right - region.left) * width, (region.bottom - region.top) * height)
    return side >= 24 or region.right - region.left == 1
