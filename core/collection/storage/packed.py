"""Arrays as bytes in the catalogue: an NPZ archive, never a pickle."""

import io

import numpy as np
from numpy.typing import NDArray

from ...errors import CollectionError

Arrays = dict[str, NDArray[np.generic]]


def pack(**arrays: NDArray[np.generic]) -> bytes:
    """Serialise named arrays to one compressed archive.

    Raises:
        ValueError: one of them contains Python objects.
    """
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **arrays)
    return out.getvalue()


def unpack(data: bytes, what: str) -> Arrays:
    """Restore the arrays that `pack` was given; `what` names them in messages.

    Raises:
        CollectionError: the bytes are invalid.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception as error:  # zipfile, zlib and NumPy raise a dozen kinds of exceptions for damaged bytes
        raise CollectionError(f"What is stored of {what} is damaged; create it again.") from error
