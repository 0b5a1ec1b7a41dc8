"""The rows of vector files that this process has verified.

Vectors are checked when a process first reads them. Unusable ones (see `vector_file.unsound`, and rows beyond
the end of a truncated file) are left out of every result from then on, so that one damaged vector does not
prevent searching the others.
"""

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .space_types import Space
from .vector_file import FloatArray, VectorFile, unsound


@dataclass
class _Known:
    """The verified state of one file: rows below `upto` are sound, except the `bad` ones."""

    inode: int
    upto: int = 0
    bad: set[int] = field(default_factory=set)


class CheckedFiles:
    """The vector files of one collection, and their rows known to be unusable. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._checked: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def file(self, space: Space) -> VectorFile:
        """Return the file with the vectors of `space`."""
        return VectorFile(self._folder / space.file, space.dim)

    def bad(self, space: Space) -> list[int]:
        """Return the rows known to be unusable, ascending."""
        known = self._known(space)
        with self._lock:
            return sorted(known.bad)

    def forget(self, space: Space) -> None:
        """Discard the verified state, so that the file is checked again."""
        with self._lock:
            self._checked.pop(space.file, None)

    def note_read(self, space: Space, after_row: int, last_row: int) -> None:
        """Record that every row from `after_row` to `last_row` has been read; none is ever added there."""
        known = self._known(space)
        with self._lock:
            if after_row < known.upto:
                known.upto = max(known.upto, last_row + 1)

    def usable(self, space: Space) -> tuple[str, list[object]]:
        """Build the SQL condition that excludes rows known to be unusable, and its values."""
        clause, values = "AND row < ?", list[object]([self.file(space).rows()])
        if bad := self.bad(space):
            clause += " AND row NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(bad))
        return clause, values

    def read(self, space: Space, table: NDArray[np.int64]) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Read the usable vectors of `table` ``(N, 3)``: row, picture, checksum; and which of the N they
        are.
        """
        rows, sums = table[:, 0], table[:, 2]
        file = self.file(space)
        known = self._known(space)
        sound = rows < file.rows()
        if known.bad:
            sound &= ~np.isin(rows, np.fromiter(known.bad, np.int64, len(known.bad)))
        if not sound.any():
            return np.empty((0, space.dim), np.float32), sound
        first, stop = int(rows[sound].min()), int(rows[sound].max()) + 1
        stored = file.read(first, stop)
        if int(sound.sum()) < len(stored) or not bool((np.diff(rows[sound]) == 1).all()):
            stored = stored[rows[sound] - first]
        unchecked = rows[sound] >= known.upto
        if unchecked.any():
            fresh = stored if unchecked.all() else stored[unchecked]
            bad = np.zeros(len(stored), np.bool_)
            bad[unchecked] = unsound(fresh, sums[sound][unchecked])
            with self._lock:
                known.bad |= set(rows[sound][bad].tolist())
            if bad.any():
                stored = stored[~bad]
                sound[np.flatnonzero(sound)[bad]] = False
        return stored, sound

    def _known(self, space: Space) -> _Known:
        """Return the verified state of the space's file; a new file under its name is checked again."""
        try:
            inode = (self._folder / space.file).stat().st_ino
        except FileNotFoundError:
            inode = 0
        with self._lock:
            known = self._checked.get(space.file)
            if known is None or known.inode != inode:
                known = self._checked[space.file] = _Known(inode)
            return known
