"""How pictures are decoded for an encoder: the same for those stored and for those searched with.

A copy of a stored picture has to reach a cosine of 1, so both must come from the same decoding.
"""

from pathlib import Path

from ..embedding.base import Encoder
from ..images.decoding.decode import LoadedImage, load_image
from ..images.thumbnails import THUMBNAIL_SIDE


def decode_for(encoder: Encoder, data: bytes | Path, *, hashed: bool = False) -> LoadedImage:
    """Decode a picture large enough for `encoder` and for a thumbnail of the usual 4:3 shape.

    `hashed` also computes its pixel hash.

    Raises:
        Cancelled: the job that this call belongs to was cancelled (`core.workers`).
        ImageError: it cannot be read as a picture.
    """
    return load_image(data, min_side=max(encoder.min_side, THUMBNAIL_SIDE * 3 // 4), hashed=hashed)
