"""Which encoders there are, and one loaded copy of each per process."""

import threading

from core.embedding.efficientnet import LITE0, LITE2
from core.embedding.encoder import Encoder
from core.errors import EncoderError

DEFAULT_ENCODER = LITE0.name
_EMBEDDED = {model.name: model for model in (LITE0, LITE2)}

_lock = threading.Lock()
_loaded: dict[str, Encoder] = {}


def load_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Return the encoder called `name`, loaded once per process.

    Args:
        name: ``"efficientnet-lite0"``, ``"efficientnet-lite2"``, a hub id such as
            ``"openai/clip-vit-base-patch32"``, or a local directory with such a model.

    Raises:
        EncoderError: there is no such encoder, or it cannot be used here; the text says what to do.
    """
    with _lock:
        if name not in _loaded:
            _loaded[name] = _load(name)
        return _loaded[name]


def _load(name: str) -> Encoder:
    if name in _EMBEDDED:
        from core.embedding.embedded import EmbeddedEncoder

        return EmbeddedEncoder(_EMBEDDED[name])
    raise EncoderError(f"There is no encoder called {name!r}. Embedded: {', '.join(_EMBEDDED)}.")
