"""An encoder small enough that tests of storage and search do not wait for a model.

A picture becomes its 4 × 4 grid of mean colours; the words “red”, “green” and “blue” are flat pictures.
"""

import hashlib

import numpy as np
from PIL import Image

from core.embedding import registry
from core.embedding.base import Concept, Embedded
from core.errors import EncoderError

DIM = 48
_WORDS = {"red": (220, 30, 30), "green": (30, 180, 60), "blue": (40, 60, 220)}


class TinyEncoder:
    def __init__(self, name="tiny", version="1", has_text=True):
        self.name = name
        self.dim = DIM
        self.min_side = 16
        self.has_text = has_text
        self.fingerprint = hashlib.sha256(f"{name} {version}".encode()).hexdigest()

    def prepare(self, image):
        small = image.resize((4, 4), Image.Resampling.BOX)
        return (np.asarray(small, np.float32) / 127.5 - 1).transpose(2, 0, 1)

    def encode_prepared(self, batch):
        flat = self._features(batch)
        return flat / np.linalg.norm(flat, axis=1, keepdims=True)

    def encode_with_norms(self, batch):
        return Embedded(self.encode_prepared(batch), np.linalg.norm(self._features(batch), axis=1))

    def _features(self, batch):
        return np.asarray(batch, np.float32).reshape(len(batch), DIM) + 1e-3

    def encode_images(self, images):
        if not images:
            return np.empty((0, DIM), np.float32)
        return self.encode_prepared(np.stack([self.prepare(image) for image in images]))

    def encode_texts(self, texts):
        if not self.has_text:
            raise EncoderError(f"{self.name} has no words.")
        colours = [next((c for w, c in _WORDS.items() if w in text), (128, 128, 128)) for text in texts]
        return self.encode_images([Image.new("RGB", (8, 8), colour) for colour in colours])

    def explain_text(self, text, k=5):
        return [Concept(word, 1.0) for word in _WORDS if word in text][:k]

    def explain_images(self, vectors, k=5):
        return [[] for _ in vectors]


def register(encoder):
    """Make `load_encoder` know it."""
    registry._loaded[encoder.name] = encoder
    return encoder
