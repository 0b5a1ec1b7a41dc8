"""Uploaded files: from the server's memory to disk, and out of that memory."""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.collection import Upload
from core.disk_errors import explained
from core.private_files import make_private_folder, open_private, sweep, unfinished_name

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_USUAL = "jpg jpeg jpe jfif png apng webp gif bmp dib tif tiff heic heif hif avif mpo"
_RAW = "3fr arw cr2 cr3 dng erf iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f"
PICTURE_TYPES = f"{_USUAL} {_RAW} zip".split()
"""Endings of the files that may be uploaded: those of pictures, and ZIP archives."""
_SUFFIX = ".uploads"


class Uploads:
    """Files that a user has uploaded and not added yet, on disk; gone when nothing refers to this any more.

    Streamlit keeps an upload in memory until the session ends, and for minutes after. So each file is written
    to disk as soon as it has come, and the server told to forget it.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._items: list[tuple[str, Upload]] = []
        self._delete: weakref.finalize[[str], Uploads] | None = None
        self._folder = root
        self.size = 0
        """Bytes of all files."""

    def __len__(self) -> int:
        return len(self._items)

    @property
    def items(self) -> list[tuple[str, Upload]]:
        """Each file with its name, in the order in which they came."""
        return list(self._items)

    def take(self, files: Sequence[UploadedFile]) -> None:
        """Write files to disk and out of the server's memory.

        Raises:
            LookalikeError: the disk is full or cannot be written; files written before that are kept.
        """
        context = get_script_run_ctx()
        with explained("The uploaded files"):
            for file in files:
                path = self._made_folder() / f"{len(self._items):06d}"
                with open_private(path) as out:
                    shutil.copyfileobj(file, out)
                self._items.append((file.name, Upload(path)))
                self.size += path.stat().st_size
                if context is not None:
                    manager: Any = context.uploaded_file_mgr  # the protocol lacks the method
                    manager.remove_file(session_id=context.session_id, file_id=file.file_id)
                file.close()

    def clear(self) -> None:
        """Delete what is still here."""
        self._items, self.size = [], 0
        if self._delete is not None:
            self._delete()
            self._delete = None

    def _made_folder(self) -> Path:
        if self._delete is None:
            make_private_folder(self._root)
            sweep(self._root, _SUFFIX)  # what processes that have died were still holding
            self._folder = unfinished_name(self._root / "files", _SUFFIX)
            make_private_folder(self._folder)
            self._delete = weakref.finalize(self, shutil.rmtree, str(self._folder), ignore_errors=True)
        return self._folder
