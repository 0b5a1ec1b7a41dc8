"""Embedded altered copies of the pictures of a collection: made once, kept by content hash and encoder.

One small file per picture under ``copies/v1-ENCODER/``; 10 kB for two copies of 1,296 values. Everything here
can be deleted at any time and is made again when it is next asked for.
"""

import shutil
from collections.abc import Collection as Set
from contextlib import suppress
from pathlib import Path

import numpy as np

from ...collection.collection import Collection
from ...collection.storage.packed import pack, unpack
from ...errors import CollectionError
from ...private_files import make_private_folders, replace_private, sweep
from .copies_signal import EmbeddedCopies

_VERSION = "v1"
"""Changes with the edits that `core.training.data.copies_signal` makes, and with how files are written."""


class CopyCache:
    """The embedded copies of one collection under one encoder, read and written by content hash."""

    def __init__(self, collection: Collection, fingerprint: str) -> None:
        self._root = collection.root
        self._folder = collection.root / "copies" / f"{_VERSION}-{fingerprint[:16]}"

    def read(self, key: str) -> EmbeddedCopies | None:
        """What is stored for the content hash `key`; None where there is nothing whole."""
        try:
            arrays = unpack(self._place(key).read_bytes(), "altered copies")
            vectors, kinds = np.asarray(arrays["embeddings"], np.float32), arrays["kinds"].tolist()
        except (OSError, CollectionError, KeyError):
            return None
        sound = vectors.ndim == 2 and len(vectors) == len(kinds) and bool(np.isfinite(vectors).all())
        return (vectors, tuple(str(kind) for kind in kinds)) if sound else None

    def write(self, key: str, copies: EmbeddedCopies) -> None:
        """Store the copies of a picture; a full or read-only disk only means that they are made again."""
        place = self._place(key)
        with suppress(OSError):
            make_private_folders(self._root, place.parent)
            replace_private(place, pack(embeddings=copies[0], kinds=np.array(copies[1])), durable=False)

    def clean(self, hashes: Set[str]) -> None:
        """Remove what other encoders made, and copies of pictures that are not among these content hashes."""
        with suppress(OSError):
            for other in self._folder.parent.iterdir():
                if other != self._folder:
                    shutil.rmtree(other, ignore_errors=True)
            for folder in self._folder.iterdir():
                sweep(folder)
                for path in folder.iterdir():
                    if not path.name.startswith(".") and path.name not in hashes:
                        path.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        return self._folder / key[:2] / key
