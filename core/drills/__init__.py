"""Ten drills on a collection, ticked by its records, and common mistakes shown on its pictures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
