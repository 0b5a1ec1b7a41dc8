"""Arrays as bytes that the catalogue keeps: an NPZ archive, never a pickle."""

import io

import numpy as np
from numpy.typing import NDArray

from ...errors import CollectionError

Arrays = dict[str, NDArray[np.generic]]


def pack(**arrays: NDArray[np.generic]) -> bytes:
    """Named arrays as one compressed archive.

    Raises:
        ValueError: one of them holds Python objects.
    """
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **arrays)
    return out.getvalue()


def unpack(data: bytes, what: str) -> Arrays:
    """The arrays that `pack` was given; `what` says in a few words what they are.

    Raises:
        CollectionError: these are no such bytes.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception as error:  # zipfile, zlib and NumPy raise a dozen kinds over damaged bytes
        raise CollectionError(f"What is stored of {what} is damaged; make it again.") from error
