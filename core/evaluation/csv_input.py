"""Small CSV files written by hand, read with errors that name the line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..csv_import import read_csv
from ..errors import EvaluationError, ImageError
from ..images.files import read_file


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
    """Read a CSV whose first line names its columns, separated by comma, tab or semicolon.

    Raises:
        EvaluationError: the file cannot be read, is not text, has a column that is not known or lacks one
            that is required, or has no rows.
    """
    name = path.name
    try:
        data = read_file(path.expanduser())
    except ImageError as error:
        raise EvaluationError(f"{name} cannot be read. {error}") from error
    known = (*required, *optional)
    read = read_csv(data, name, required[0], EvaluationError, strict=True)
    _check_columns(read.columns, required, known, name)
    rows = []
    for line, cells in read.lines:
        if len(cells) > len(read.columns):
            raise EvaluationError(
                f"Line {line} of {name} has {len(cells)} values for {len(read.columns)} columns; "
                "put quotes around a value that holds a separator."
            )
        rows.append(Row(line, {c: v.strip() for c, v in zip(read.columns, cells, strict=False)}))
    if not rows:
        raise EvaluationError(f"{name} holds no rows below its header.")
    return Table(name, read.columns, tuple(rows))


def _check_columns(columns: Sequence[str], required: Sequence[str], known: Sequence[str], name: str) -> None:
    usage = f"Its columns can be {', '.join(known)}."
    for column in columns:
        if column not in known:
            raise EvaluationError(f"{name} has a column “{column[:50]}” that means nothing here. {usage}")
        if columns.count(column) > 1:
            raise EvaluationError(f"{name} has the column “{column}” more than once.")
    for column in required:
        if column not in columns:
            raise EvaluationError(f"{name} has no column “{column}”. {usage}")
