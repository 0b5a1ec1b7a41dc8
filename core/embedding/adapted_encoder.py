"""An encoder followed by a trained adapter, which maps the embeddings of pictures and texts alike."""

import re
from collections.abc import Sequence

from PIL import Image

from ..errors import EncoderError
from .adapter import Adapter
from .base import Concept, Embedded, Encoder, FloatArray
from .cache import digest

_NAME = re.compile(r"(?P<base>.+)\+adapter-(?P<number>[1-9][0-9]{0,17})")


class AdaptedEncoder:
    """A base encoder followed by an adapter; implements `core.embedding.base.Encoder`."""

    def __init__(self, base: Encoder, adapter: Adapter, name: str) -> None:
        """`name` is its name in the collection, see `adapted_name`.

        Raises:
            EncoderError: the adapter was trained for another encoder.
        """
        if adapter.base_fingerprint != base.fingerprint or adapter.dim_in != base.dim:
            raise EncoderError(
                f"This adapter was trained on another encoder than {base.name} as it is installed here "
                f"({adapter.base_fingerprint[:12]}, here {base.fingerprint[:12]}). Go back to the encoder "
                "without an adapter, and train again."
            )
        self.base = base
        self.adapter = adapter
        self._name = name
        self._fingerprint = adapted_fingerprint(adapter)

    @property
    def name(self) -> str:
        """The name of the base encoder and the number of the adapter."""
        return self._name

    @property
    def dim(self) -> int:
        """Length of an adapted embedding."""
        return self.adapter.dim_out

    @property
    def fingerprint(self) -> str:
        """Hex digest of the base encoder's fingerprint and the adapter's."""
        return self._fingerprint

    @property
    def min_side(self) -> int:
        """Shortest side in pixels that `prepare` needs."""
        return self.base.min_side

    @property
    def has_text(self) -> bool:
        """Whether the base encoder encodes texts."""
        return self.base.has_text

    def prepare(self, image: Image.Image) -> FloatArray:
        """Turn one RGB picture into the base model's input."""
        return self.base.prepare(image)

    def encode_prepared(self, batch: FloatArray) -> FloatArray:
        """Embed prepared pictures ``(N, 3, height, width)``: L2-normalised ``(N, dim)`` float32."""
        return self.encode_with_norms(batch).vectors

    def encode_with_norms(self, batch: FloatArray) -> Embedded:
        """Embed prepared pictures; the norms are those reported by the adapter, see `Adapter.map`."""
        return self.adapter.map(self.base.encode_prepared(batch))

    def encode_images(self, images: Sequence[Image.Image]) -> FloatArray:
        """Embed RGB pictures: L2-normalised ``(N, dim)`` float32."""
        return self.adapter.apply(self.base.encode_images(images))

    def encode_texts(self, texts: Sequence[str]) -> FloatArray:
        """Embed texts with the same adapter as the pictures: L2-normalised ``(T, dim)`` float32."""
        return self.adapter.apply(self.base.encode_texts(texts))

    def explain_text(self, text: str, k: int = 5) -> list[Concept]:
        """Return the concepts that represent `text` in the base encoder's space."""
        return self.base.explain_text(text, k)

    def explain_images(self, vectors: FloatArray, k: int = 5) -> list[list[Concept]]:  # noqa: ARG002 (the protocol names them)
        """Return no concepts: adapted embeddings have no classes. Use the base encoder with its own
        embeddings.
        """
        return [[] for _ in vectors]


def adapted_name(base: str, number: int) -> str:
    """Build the name in a collection of `base` with adapter `number`: “efficientnet-lite0+adapter-3”."""
    return f"{base}+adapter-{number}"


def split_name(name: str) -> tuple[str, int | None]:
    """Split a name into the base encoder's name and the adapter's number; None without an adapter."""
    found = _NAME.fullmatch(name)
    return (name, None) if found is None else (found["base"], int(found["number"]))


def adapted_fingerprint(adapter: Adapter) -> str:
    """Compute the fingerprint of the adapter together with its base encoder."""
    return digest("adapted", adapter.base_fingerprint, adapter.fingerprint)
