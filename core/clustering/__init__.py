"""The whole collection at once: clusters and their names, a map, what belongs nowhere, and events."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
