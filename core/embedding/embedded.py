"""The embedded encoders: EfficientNet-Lite for pictures, its classifier's words for texts."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.embedding import efficientnet
from core.embedding.encoder import Concept
from core.embedding.runtime import load_network
from core.embedding.words import ClassWords, class_names

FloatArray = NDArray[np.float32]

# What a normalised embedding has lost: the usual length of a pooled feature. Only the balance of the
# classifier's bias against its weights depends on it, so a typical value does.
_TYPICAL_NORM = 25.0


class EmbeddedEncoder:
    """An encoder whose weights are installed with the app; implements `core.embedding.encoder.Encoder`."""

    def __init__(self, model: efficientnet.LiteModel) -> None:
        self._model = model
        self._fingerprint = efficientnet.fingerprint(model)
        self._network = load_network(efficientnet.network_spec(model))
        self._lock = threading.Lock()
        self._loaded_words: ClassWords | None = None
        self._loaded_classifier: efficientnet.Classifier | None = None

    @property
    def name(self) -> str:
        """The name that `load_encoder` takes."""
        return self._model.name

    @property
    def dim(self) -> int:
        """Length of an embedding: 1280."""
        return efficientnet.DIM

    @property
    def fingerprint(self) -> str:
        """Hex digest of weights and preprocessing."""
        return self._fingerprint

    @property
    def min_side(self) -> int:
        """Shortest side in pixels that `prepare` wants to be given."""
        return efficientnet.min_side(self._model)

    @property
    def has_text(self) -> bool:
        """Texts are always understood."""
        return True

    def prepare(self, image: Image.Image) -> FloatArray:
        """Crop and scale one RGB picture to the model's square input; see `efficientnet.prepare`."""
        return efficientnet.prepare(image, self._model.size)

    def encode_prepared(self, batch: FloatArray) -> FloatArray:
        """Embed prepared pictures ``(N, 3, size, size)``: L2-normalised ``(N, 1280)`` float32."""
        if len(batch) == 0:
            return np.zeros((0, self.dim), dtype=np.float32)
        return self._network({"pixels": np.ascontiguousarray(batch, dtype=np.float32)})

    def encode_images(self, images: Sequence[Image.Image]) -> FloatArray:
        """Embed RGB pictures: L2-normalised ``(N, 1280)`` float32."""
        if not images:
            return np.zeros((0, self.dim), dtype=np.float32)
        # In slices: 32 prepared pictures are 19 MB, and a caller may bring ten thousand.
        slices = [images[start : start + 32] for start in range(0, len(images), 32)]
        return np.concatenate(
            [self.encode_prepared(np.stack([self.prepare(image) for image in part])) for part in slices]
        )

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed sentences into the space of the pictures: L2-normalised ``(T, 1280)`` float32."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return self._words().encode(texts)

    def explain_text(self, text: str, k: int = 5) -> list[Concept]:
        """The ImageNet classes that stand for `text`, strongest first; shares of all 1000 sum to 1."""
        return self._words().explain_text(text, k)

    def explain_images(self, vectors: FloatArray, k: int = 5) -> list[list[Concept]]:
        """The ImageNet classes that pictures with embeddings ``(N, 1280)`` look most like."""
        classifier, names = self._classifier(), class_names()
        scaled = np.asarray(vectors, dtype=np.float32) * _TYPICAL_NORM
        logits = scaled @ classifier.weight.T + classifier.bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        order = np.argsort(-shares, axis=1, kind="stable")[:, :k]
        return [
            [Concept(names[at], float(row[at])) for at in best]
            for row, best in zip(shares, order, strict=True)
        ]

    def _classifier(self) -> efficientnet.Classifier:
        with self._lock:
            if self._loaded_classifier is None:
                self._loaded_classifier = efficientnet.load_classifier(self._model)
            return self._loaded_classifier

    def _words(self) -> ClassWords:
        classifier = self._classifier()
        with self._lock:
            if self._loaded_words is None:
                self._loaded_words = ClassWords(classifier)
            return self._loaded_words
