"""The registry of encoders, with one loaded copy of each per process.

A new one that comes with a package is a line in `BUILT_IN`; one of the hub needs none, and a line in
`_WELL_KNOWN` lists it.
"""

import threading

from ..errors import EncoderError
from . import hf_files
from .base import Encoder, EncoderInfo
from .built_in import BuiltIn
from .lite_encoders import LITE0_ENCODER, LITE2_ENCODER

BUILT_IN: tuple[BuiltIn, ...] = (LITE0_ENCODER, LITE2_ENCODER)
DEFAULT_ENCODER = LITE0_ENCODER.name

# Name, title, dimension, words: what is worth trying first. Any other hub id of a supported type works too.
_WELL_KNOWN = (
    ("openai/clip-vit-base-patch32", "CLIP ViT-B/32", 512, True),
    ("google/siglip2-base-patch16-224", "SigLIP 2 base", 768, True),
    ("facebook/dinov2-small", "DINOv2 small", 384, False),
    ("google/vit-base-patch16-224", "ViT base, ImageNet", 768, False),
    ("microsoft/resnet-50", "ResNet-50, ImageNet", 2048, False),
)

_guard = threading.Lock()
_locks: dict[str, threading.Lock] = {}
_loaded: dict[str, Encoder] = {}


def load_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Return the encoder called `name`, loaded once per process.

    Args:
        name: ``"efficientnet-lite0"``, ``"efficientnet-lite2"``, a hub id such as
            ``"openai/clip-vit-base-patch32"``, or a local directory with such a model.

    Raises:
        EncoderError: there is no such encoder, or it cannot be used here; the message says what to do.
    """
    if name in _loaded:
        return _loaded[name]
    with _guard:
        lock = _locks.setdefault(name, threading.Lock())
    with lock:  # one lock each: an encoder that must be downloaded does not block the others
        if name not in _loaded:
            _loaded[name] = _load(name)
        return _loaded[name]


def list_encoders() -> list[EncoderInfo]:
    """Return the embedded encoders and the well-known ones, and whether each can be used right now.

    No network access and no import of a model library, so it is fast enough for every page.
    """
    embedded = []
    for one in BUILT_IN:
        reason = ""
        try:
            one.check()
        except EncoderError as error:
            reason = str(error)
        embedded.append(EncoderInfo(one.name, one.title, one.dim, one.has_text, not reason, reason))
    known = []
    for name, title, dim, has_text in _WELL_KNOWN:
        here = hf_files.cached_snapshot(name) is not None
        reason = "" if here else f"Not on this machine. {hf_files.how_to_get(name)}"
        known.append(EncoderInfo(name, title, dim, has_text, here, reason))
    return embedded + known


def _load(name: str) -> Encoder:
    for one in BUILT_IN:
        if one.name == name:
            return one.load()
    from .hf_encoder import HubEncoder

    return HubEncoder(name)
