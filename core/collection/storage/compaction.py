"""Compaction of vector files: removal of the rows of permanently deleted pictures.

Rows are only ever appended, so a file would grow as long
as pictures come and go. The rows in use are written to a new file under another name, and the catalogue
switches to it in one transaction. The old file is never truncated: readers in other processes have it mapped.
"""

import os
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...private_files import flush, open_private
from .catalogue import Catalogue
from .space_types import Space
from .spaces import Spaces

_WORTH_BYTES = 16 * 2**20
"""Unused bytes that make a compaction worthwhile, if there are also more unused than used rows."""
_BLOCK = 4096


def compact(catalogue: Catalogue, spaces: Spaces) -> int:
    """Rewrite the files with more unused than used rows; the caller holds the collection's lock.

    Returns the number of rewritten files.

    Raises:
        OSError: the disk is full, for example; the remaining files stay unchanged.
    """
    done = 0
    for space in spaces.all():
        (rows, named) = catalogue.execute(
            "SELECT rows, (SELECT count(*) FROM vector WHERE space_id = space.id) FROM space WHERE id = ?",
            (space.id,),
        ).fetchone()
        if (rows - named) * 4 * space.dim >= max(_WORTH_BYTES, named * 4 * space.dim):
            _compact(catalogue, spaces, space)
            done += 1
    return done


def sweep_files(spaces: Spaces) -> None:
    """Delete the files that a compaction has replaced, or left unfinished when its process died."""
    for space in spaces.all():
        for path in spaces.folder.glob(f"{_stem(space.file)}*.f32"):
            if path.name != space.file and _stem(path.name) == _stem(space.file):
                path.unlink(missing_ok=True)


def _compact(catalogue: Catalogue, spaces: Spaces, space: Space) -> None:
    rows = np.array(
        catalogue.execute("SELECT row FROM vector WHERE space_id = ? ORDER BY row", (space.id,)).fetchall(),
        np.int64,
    ).ravel()
    target = spaces.folder / _next_name(space.file)
    _copy_rows(spaces, space, rows, target)
    with catalogue.transaction() as tx:
        # Rows only move down, lowest first, so that each moves to a free number.
        tx.executemany(
            "UPDATE vector SET row = ? WHERE space_id = ? AND row = ?",
            [(to, space.id, row) for to, row in enumerate(rows.tolist()) if to != row],
        )
        tx.execute("UPDATE space SET file = ?, rows = ? WHERE id = ?", (target.name, len(rows), space.id))
        # Indexes that track row numbers then compare by picture.
        tx.execute("UPDATE meta SET value = value + 1 WHERE key = 'purges'")
    sweep_files(spaces)


def _copy_rows(spaces: Spaces, space: Space, rows: NDArray[np.int64], target: Path) -> None:
    """Write these rows one after another; those beyond the end of a truncated file become zero."""
    there = spaces.file(space)
    count = there.rows()
    stored = there.read(0, count)
    with open_private(target) as file:
        for start in range(0, len(rows), _BLOCK):
            part = rows[start : start + _BLOCK]
            block = np.zeros((len(part), space.dim), "<f4")
            block[part < count] = stored[part[part < count]]
            file.write(block.tobytes())
        file.flush()
        os.fsync(file.fileno())
    flush(target.parent)


def _next_name(file: str) -> str:
    """``name.f32``, ``name-2.f32``, ``name-3.f32`` …: names are never reused."""
    number = file.removeprefix(_stem(file)).removesuffix(".f32").removeprefix("-")
    return f"{_stem(file)}-{int(number or 1) + 1}.f32"


def _stem(file: str) -> str:
    return re.sub(r"(-\d+)?\.f32$", "", file)
