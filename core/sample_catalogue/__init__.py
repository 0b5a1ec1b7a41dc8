"""The sample catalogue: pictures of a small shop, drawn on the spot, with the truth about every copy.

Nothing is downloaded and nothing is random: the same library versions give the same bytes on every run.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
