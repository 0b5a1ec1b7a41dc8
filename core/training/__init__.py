"""Training: mining, adapters and the gates that they must pass. Arrays and ids only; it stores nothing."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
