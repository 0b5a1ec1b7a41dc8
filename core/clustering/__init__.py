"""Clustering of a collection: clusters and their names, outliers, label errors."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
