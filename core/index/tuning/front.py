"""Which measured points are worth having."""

from collections.abc import Iterable

from .types import Kind, Measured


def front(points: Iterable[Measured], kind: Kind) -> list[Measured]:
    """The points of a kind that no other beats in both time (P50) and recall, fastest first."""
    kept: list[Measured] = []
    ordered = sorted((p for p in points if p.kind == kind), key=lambda p: (p.latency.p50_ms, -p.recall))
    for point in ordered:
        if not kept or point.recall > kept[-1].recall:
            kept.append(point)
    return kept
