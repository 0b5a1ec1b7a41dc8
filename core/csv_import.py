"""CSV that a user wrote or a spreadsheet saved: its text, its delimiter, its lines; errors name the line."""

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .errors import LookalikeError

_DELIMITERS = (",", ";", "\t")

Failed = Callable[[str], LookalikeError]
"""Makes the error to raise of a sentence, such as `CollectionError`."""


@dataclass(frozen=True)
class Csv:
    """A CSV with a header.

    Attributes:
        columns: the names in the header, stripped and in lower case.
        lines: the number of each line below it and its cells; blank ones are left out. Reading on may raise.
    """

    columns: tuple[str, ...]
    lines: Iterator[tuple[int, list[str]]]


def read_csv(data: bytes, name: str, column: str, failed: Failed, strict: bool = False) -> Csv:
    """Read a CSV, with accents composed (Unicode's NFC).

    Args:
        data: the file: UTF-8 with or without a byte-order mark, or UTF-16 with one.
        name: of the file, for errors.
        column: one that the header must have: the delimiter is the one that sets it apart.
        failed: makes the error where the file is not text or not CSV.
        strict: whether quotes that do not pair are an error, as in `csv.Dialect`; else they are read as text.
    """
    text = _text(data, name, failed)
    header = text.partition("\n")[0]
    delimiter = next((mark for mark in _DELIMITERS if column in _columns(header.split(mark))), ",")
    lines = _lines(text, delimiter, strict, name, failed)
    _, columns = next(lines, (1, []))
    return Csv(_columns(columns), ((n, cells) for n, cells in lines if any(cell.strip() for cell in cells)))


def _text(data: bytes, name: str, failed: Failed) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise failed(f"{name} is not UTF-8 text (line {line}). Save it as “CSV UTF-8”.") from error
    if "\0" in text:
        raise failed(f"{name} is not text: it holds zero bytes. Save it as “CSV UTF-8”.")
    return unicodedata.normalize("NFC", text)


def _columns(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.strip().strip('"').strip().lower() for cell in cells)


def _lines(
    text: str, delimiter: str, strict: bool, name: str, failed: Failed
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise failed(f"Line {reader.line_num} of {name} is not readable as CSV: {error}.") from error
