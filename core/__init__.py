"""Lookalike's engine: visual search, near-duplicates and clusters over collections of pictures.

    from core import Query, SearchEngine, Workspace

The names below load on first use, so that ``import core`` stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.collection.workspace import Workspace
    from core.errors import LookalikeError
    from core.search.engine import SearchEngine
    from core.search.query import Query

__all__ = ["LookalikeError", "Query", "SearchEngine", "Workspace"]

_HOMES = {
    "LookalikeError": "core.errors",
    "Query": "core.search.query",
    "SearchEngine": "core.search.engine",
    "Workspace": "core.collection.workspace",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'core' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
