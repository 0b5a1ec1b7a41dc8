"""What every encoder offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FloatArray = NDArray[np.float32]


@dataclass(frozen=True)
class Embedded:
    """Embeddings, and how long each was before it was normalised.

    Attributes:
        vectors: ``(N, dim)`` float32, L2-normalised.
        norms: ``(N,)`` float32, L2 norms of the features that the vectors were made of; NaN where unknown.
    """

    vectors: FloatArray
    norms: FloatArray

    def rows(self, at: Sequence[int]) -> "Embedded":
        """Those at these positions."""
        return Embedded(self.vectors[at], self.norms[at])


def normalise(features: FloatArray) -> Embedded:
    """Features ``(N, dim)`` divided by their L2 norms; features of length 0 stay 0."""
    norms = np.linalg.norm(features, axis=1)
    vectors = features / np.maximum(norms, 1e-12)[:, None]
    return Embedded(vectors.astype(np.float32, copy=False), norms.astype(np.float32, copy=False))


def join(parts: Sequence[Embedded], dim: int) -> Embedded:
    """All of them one after the other; for none, vectors of shape ``(0, dim)``."""
    return Embedded(
        np.concatenate([np.empty((0, dim), np.float32), *(part.vectors for part in parts)]),
        np.concatenate([np.empty(0, np.float32), *(part.norms for part in parts)]),
    )


@runtime_checkable
class Encoder(Protocol):
    """A model with its exact preprocessing.

    Thread-safe: the methods may be called from several threads at once.
    """

    @property
    def name(self) -> str:
        """The name that `load_encoder` takes, such as ``"efficientnet-lite0"`` or a hub id."""

    @property
    def dim(self) -> int:
        """Length of an embedding."""

    @property
    def fingerprint(self) -> str:
        """Hex digest of weights and preprocessing; vectors compare only under the same one."""

    @property
    def min_side(self) -> int:
        """Shortest side in pixels that `prepare` wants to be given; more is decoded for nothing."""

    @property
    def has_text(self) -> bool:
        """Whether `encode_texts` works."""

    def prepare(self, image: Image.Image) -> FloatArray:
        """Turn one RGB picture into the model's input, float32 of shape ``(3, height, width)``."""

    def encode_prepared(self, batch: FloatArray) -> FloatArray:
        """Embed prepared pictures: ``(N, 3, height, width)`` to L2-normalised ``(N, dim)`` float32."""

    def encode_images(self, images: Sequence[Image.Image]) -> FloatArray:
        """Embed RGB pictures: L2-normalised ``(N, dim)`` float32, ``(0, dim)`` for none."""

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed sentences into the space of the pictures: L2-normalised ``(T, dim)`` float32.

        Raises:
            EncoderError: the encoder has no words (`has_text` is false).
        """

    def explain_text(self, text: str, k: int = 5) -> "list[Concept]":
        """The concepts that stand for `text` in the picture space, strongest first; may be empty."""

    def explain_images(self, vectors: FloatArray, k: int = 5) -> "list[list[Concept]]":
        """For each embedding of ``(N, dim)`` the concepts that the picture looks most like; may be empty."""


@runtime_checkable
class ReportsNorms(Protocol):
    """An encoder that also reports how long its features are; all of the project's own do."""

    def encode_with_norms(self, batch: FloatArray) -> Embedded:
        """What `encode_prepared` returns, with the norms that its features had."""


def encode_with_norms(encoder: Encoder, batch: FloatArray) -> Embedded:
    """Embed prepared pictures by any encoder; the norms are NaN where it does not report them."""
    if isinstance(encoder, ReportsNorms):
        return encoder.encode_with_norms(batch)
    return Embedded(encoder.encode_prepared(batch), np.full(len(batch), np.nan, np.float32))


@dataclass(frozen=True)
class Concept:
    """A word or class that a sentence was carried through, and its share in ``[0, 1]``."""

    name: str
    weight: float


@dataclass(frozen=True)
class EncoderInfo:
    """One line of the list of encoders: whether it can be used on this machine, and why not."""

    name: str
    title: str
    dim: int | None
    has_text: bool
    usable: bool
    reason: str
