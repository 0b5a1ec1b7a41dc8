"""The original files of pictures, and their thumbnails."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from ..errors import CollectionError, ImageError
from ..images.decoding.decode import load_image
from ..images.files import read_file
from ..images.thumbnails import is_whole_thumbnail, make_thumbnail
from .ingest import catalogue_rows
from .storage.catalogue import Catalogue
from .storage.media_store import MediaStore


class Originals:
    """The originals of a collection's pictures: kept copies, or files outside."""

    def __init__(self, name: str, catalogue: Catalogue, media: MediaStore) -> None:
        self._collection = name
        self._catalogue = catalogue
        self._media = media

    def thumbnail(self, picture_id: int) -> bytes:
        """Return a JPEG of at most 256 pixels per side; rebuilt if missing or truncated.

        Raises:
            CollectionError: it is missing and so is the original.
        """
        sha256 = self._sha256(picture_id)
        data = self._media.read("thumbnail", sha256)
        if data is None or not is_whole_thumbnail(data):
            data = make_thumbnail(load_image(self.original(picture_id), min_side=256).image)
            with suppress(OSError):  # a full or read-only disk does not prevent showing it
                self._media.stage("thumbnail", sha256, data, durable=False)
                self._media.publish(sha256)
        return data

    def referenced_paths(self, picture_id: int) -> list[Path]:
        """List the current or former paths of a picture's files outside the collection."""
        return [path for path, _ in self._referenced(picture_id)]

    def original(self, picture_id: int) -> bytes:
        """Read the file as it was added.

        Raises:
            CollectionError: the file, or the kept copy, is missing or has changed since.
        """
        hashes = self._contents(picture_id)
        for sha256 in hashes:
            data = self._media.read("media", sha256)
            if data is not None and hashlib.sha256(data).hexdigest() == sha256:
                return data
        paths = [path for path, _ in self._referenced(picture_id)]
        for path in paths:
            try:
                data = read_file(path)
            except ImageError:
                continue
            if hashlib.sha256(data).hexdigest() in hashes:
                return data
        where = f" It was at {paths[0]}." if paths else ""
        raise CollectionError(
            f"The original of {self._name(picture_id)} is gone or has changed since it was added.{where} "
            "Put it back, or remove the picture."
        )

    def original_path(self, picture_id: int) -> Path:
        """Return the path of a file of the original's size, for callers that read a part of it and tolerate
        changes.

        Raises:
            CollectionError: there is none any more.
        """
        for sha256 in self._contents(picture_id):
            kept = self._media.path("media", sha256)
            if kept is not None:
                return kept
        for path, size in self._referenced(picture_id):
            with suppress(OSError):
                if path.stat().st_size == size:
                    return path
        raise CollectionError(
            f"The original of {self._name(picture_id)} is gone or has changed since it was added."
        )

    def _referenced(self, picture_id: int) -> list[tuple[Path, int]]:
        """List the files outside the collection from which a picture was added, with their sizes at that
        time.
        """
        rows = self._catalogue.execute(
            "SELECT path, bytes FROM name WHERE picture_id = ? AND path IS NOT NULL", (picture_id,)
        )
        return [(Path(os.fsdecode(row[0])), row[1]) for row in rows]

    def _contents(self, picture_id: int) -> list[str]:
        """Return the content hashes of this picture, the most recent first."""
        found = catalogue_rows.contents(self._catalogue, picture_id)
        if not found:
            raise CollectionError(
                f"“{self._collection}” has no picture {picture_id}; it may have been deleted."
            )
        return found

    def _sha256(self, picture_id: int) -> str:
        row = self._catalogue.execute("SELECT sha256 FROM picture WHERE id = ?", (picture_id,)).fetchone()
        if row is None:
            raise CollectionError(
                f"“{self._collection}” has no picture {picture_id}; it may have been deleted."
            )
        return str(row[0])

    def _name(self, picture_id: int) -> str:
        found = self._catalogue.pictures([picture_id])
        return found[0].name if found else f"picture {picture_id}"
