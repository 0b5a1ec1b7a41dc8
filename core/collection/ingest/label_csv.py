"""Labels and captions: from the names of folders, or from a CSV."""

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...csv_export import unguarded
from ...csv_import import Csv, read_csv
from ...errors import CollectionError, ImageError
from ...images.files import read_file
from ..safe_names import display_name

Labels = Literal["folder"] | Path | None
"""The source of labels: the picture's folder, a CSV ``path,label,caption``, or none."""

_KNOWN_COLUMNS = ("path", "label", "caption")
_MAX_NOTES = 100  # a CSV for another folder would otherwise fill the report with one line per row

_Key = str


@dataclass(frozen=True)
class Annotation:
    """The label and caption given for one picture; None if not given."""

    label: str | None = None
    caption: str | None = None


@dataclass(frozen=True)
class _Row:
    path: str
    line: int
    annotation: Annotation


class Labeller:
    """Finds the annotation of each picture of one pass over a source.

    Args:
        labels: see `Labels`.

    Raises:
        CollectionError: the CSV is missing, is not UTF-8, or has no header with a `path` column.
    """

    def __init__(self, labels: Labels) -> None:
        self._from_folder = labels == "folder"
        self._file = read_label_file(labels) if isinstance(labels, Path) else None
        self._used: set[_Key] = set()

    def annotate(self, name: str) -> Annotation:
        """Return the annotation of the picture `name`, a "/"-separated path below the folder or archive."""
        if self._from_folder:
            parent = posixpath.basename(posixpath.dirname(name))
            return Annotation(label=parent or None)
        if self._file is None:
            return Annotation()
        key = _key(name)
        row = self._file.rows.get(key)
        if row is None:
            return Annotation()
        self._used.add(key)
        return row.annotation

    def restart(self) -> None:
        """Start another pass: all rows count as unused."""
        self._used.clear()

    def notes(self) -> Iterator[tuple[str, str]]:
        """Report problems of the CSV, as (name, sentence): unknown columns, repeated or broken rows."""
        if self._file is not None:
            yield from self._shorten(
                [(self._file.name, note) for note in self._file.notes], "more such notes"
            )

    def unused(self) -> Iterator[tuple[str, str]]:
        """Report, after a pass, rows without a picture, as (path in the row, sentence)."""
        if self._file is None:
            return
        lines = [
            (row.path, f"Line {row.line} of {self._file.name} names a picture that was not found.")
            for key, row in self._file.rows.items()
            if key not in self._used
        ]
        yield from self._shorten(lines, "more lines name pictures that were not found")

    def _shorten(self, lines: list[tuple[str, str]], what: str) -> Iterator[tuple[str, str]]:
        yield from lines[:_MAX_NOTES]
        if len(lines) > _MAX_NOTES and self._file is not None:
            yield self._file.name, f"{len(lines) - _MAX_NOTES} {what}."


@dataclass(frozen=True)
class LabelFile:
    """A parsed CSV: rows by normalised path, and messages about its problems."""

    name: str
    rows: dict[_Key, _Row]
    notes: tuple[str, ...]


def read_label_file(path: Path) -> LabelFile:
    """Read a CSV with the header ``path,label,caption`` (any order; `label` and `caption` may be missing).

    Comma, semicolon and tab separate alike; UTF-8 with or without a byte-order mark, or UTF-16 with one.
    Paths are relative to the folder or archive, with "/" or "\\". Of rows for one path the first counts.

    Raises:
        CollectionError: the file cannot be read, is not text, or its header has no `path` column.
    """
    name = display_name(path.name)
    try:
        data = read_file(path)
    except ImageError as error:
        raise CollectionError(f"The label file {name} cannot be read. {error}") from error
    read = read_csv(data, name, "path", CollectionError)
    _check_header(read.columns, name)
    return _parse(read, name)


def _check_header(header: Sequence[str], name: str) -> None:
    if not any(header):
        raise CollectionError(f"{name} has no header. Its first line must be: path,label,caption")
    if "path" not in header:
        raise CollectionError(
            f"{name} has no column “path”. Its first line must be path,label,caption; it is "
            f"{display_name(','.join(header))[:200]}"
        )


def _parse(read: Csv, name: str) -> LabelFile:
    header = read.columns
    notes = [*_header_notes(header)]
    places = {column: header.index(column) for column in _KNOWN_COLUMNS if column in header}
    rows: dict[_Key, _Row] = {}
    for line, cells in read.lines:
        if len(cells) > len(header):
            notes.append(
                f"Line {line} has {len(cells)} values for {len(header)} columns; the rest is ignored."
            )
        # Apostrophes that keep a spreadsheet from evaluating a cell are not part of the text.
        values = {
            column: unguarded(cells[place].strip()) for column, place in places.items() if place < len(cells)
        }
        path = values.get("path", "")
        if not path:
            notes.append(f"Line {line} names no picture.")
            continue
        key = _key(path)
        if key in rows:
            notes.append(
                f"Line {line} repeats {display_name(path)} of line {rows[key].line}; the first counts."
            )
            continue
        annotation = Annotation(_cell(values, "label"), _cell(values, "caption"))
        rows[key] = _Row(display_name(path), line, annotation)
    return LabelFile(name, rows, tuple(notes))


def _header_notes(header: Sequence[str]) -> Iterator[str]:
    unknown = [display_name(column) for column in header if column and column not in _KNOWN_COLUMNS]
    if unknown:
        listed = ", ".join(f"“{column[:50]}”" for column in unknown[:10])
        yield f"Only path, label and caption are read; ignored: {listed}{' …' if len(unknown) > 10 else ''}."
    for column in _KNOWN_COLUMNS:
        if header.count(column) > 1:
            yield f"The column “{column}” comes {header.count(column)} times; the first counts."


def _cell(values: dict[str, str], column: str) -> str | None:
    return display_name(values.get(column, "")) or None


def _key(path: str) -> _Key:
    # Systems use different slashes.
    text = display_name(path).replace("\\", "/")
    return posixpath.normpath(text)
