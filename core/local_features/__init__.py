"""Local features: keypoints of pictures, their matches, and the geometry of the matches."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
