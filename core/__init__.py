"""Lookalike's engine: visual search, near-duplicates and clusters over collections of pictures.

    from core import Query, SearchEngine, Workspace

The names below load on first use, so that ``import core`` stays quick.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
