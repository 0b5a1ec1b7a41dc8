"""Kept originals and thumbnails, by content hash.

New files are first staged under their hash, and moved to their final path after the catalogue has named them;
files to be deleted are moved back before the catalogue drops them. What a dead process leaves in the staging
folder is therefore resolved by checking whether the catalogue names it.
"""

from collections.abc import Callable
from pathlib import Path

from ...private_files import make_private_folder, make_private_folders, replace_private


class MediaStore:
    """The folders ``media/``, ``thumbnails/`` and ``staging/`` of one collection."""

    def __init__(self, root: Path) -> None:
        self._places = {"media": root / "media", "thumbnail": root / "thumbnails"}
        self._root, self._staging = root, root / "staging"

    def stage(self, kind: str, sha256: str, data: bytes, *, durable: bool) -> None:
        """Write a file to staging; `durable` waits for the disk (originals, not thumbnails)."""
        target = self._staging / f"{sha256}.{kind}"
        # Two workers may stage the same picture at once: each writes its own file, the last rename wins.
        try:
            replace_private(target, data, durable=durable)
        except FileNotFoundError:  # called for each of a million files, so the folder is only checked then
            make_private_folder(self._staging)
            replace_private(target, data, durable=durable)

    def publish(self, sha256: str) -> None:
        """Move the files staged under this hash to their final paths."""
        for kind in self._places:
            staged, place = self._staging / f"{sha256}.{kind}", self._place(kind, sha256)
            try:
                staged.replace(place)
            except FileNotFoundError:
                if staged.exists():  # then it is the folder that is missing
                    make_private_folders(self._root, place.parent)
                    staged.replace(place)

    def withdraw(self, sha256: str) -> None:
        """Move the files of this hash to staging: the first step of deleting them."""
        make_private_folder(self._staging)
        for kind in self._places:
            place = self._place(kind, sha256)
            if place.exists():
                place.replace(self._staging / f"{sha256}.{kind}")

    def drop_staged(self, sha256: str, *kinds: str) -> None:
        """Delete the files staged under this hash, of these kinds or all."""
        for kind in kinds or self._places:
            (self._staging / f"{sha256}.{kind}").unlink(missing_ok=True)

    def delete_original(self, sha256: str) -> None:
        """Delete the kept copy of this hash, but not its thumbnail."""
        self._place("media", sha256).unlink(missing_ok=True)

    def settle(self, is_named: Callable[[str], bool]) -> None:
        """Publish staged files whose hash the catalogue names, and delete the others."""
        if not self._staging.is_dir():
            return
        for staged in self._staging.iterdir():
            sha256 = staged.name.split(".", 1)[0]
            if staged.suffix == ".part":
                staged.unlink(missing_ok=True)
            elif is_named(sha256):
                self.publish(sha256)
            else:
                staged.unlink(missing_ok=True)

    def read(self, kind: str, sha256: str) -> bytes | None:
        """Read one file; None if it does not exist."""
        for path in (self._place(kind, sha256), self._staging / f"{sha256}.{kind}"):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                continue
        # Between the two checks it may have moved from staging to its final path.
        place = self._place(kind, sha256)
        return place.read_bytes() if place.exists() else None

    def path(self, kind: str, sha256: str) -> Path | None:
        """Return the path of one file; None if it does not exist."""
        paths = (self._place(kind, sha256), self._staging / f"{sha256}.{kind}")
        return next((path for path in paths if path.exists()), None)

    def _place(self, kind: str, sha256: str) -> Path:
        return self._places[kind] / sha256[:2] / sha256
