"""Small CSV files that people write by hand, read with errors that name the line."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..collection.safe_names import nfc
from ..errors import EvaluationError, ImageError
from ..images.files import read_file

_DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the file, and its cells by column, stripped."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """A CSV with a header: the name of the file, its columns in lower case, its rows."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Read a CSV whose first line names its columns, separated by comma, tab or semicolon; UTF-8.

    Raises:
        EvaluationError: the file cannot be read, is not text, has a column that is not known or lacks one
            that is required, or has no rows.
    """
    name = path.name
    try:
        text = nfc(read_file(path.expanduser()).decode("utf-8-sig"))
    except ImageError as error:
        raise EvaluationError(f"{name} cannot be read. {error}") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{name} is not UTF-8 text. Save it as “CSV UTF-8”.") from error
    known = (*required, *optional)
    first = text.partition("\n")[0]
    delimiter = next((mark for mark in _DELIMITERS if required[0] in _columns(first.split(mark))), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        columns = _columns(next(reader, []))
        _check_columns(columns, required, known, name)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(columns):
                raise EvaluationError(
                    f"Line {reader.line_num} of {name} has {len(cells)} values for {len(columns)} columns; "
                    "put quotes around a value that holds a separator."
                )
            rows.append(Row(reader.line_num, {c: v.strip() for c, v in zip(columns, cells, strict=False)}))
    except csv.Error as error:
        raise EvaluationError(f"Line {reader.line_num} of {name} is not readable as CSV: {error}.") from error
    if not rows:
        raise EvaluationError(f"{name} holds no rows below its header.")
    return Table(name, tuple(columns), tuple(rows))


def _columns(cells: Sequence[str]) -> list[str]:
    return [cell.strip().strip('"').strip().lower() for cell in cells]


def _check_columns(columns: list[str], required: Sequence[str], known: Sequence[str], name: str) -> None:
    usage = f"Its columns can be {', '.join(known)}."
    for column in columns:
        if column not in known:
            raise EvaluationError(f"{name} has a column “{column[:50]}” that means nothing here. {usage}")
        if columns.count(column) > 1:
            raise EvaluationError(f"{name} has the column “{column}” more than once.")
    for column in required:
        if column not in columns:
            raise EvaluationError(f"{name} has no column “{column}”. {usage}")
