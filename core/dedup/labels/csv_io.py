"""Import and export of verdicts as a CSV, ``a,b,verdict``."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...collection.collection import Collection
from ...collection.reader import Reader
from ...collection.safe_names import display_name
from ...collection.types import Verdict
from ...collection.verdicts import Judgement
from ...csv_export import csv_text, guarded
from ...csv_import import Csv, read_csv
from ...errors import DedupError, ImageError
from ...images.files import read_file

_COLUMNS = ("a", "b", "verdict")
VERDICTS: dict[str, Verdict] = {"duplicate": "duplicate", "different": "different", "unsure": "unsure"}
_MAX_NOTES = 100
"""Limits the notes: a file for another collection would otherwise produce one per row."""


@dataclass(frozen=True)
class ImportReport:
    """The result of an import.

    Attributes:
        imported: ids of the stored verdicts, which `core.dedup.labels.labels.undo` takes.
        unchanged: rows equal to the current verdict or to another row of the file.
        skipped: rows that could not be used.
        notes: why, in sentences, at most a hundred.
    """

    imported: tuple[int, ...]
    unchanged: int
    skipped: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    line: int
    pair: tuple[int, int]
    verdict: Verdict


def export_pairs(collection: Reader) -> str:
    """Export the current verdicts as CSV, oldest first.

    A picture is identified by its name if that is unique, and by its content hash if the name is shared, if
    the picture was removed, and if a spreadsheet would change the name or take it for a formula; so importing
    the file again gives the same verdicts.
    """
    directory = _Directory(collection)
    return csv_text(
        _COLUMNS,
        (
            [directory.written(said.a_sha256), directory.written(said.b_sha256), said.verdict]
            for said in collection.verdicts()
        ),
    )


def import_pairs(
    collection: Collection, file: Path | bytes, name: str = "", source: str = "csv"
) -> ImportReport:
    """Import verdicts from a CSV with the header ``a,b,verdict`` (any order; other columns are ignored).

    `a` and `b` are names of pictures or their content hashes (SHA-256, 64 digits); `verdict` is
    “duplicate”, “different” or “unsure”. Separators may be comma, semicolon or tab; UTF-8, or UTF-16 with a
    byte-order mark. Rows that cannot be used are counted and reported, and the rest is imported; if rows
    contradict each other, none of them is used.

    Raises:
        DedupError: the file cannot be read or is not text, or its header lacks a column.
    """
    title = display_name(name or (file.name if isinstance(file, Path) else "The file"))
    if isinstance(file, Path):
        try:
            data = read_file(file)
        except ImageError as error:
            raise DedupError(f"{title} cannot be read. {error}") from error
    else:
        data = file
    directory = _Directory(collection)
    rows: list[_Row] = []
    notes: list[str] = []
    for line, cells in _lines(read_csv(data, title, "verdict", DedupError), title):
        read = _row(line, cells, directory)
        if isinstance(read, str):
            notes.append(read)
        else:
            rows.append(read)
    skipped = len(notes)
    agreed, clashes = _agreed(rows)
    skipped += sum(map(len, clashes))
    notes += [
        f"Lines {_listed(lines)} contradict each other on one pair; none was taken." for lines in clashes
    ]
    stands = {(v.a_sha256, v.b_sha256): v.verdict for v in collection.verdicts()}
    fresh = [row for row in agreed if stands.get(directory.hashes(row.pair)) != row.verdict]
    ids = collection.judgements.judge([Judgement(*row.pair, row.verdict, source) for row in fresh])
    unchanged = len(rows) - sum(map(len, clashes)) - len(fresh)
    if len(notes) > _MAX_NOTES:
        notes[_MAX_NOTES:] = [f"{len(notes) - _MAX_NOTES:,} more such notes."]
    return ImportReport(tuple(ids), unchanged, skipped, tuple(notes))


def _agreed(rows: Sequence[_Row]) -> tuple[list[_Row], list[list[int]]]:
    """Return one row for each pair with consistent verdicts, and the lines of the others."""
    by_pair: dict[tuple[int, int], list[_Row]] = {}
    for row in rows:
        by_pair.setdefault(row.pair, []).append(row)
    agreed = [said[0] for said in by_pair.values() if len({row.verdict for row in said}) == 1]
    clashes = [[row.line for row in said] for said in by_pair.values() if len({r.verdict for r in said}) > 1]
    return agreed, clashes


def _row(line: int, cells: dict[str, str], directory: "_Directory") -> _Row | str:
    """Parse a row to pictures and a verdict, or a sentence on what is wrong with it."""
    word = cells["verdict"].casefold()
    if word not in VERDICTS:
        return (
            f"Line {line}: “{cells['verdict'][:40]}” is not a verdict; write duplicate, different or unsure."
        )
    ids = []
    for column in ("a", "b"):
        found = directory.meant(cells[column])
        if isinstance(found, str):
            return f"Line {line}: {found}"
        ids.append(found)
    if ids[0] == ids[1]:
        return f"Line {line} pairs a picture with itself."
    return _Row(line, (min(ids), max(ids)), VERDICTS[word])


def _lines(read: Csv, title: str) -> Iterator[tuple[int, dict[str, str]]]:
    missing = [column for column in _COLUMNS if column not in read.columns]
    if missing:
        raise DedupError(f"The first line of {title} must be a,b,verdict; it lacks {', '.join(missing)}.")
    places = [read.columns.index(column) for column in _COLUMNS]
    for line, cells in read.lines:
        filled = [*cells, *[""] * len(read.columns)]
        yield line, {column: filled[i].strip() for column, i in zip(_COLUMNS, places, strict=True)}


class _Directory:
    """Maps between cells of the file and pictures."""

    def __init__(self, collection: Reader) -> None:
        self._hashes = collection.judgements.hashes()
        self._ids = {sha256: i for i, sha256 in self._hashes.items()}
        self._named: dict[str, set[int]] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        for picture in collection.get_many(sorted(self._hashes)):
            self._names[picture.id] = tuple(dict.fromkeys((picture.name, *picture.names)))
            for name in self._names[picture.id]:
                self._named.setdefault(_key(name), set()).add(picture.id)

    def hashes(self, pair: tuple[int, int]) -> tuple[str, str]:
        """Return the content hashes of a pair, the smaller first."""
        a, b = sorted(self._hashes[i] for i in pair)
        return a, b

    def written(self, sha256: str) -> str:
        """Return the text that identifies a picture uniquely."""
        names = self._names.get(self._ids.get(sha256, -1), ())
        return next((name for name in names if self._clear(name)), sha256)

    def meant(self, cell: str) -> int | str:
        """Return the id of the picture in a cell, or a sentence on why there is none."""
        if not cell:
            return "a picture is missing."
        by_hash = self._ids.get(cell.lower())
        if by_hash is not None:
            return by_hash
        found = self._named.get(_key(cell), set())
        shown = display_name(cell)[:80]
        if not found:
            return f"“{shown}” is not in the collection."
        if len(found) > 1:
            return f"{len(found)} pictures are named “{shown}”; use the content hash."
        return next(iter(found))

    def _clear(self, name: str) -> bool:
        changed = guarded(name) != name or name[:1] == "'" or name != name.strip()
        return not changed and len(self._named[_key(name)]) == 1 and name.lower() not in self._ids


def _key(name: str) -> str:
    # Systems use different slashes.
    return display_name(name).replace("\\", "/")


def _listed(lines: Sequence[int]) -> str:
    shown = [str(line) for line in lines[:10]]
    return (
        f"{', '.join(shown[:-1])} and {shown[-1]}" if len(lines) <= 10 else f"{', '.join(shown)} and others"
    )
