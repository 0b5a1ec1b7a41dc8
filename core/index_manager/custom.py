"""An index chosen by the user, built without tuning."""

from ..collection.collection import Collection
from ..collection.storage.index_records import IndexRecord
from ..errors import CollectionError, LookalikeError
from ..index.families.hnsw import HNSW
from ..index.families.registry import family_of
from ..index.presets import candidate_recipes
from ..index.spec import FLAT, Recipe
from ..jobs import Cancelled, Monitor
from ..stored import to_json
from .builder import make
from .search_settings import Settings

_SMALL = Recipe("hnsw", "HNSW32", 80)
"""The index built on request where exact search would do."""


def recipe_of(factory: str, ef_construction: int | None = None) -> Recipe:
    """Build the recipe of a FAISS factory string, such as “HNSW32” or “IVF1024,SQ8”."""
    family = family_of(factory)
    return Recipe(family.name, factory, ef_construction if family == HNSW else None)


def build_index(
    collection: Collection,
    recipe: Recipe | None = None,
    encoder: str | None = None,
    monitor: Monitor | None = None,
) -> IndexRecord:
    """Build an index and store it; `use` activates it. Its recall is not certified: `check` it.

    Args:
        collection: whose vectors are indexed.
        recipe: the index to build; default: the first that tuning would try.
        encoder: the encoder of the space; default: the collection's.
        monitor: receives the progress, and may stop the work.

    Raises:
        CollectionError: there are no pictures.
        IndexingError: the recipe cannot be built, or not with so few vectors.
        IndexFileError: the disk is full.
        Cancelled: the monitor was asked to stop.
    """
    name = encoder or collection.encoder_name
    space = collection.space(name)
    count = len(collection.vector_ids(name))
    if space is None or not count:
        raise CollectionError(f"“{collection.name}” holds no pictures yet; there is nothing to index.")
    if recipe is None:
        recipe = next((r for r in candidate_recipes(count, space.dim) if r != FLAT), _SMALL)
    record = collection.indexes.add(space.id, to_json(recipe), to_json(Settings()), "{}")
    try:
        make(collection, record, monitor)
    except (LookalikeError, Cancelled):
        collection.indexes.delete(record.id)
        raise
    return record
