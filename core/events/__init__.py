"""Events of a photo library: pictures of one occasion, detected by time, similarity and place."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
