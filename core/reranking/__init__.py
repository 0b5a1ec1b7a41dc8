"""Re-ranking of the top candidates; works on vectors and arrays, never on collections."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
