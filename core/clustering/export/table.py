"""A map as CSV, for spreadsheets and scripts."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet may run: names are untrusted."""


@dataclass(frozen=True)
class MapRow:
    """One picture of a map: where it lies, and its cluster; None where it is on no map or in no cluster."""

    id: int
    name: str
    x: float | None = None
    y: float | None = None
    cluster: int | None = None
    cluster_name: str = ""
    label: str | None = None


def map_csv(rows: Iterable[MapRow]) -> str:
    """One line a picture, in the order given.

    Columns: id, name, place on the map (empty without one), number of the cluster from 0 (empty for none),
    its name, label. Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "name", "x", "y", "cluster", "cluster_name", "label"])
    for row in rows:
        writer.writerow(
            [
                row.id,
                _cell(row.name),
                "" if row.x is None else f"{row.x:.5f}",
                "" if row.y is None else f"{row.y:.5f}",
                "" if row.cluster is None or row.cluster < 0 else row.cluster,
                _cell(row.cluster_name),
                _cell(row.label or ""),
            ]
        )
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
