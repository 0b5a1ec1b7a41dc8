"""Events of a photo library: what was photographed on one occasion, told by time, sight and place."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
