"""Health of a collection: does what is stored still hold, and do the pictures still look as they did?"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
