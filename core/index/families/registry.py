"""Kinds of index, by name. A new one is a line in `FAMILIES`, before `IVF`, which takes what is left."""

from ...errors import IndexingError
from .exact import EXACT
from .family import IndexFamily
from .hnsw import HNSW
from .ivf import IVF

FAMILIES: tuple[IndexFamily, ...] = (EXACT, HNSW, IVF)
_BY_NAME = {one.name: one for one in FAMILIES}


def find_family(name: str) -> IndexFamily:
    """The kind of index called `name`.

    Raises:
        IndexingError: there is none.
    """
    if name not in _BY_NAME:
        raise IndexingError(f"There is no kind of index “{name}”; there are {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def family_of(factory: str) -> IndexFamily:
    """The kind of index that FAISS describes so."""
    return next(one for one in FAMILIES if one.reads(factory))
