"""Vector files without the rows of pictures that were deleted for good.

Rows are only ever written behind the last one, so a file would grow for as long as pictures come and go. What
is still named is written into a new file under another name, and the catalogue changes over to it in one
transaction. The old file is never cut: readers in other processes have it mapped.
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
"""Of rows that nothing names; so many are left where they are, or as many as are named."""
_BLOCK = 4096


def compact(catalogue: Catalogue, spaces: Spaces) -> int:
    """Write the files anew of which more is unused than used; the caller holds the collection's lock.

    Returns how many files were.

    Raises:
        OSError: the disk is full, for example; what is not done stays as it is.
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
    """Delete the files that a compaction has replaced, or had not finished when its process died."""
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
        # Rows only move down, the first one first, so that each moves to a number that is free.
        tx.executemany(
            "UPDATE vector SET row = ? WHERE space_id = ? AND row = ?",
            [(to, space.id, row) for to, row in enumerate(rows.tolist()) if to != row],
        )
        tx.execute("UPDATE space SET file = ?, rows = ? WHERE id = ?", (target.name, len(rows), space.id))
        # Indexes that follow by row numbers compare by picture then.
        tx.execute("UPDATE meta SET value = value + 1 WHERE key = 'purges'")
    sweep_files(spaces)


def _copy_rows(spaces: Spaces, space: Space, rows: NDArray[np.int64], target: Path) -> None:
    """Write these rows one after another; those beyond the end of a file that was cut become zero."""
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
    """``name.f32``, ``name-2.f32``, ``name-3.f32`` …: none is used twice."""
    number = file.removeprefix(_stem(file)).removesuffix(".f32").removeprefix("-")
    return f"{_stem(file)}-{int(number or 1) + 1}.f32"


def _stem(file: str) -> str:
    return re.sub(r"(-\d+)?\.f32$", "", file)
