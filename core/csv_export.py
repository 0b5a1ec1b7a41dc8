"""CSV that a spreadsheet opens as text and this program reads back unchanged.

A spreadsheet runs a cell that begins like a formula, and names, labels and captions are untrusted. Such
a cell gets an apostrophe in front, as OWASP advises against "CSV injection"; so does one that begins with
apostrophes and then like a formula, so that taking one apostrophe away gives back exactly what was written.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


class Writable(Protocol):
    """What text can be written to."""

    def write(self, text: str, /) -> object:
        """Write `text` as it is, its line ends included."""


def guarded(cell: str) -> str:
    """The text of a cell as it is written: with an apostrophe in front if it begins like a formula.

    A number is none, whether negative or not.
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """The text of which `guarded` made this cell."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write_csv(file: Writable, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a header and rows to `file`, which must not translate line ends; None becomes an empty cell.

    Returns:
        How many rows there were, without the header.
    """
    writer = csv.writer(file)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
        count += 1
    return count


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """What `write_csv` writes, as one string."""
    out = io.StringIO()
    write_csv(out, header, rows)
    return out.getvalue()
