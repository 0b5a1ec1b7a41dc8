"""An evaluation in plain sentences, for screens, reports and the command line."""

import numpy as np

from ..metrics.registry import metric
from .results import Evaluation, Figure


def meaning(name: str) -> str:
    """What a metric says, in one sentence; empty for one that is not explained."""
    known = metric(name)
    if known.name == "precision@1":
        return "How often the first picture is right."
    return known.meaning


def headline(found: Evaluation) -> str:
    """What a person should take away, in one or two sentences."""
    k = found.setup.k
    asked = f"{found.setup.queries:,} {'queries' if found.setup.queries != 1 else 'query'}"
    over = f"{asked} over {found.setup.pictures:,} pictures"
    if np.median(found.relevant) <= 1 and _has(found, f"hit_rate@{k}") and _has(found, "precision@1"):
        first, among = found.figure("precision@1"), found.figure(f"hit_rate@{k}")
        return (
            f"For {over}, the right picture comes first in {_share(first)} and is among the first {k} in "
            f"{_share(among)}."
        )
    if _has(found, f"precision@{k}"):
        figure = found.figure(f"precision@{k}")
        return f"Of the first {k} answers to {over}, {_share(figure)} are right on average."
    figure = found.figures[0]
    return f"For {over}, {figure.title} is {figure.mean:.3f}{_interval(figure)}."


def figure_line(figure: Figure) -> str:
    """One metric on one line: “mAP 0.512 (95 % CI 0.504–0.520)”."""
    return f"{figure.title} {figure.mean:.3f}{_interval(figure)}"


def _share(figure: Figure) -> str:
    if figure.interval is None:
        return f"{100 * figure.mean:.0f} %"
    low, high = 100 * figure.interval.low, 100 * figure.interval.high
    return f"{100 * figure.mean:.0f} % (95 % CI {low:.0f}–{high:.0f} %)"


def _interval(figure: Figure) -> str:
    if figure.interval is None:
        return ""
    return f" (95 % CI {figure.interval.low:.3f}–{figure.interval.high:.3f})"


def _has(found: Evaluation, name: str) -> bool:
    return name in found.setup.metrics
