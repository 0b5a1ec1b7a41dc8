"""Nearest-neighbour indexes over vectors and ids; they know nothing of collections."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
