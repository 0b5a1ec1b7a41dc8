"""Near-duplicate detection: which pairs of pictures are copies, with evidence and probabilities."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
