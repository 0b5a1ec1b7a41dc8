"""The interface of encoders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Embedded:
    """Embeddings, and their norms before normalisation.

    Attributes:
        vectors: ``(N, dim)`` float32, L2-normalised.
        norms: ``(N,)`` float32, L2 norms of the features before normalisation; NaN where unknown.
    """

    vectors: FloatArray
    norms: FloatArray

    def rows(self, at: Sequence[int]) -> "Embedded":
        """Select the embeddings at these positions."""
        return Embedded(self.vectors[at], self.norms[at])


def normalise(features: FloatArray) -> Embedded:
    """Divide features ``(N, dim)`` by their L2 norms; zero features stay zero."""
    norms = np.linalg.norm(features, axis=1)
    vectors = features / np.maximum(norms, 1e-12)[:, None]
    return Embedded(vectors.astype(np.float32, copy=False), norms.astype(np.float32, copy=False))


def join(parts: Sequence[Embedded], dim: int) -> Embedded:
    """Concatenate embeddings; for none, vectors of shape ``(0, dim)``."""
    return Embedded(
        np.concatenate([np.empty((0, dim), np.float32), *(part.vectors for part in parts)]),
        np.concatenate([np.empty(0, np.float32), *(part.norms for part in parts)]),
    )


@runtime_checkable
class Encoder(Protocol):
    """A model with its exact preprocessing.

    Thread-safe: the methods may be called concurrently.
    """

    @property
    def name(self) -> str:
        """The name that `load_encoder` takes, such as ``"efficientnet-lite0"`` or a hub id."""

    @property
    def dim(self) -> int:
        """Dimension of an embedding."""

    @property
    def fingerprint(self) -> str:
        """Hex digest of weights and preprocessing; only vectors with the same fingerprint are comparable."""

    @property
    def min_side(self) -> int:
        """Shortest side in pixels that `prepare` needs; larger pictures take longer to decode without
        benefit.
        """

    @property
    def has_text(self) -> bool:
        """Whether `encode_texts` works."""

    def prepare(self, image: Image.Image) -> FloatArray:
        """Preprocess one RGB picture to the model's input, float32 of shape ``(3, height, width)``."""

    def encode_prepared(self, batch: FloatArray) -> FloatArray:
        """Embed prepared pictures: ``(N, 3, height, width)`` to L2-normalised ``(N, dim)`` float32."""

    def encode_images(self, images: Sequence[Image.Image]) -> FloatArray:
        """Embed RGB pictures: L2-normalised ``(N, dim)`` float32, ``(0, dim)`` for none."""

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed texts into the space of the pictures: L2-normalised ``(T, dim)`` float32.

        Raises:
            EncoderError: the encoder does not encode texts (`has_text` is false).
        """

    def explain_text(self, text: str, k: int = 5) -> "list[Concept]":
        """Return the concepts that represent `text` in the picture space, strongest first; may be empty."""

    def explain_images(self, vectors: FloatArray, k: int = 5) -> "list[list[Concept]]":
        """Return, for each embedding of ``(N, dim)``, the concepts that the picture resembles most; may be
        empty.
        """


@runtime_checkable
class ReportsNorms(Protocol):
    """An encoder that also reports the norms of its features, as all encoders of this project do."""

    def encode_with_norms(self, batch: FloatArray) -> Embedded:
        """Embed as `encode_prepared` does, with the norms of the features."""


def encode_with_norms(encoder: Encoder, batch: FloatArray) -> Embedded:
    """Embed prepared pictures with any encoder; the norms are NaN if it does not report them."""
    if isinstance(encoder, ReportsNorms):
        return encoder.encode_with_norms(batch)
    return Embedded(encoder.encode_prepared(batch), np.full(len(batch), np.nan, np.float32))


@dataclass(frozen=True)
class Concept:
    """A word or class that represents a text, and its share in ``[0, 1]``."""

    name: str
    weight: float


@dataclass(frozen=True)
class EncoderInfo:
    """An entry in the list of encoders: whether it can be used on this machine, and if not, why."""

    name: str
    title: str
    dim: int | None
    has_text: bool
    usable: bool
    reason: str
