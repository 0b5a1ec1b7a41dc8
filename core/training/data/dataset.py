"""What a training run learns from: the images of one space, and everything known about them.

    copies = embed_copies(sources, encoder, monitor)                     (core.training.data.copies_signal)
    run = run_training(dataset, settings, monitor, on_epoch)             (core.training.run) -> TrainingRun
    fooled = hardest_triplets(dataset, count, adapter=None)              (core.training.triplets)

The engine knows arrays, ids and texts only: the caller makes a `TrainingDataset` of a collection, and stores
what comes out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...errors import TrainingError

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Part = Literal["train", "validation", "test"]


@dataclass(frozen=True)
class JudgedPair:
    """A verdict on two images, by their rows in the dataset."""

    a: int
    b: int
    verdict: Literal["duplicate", "different", "unsure"]


@dataclass(frozen=True, eq=False)
class ImageCopies:
    """Altered copies of images of the dataset, embedded by the same encoder.

    Attributes:
        embeddings: ``(C, d)`` float32, L2-normalised.
        source: ``(C,)`` int64, the row of the dataset that each is a copy of.
        kinds: C names of what was done, such as ``"crop_50"``.
    """

    embeddings: FloatArray
    source: IntArray
    kinds: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class TrainingDataset:
    """N images of one space, and everything known about them.

    Attributes:
        ids: ``(N,)`` int64, distinct; only handed back, never interpreted.
        embeddings: ``(N, d)`` float32, L2-normalised, of the encoder without any adapter.
        base_fingerprint: of that encoder.
        labels: N labels, None where there is none.
        captions: N captions, None where there is none.
        duplicate_groups: ``(N,)`` int64; images with the same number show the same photo. Any numbering.
        verdicts: the pairs that a person judged. The same pair may occur more than once.
        copies: altered copies for the signal ``copies`` and the gate of copy recall, or None.
        encode_texts: the encoder's texts-to-embeddings ``(T, d)``, or None where it has no words.
        parts: N declared parts, or None to draw them by seed with duplicate groups kept whole.

    Raises:
        TrainingError: at construction, where lengths do not fit or an embedding is not finite.
    """

    ids: IntArray
    embeddings: FloatArray
    base_fingerprint: str
    labels: tuple[str | None, ...]
    captions: tuple[str | None, ...]
    duplicate_groups: IntArray
    verdicts: tuple[JudgedPair, ...] = ()
    copies: ImageCopies | None = None
    encode_texts: Callable[[Sequence[str]], FloatArray] | None = None
    parts: tuple[Part, ...] | None = None

    def __post_init__(self) -> None:
        count = len(self.ids)
        lengths = {len(self.labels), len(self.captions), len(self.duplicate_groups), len(self.embeddings)}
        if self.parts is not None:
            lengths.add(len(self.parts))
        if lengths != {count} or self.embeddings.ndim != 2:
            raise TrainingError(f"Ids, embeddings, labels, captions and groups of {count:,} images expected.")
        if len(np.unique(self.ids)) != count:
            raise TrainingError("Two of the images to train from have the same id.")
        if not np.isfinite(self.embeddings).all():
            raise TrainingError(
                "Some embeddings contain values that are not numbers; embed the images again."
            )
        for pair in self.verdicts:
            if not (0 <= pair.a < count and 0 <= pair.b < count and pair.a != pair.b):
                raise TrainingError("A verdict names an image that is not among those to train from.")

    @property
    def dim(self) -> int:
        """Length of an embedding."""
        return int(self.embeddings.shape[1])
