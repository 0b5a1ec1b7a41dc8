"""A map of the collection: every picture a point in the plane, those that look alike close together."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
