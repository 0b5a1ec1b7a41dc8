"""A map as CSV, for spreadsheets and scripts."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...csv_export import csv_text


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
    """One line per picture, in the given order.

    Columns: id, name, place on the map (empty without one), number of the cluster from 0 (empty for none),
    its name, label. Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    return csv_text(["id", "name", "x", "y", "cluster", "cluster_name", "label"], map(_cells, rows))


def _cells(row: MapRow) -> list[object]:
    cluster = None if row.cluster is None or row.cluster < 0 else row.cluster
    return [row.id, row.name, _place(row.x), _place(row.y), cluster, row.cluster_name, row.label]


def _place(value: float | None) -> str | None:
    return None if value is None else f"{value:.5f}"
