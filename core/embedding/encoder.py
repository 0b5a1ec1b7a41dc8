"""What every encoder offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FloatArray = NDArray[np.float32]


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
