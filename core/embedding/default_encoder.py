"""The built-in encoders: EfficientNet-Lite and colours for pictures, the classifier's class names for texts.

An embedding is ``[features (1280), colours (16)]`` with a fixed share of its squared length in each half,
and L2 norm 1.
"""

import hashlib
import threading
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray
from PIL import Image

from . import efficientnet
from .base import Concept, Embedded, normalise
from .onnx_runtime import load_network
from .text.class_prototypes import ClassWords, class_names
from .text.colors import WIDTH, colour_block, colour_direction, find_colours

FloatArray = NDArray[np.float32]

# What a normalised embedding has lost: the usual length of a pooled feature. Only the balance of the
# classifier's bias against its weights depends on it, so a typical value does.
_TYPICAL_NORM = 25.0

# The colours' share of an embedding's squared length. Image to image, leave-one-out over the clothing
# photos of train and validation, P@5 (± 0.010) at shares 0, 0.02, 0.05, 0.1: Lite0 0.770, 0.767, 0.759,
# 0.745; Lite2 0.782, 0.780, 0.771, 0.757. A text weighs the colours up again, so a hundredth is enough.
_COLOUR_SHARE = np.float32(0.01)
# How much a colour's block counts against the classes' score, for a text that names one. "a COLOUR CLASS"
# over train and validation, Lite0, at 0, 0.05, 0.1, 0.15, 0.25: average precision of both together 0.078,
# 0.157, 0.245, 0.300, 0.349; P@10 of the class alone 0.70, 0.70, 0.67, 0.64, 0.59; of the colour alone
# 0.13, 0.33, 0.49, 0.60, 0.70.
_COLOUR_WEIGHT = 0.12
_EXPLAINED = 20_000
"""Number of pictures whose classes are cached, under 1 kB each: the same ones are found again and again, and
comparing 24 with all classes is most of the CPU time of a search in an indexed collection.
"""


class EmbeddedEncoder:
    """An encoder whose weights are installed with the app; implements `core.embedding.base.Encoder`."""

    def __init__(self, model: efficientnet.LiteModel) -> None:
        self._model = model
        self._fingerprint = efficientnet.fingerprint(model)
        self._network = load_network(efficientnet.network_spec(model))
        self._lock = threading.Lock()
        self._loaded_words: ClassWords | None = None
        self._loaded_classifier: efficientnet.Classifier | None = None
        self._explained: LRUCache[tuple[int, bytes], list[Concept]] = LRUCache(_EXPLAINED)
        # A search encodes its text twice, to search and to explain how it was read; and many searches use
        # the same text. 4 kB each.
        self._share_of_one = lru_cache(256)(lambda text: self._compute_shares([text])[0])

    @property
    def name(self) -> str:
        """The name that `load_encoder` takes."""
        return self._model.name

    @property
    def dim(self) -> int:
        """Dimension of an embedding: 1280 features and 16 colour values."""
        return efficientnet.DIM + WIDTH

    @property
    def fingerprint(self) -> str:
        """Hex digest of weights and preprocessing."""
        return self._fingerprint

    @property
    def min_side(self) -> int:
        """Shortest side in pixels that `prepare` needs."""
        return efficientnet.min_side(self._model)

    @property
    def has_text(self) -> bool:
        """Always true."""
        return True

    def prepare(self, image: Image.Image) -> FloatArray:
        """Crop and scale one RGB picture to the model's square input; see `efficientnet.prepare`."""
        return efficientnet.prepare(image, self._model.size)

    def encode_prepared(self, batch: FloatArray) -> FloatArray:
        """Embed prepared pictures ``(N, 3, size, size)``: L2-normalised ``(N, 1296)`` float32."""
        return self.encode_with_norms(batch).vectors

    def encode_with_norms(self, batch: FloatArray) -> Embedded:
        """Embed prepared pictures ``(N, 3, size, size)``; the norms are those of the 1280 features.

        Colours do not affect the norm: their block always has norm 1.
        """
        if len(batch) == 0:
            return Embedded(np.zeros((0, self.dim), dtype=np.float32), np.zeros(0, np.float32))
        pixels = np.ascontiguousarray(batch, dtype=np.float32)
        colours = colour_block(efficientnet.pixels_of(pixels[:, :, ::4, ::4]))
        features = normalise(self._network({"pixels": pixels}))
        parts = [np.sqrt(1 - _COLOUR_SHARE) * features.vectors, np.sqrt(_COLOUR_SHARE) * colours]
        return Embedded(np.concatenate(parts, axis=1, dtype=np.float32), features.norms)

    def encode_images(self, images: Sequence[Image.Image]) -> FloatArray:
        """Embed RGB pictures: L2-normalised ``(N, 1296)`` float32."""
        if not images:
            return np.zeros((0, self.dim), dtype=np.float32)
        # In slices: 32 prepared pictures are 19 MB, and a caller may pass ten thousand.
        slices = [images[start : start + 32] for start in range(0, len(images), 32)]
        return np.concatenate(
            [self.encode_prepared(np.stack([self.prepare(image) for image in part])) for part in slices]
        )

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed texts into the space of the pictures: L2-normalised ``(T, 1296)`` float32.

        A colour word sets its dimension of the colour block; the classes come from the text as it is and from
        the text without its colours, in equal parts ("black swan" is a class, "red gown" is not).
        A colour alone has no classes: with the classes nearest to the bare word ("red wine"), P@10 of the
        eleven words over the photos of train and validation is 0.70 instead of 0.82.
        """
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        if not texts:
            return vectors
        vectors[:, : efficientnet.DIM] = self._words().directions(self._shares(texts))
        # A picture's parts are scaled by the square roots of their shares, and so their weights here are
        # undone.
        scale = _COLOUR_WEIGHT * np.sqrt((1 - _COLOUR_SHARE) / _COLOUR_SHARE)
        for vector, text in zip(vectors, texts, strict=True):
            found = find_colours(text)
            vector[efficientnet.DIM :] = scale * colour_direction(found.colours)
            if found.colours and not found.rest:
                vector[: efficientnet.DIM] = 0
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return vectors

    def explain_text(self, text: str, k: int = 5) -> list[Concept]:
        """Return the colours that `text` names, then the ImageNet classes that represent it, strongest first.

        Colours have weight 1; the weights of all 1000 classes sum to 1.
        """
        found = find_colours(text)
        colours = [Concept(colour, 1.0) for colour in found.colours]
        if colours and not found.rest:
            return colours[:k]
        shares, names = self._shares([text])[0], class_names()
        best = largest(shares, k)
        return [*colours, *(Concept(names[at], float(shares[at])) for at in best)][:k]

    def unknown_words(self, text: str) -> tuple[str, ...]:
        """Return the unknown words of `text`; none if at least half are known."""
        return self._words().unknown_words(find_colours(text).rest)

    def explain_images(self, vectors: FloatArray, k: int = 5) -> list[list[Concept]]:
        """Return the ImageNet classes that pictures with embeddings ``(N, 1296)`` resemble most."""
        rows = np.ascontiguousarray(vectors, dtype=np.float32)
        keys = [(k, hashlib.blake2b(row, digest_size=16).digest()) for row in rows]
        with self._lock:
            known = {key: self._explained[key] for key in keys if key in self._explained}
        new = [at for at, key in enumerate(keys) if key not in known]
        if new:
            known |= zip([keys[at] for at in new], self._most_like(rows[new], k), strict=True)
            with self._lock:
                self._explained.update({key: known[key] for key in keys})
        return [list(known[key]) for key in keys]

    def _most_like(self, vectors: FloatArray, k: int) -> list[list[Concept]]:
        classifier, names = self._classifier(), class_names()
        # The pictures are scaled, not the 1.3 million weights: that would take 3 ms per search.
        features = vectors[:, : efficientnet.DIM] * np.float32(_TYPICAL_NORM)
        logits = features @ classifier.weight.T + classifier.bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        return [[Concept(names[at], float(row[at])) for at in largest(row, k)] for row in shares]

    def _shares(self, texts: Sequence[str]) -> FloatArray:
        """Return the weight of each class for each text: ``(T, 1000)``, rows sum to 1."""
        return self._share_of_one(texts[0])[None] if len(texts) == 1 else self._compute_shares(texts)

    def _compute_shares(self, texts: Sequence[str]) -> FloatArray:
        rests = [find_colours(text).rest or text for text in texts]
        both = self._words().shares([*texts, *rests])
        mean: FloatArray = (both[: len(texts)] + both[len(texts) :]) / np.float32(2)
        return mean

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


def largest(values: FloatArray, k: int) -> list[int]:
    """Return the positions of the `k` largest of ``(N,)`` values, largest first; ties by position.

    It takes a third of the time of sorting all thousand.
    """
    k = min(k, len(values))
    if k < 1:
        return []
    least = np.partition(values, -k)[-k]
    among = np.flatnonzero(values >= least)
    return [int(at) for at in among[np.argsort(-values[among], kind="stable")][:k]]
