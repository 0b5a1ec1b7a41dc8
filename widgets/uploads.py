"""Uploaded files: from the server's memory to disk, and out of that memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.collection.additions import Upload
from core.private_files import make_private_folder, open_private, unfinished_name

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_USUAL = "jpg jpeg jpe jfif png apng webp gif bmp dib tif tiff heic heif hif avif mpo"
_RAW = "3fr arw cr2 cr3 dng erf iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl sr2 srf srw x3f"
PICTURE_TYPES = f"{_USUAL} {_RAW} zip".split()
"""Endings of the files that may be uploaded: those of pictures, and ZIP archives."""


class Uploads:
    """Files that a viewer has uploaded. Made while a page runs; used later, in a job.

    Streamlit keeps an upload in memory for as long as the session lives, and for a while after. So each
    file is written to disk, and the server told to forget it, before anything else is done with it.
    """

    def __init__(self, files: Sequence[UploadedFile]) -> None:
        self._files = list(files)
        self._context = get_script_run_ctx()

    @contextmanager
    def on_disk(self, root: Path) -> Iterator[list[tuple[str, Upload]]]:
        """The files by their names, in a folder of their own in `root` that goes when the block ends.

        This works once: afterwards they are nowhere else.
        """
        folder = unfinished_name(root / "upload")
        make_private_folder(folder)
        try:
            items = []
            while self._files:
                file = self._files.pop(0)
                path = folder / f"{len(items):06d}"
                with open_private(path) as out:
                    shutil.copyfileobj(file, out)
                items.append((file.name, Upload(path)))
                self._forget(file)
            yield items
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _forget(self, file: UploadedFile) -> None:
        if self._context is not None:
            manager = self._context.uploaded_file_mgr
            manager.remove_file(session_id=self._context.session_id, file_id=file.file_id)
        file.close()
