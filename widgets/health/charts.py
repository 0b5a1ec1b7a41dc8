"""The charts of the health screen, in Plotly. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from widgets.shared.formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from numpy.typing import NDArray

    from core.health import Slice
    from core.health.quality.kinds import Kind

_FINE, _FLAGGED, _LINE, _QUIET = "#2B8674", "#C8752B", "#B93A32", "#8A8378"
_BINS = 60


def quality_histogram(kind: Kind, values: NDArray[np.float64], threshold: float) -> go.Figure:
    """How the pictures are spread over what a kind goes by; those beyond the threshold in another colour."""
    import plotly.graph_objects as go

    low, high = _span(values, threshold)
    counts, edges = np.histogram(np.clip(values, low, high), bins=_BINS, range=(low, high))
    middles, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    beyond = middles >= threshold if kind.high else middles <= threshold
    figure = go.Figure()
    for name, shown, colour in (("not flagged", ~beyond, _FINE), ("flagged", beyond, _FLAGGED)):
        figure.add_bar(
            x=middles[shown],
            y=counts[shown],
            width=width,
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="%{x:.3f}: %{y:,} pictures<extra></extra>",
        )
    figure.add_vline(x=threshold, line={"color": _LINE, "width": 2, "dash": "dash"})
    _layout(figure, 260)
    figure.update_layout(
        bargap=0,
        barmode="overlay",
        xaxis={"title": f"{kind.axis[0].upper()}{kind.axis[1:]}", "range": [low, high], "showgrid": False},
        # Most pictures are far from the threshold, and the few beyond it should be seen.
        yaxis={"title": "Pictures", "type": "log" if counts.max() > 200 else "linear", "rangemode": "tozero"},
    )
    return figure


def _span(values: NDArray[np.float64], threshold: float) -> tuple[float, float]:
    """What the axis shows: all but the farthest values, and the threshold with some room beside it."""
    low, high = (float(x) for x in np.quantile(values, [0.001, 0.999]))
    low, high = min(low, threshold), max(high, threshold)
    room = max((high - low) * 0.05, 1e-3)
    return max(0.0, low - room), high + room


def slice_bars(slices: Sequence[Slice]) -> go.Figure:
    """Precision of each slice with its interval, and what was expected of it as a mark."""
    import plotly.graph_objects as go

    shown = list(reversed(slices))
    names = [f"{one_line(one.title, 44)} ({one.queries:,})" for one in shown]
    means = [one.mean for one in shown]
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=means,
        orientation="h",
        name="Precision@5",
        marker={"color": [_FLAGGED if one.weak else _FINE for one in shown]},
        error_x={
            "type": "data",
            "array": [one.interval.high - one.mean for one in shown],
            "arrayminus": [one.mean - one.interval.low for one in shown],
            "thickness": 1.4,
            "color": _QUIET,
        },
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
    )
    figure.add_scatter(
        y=names,
        x=[one.expected for one in shown],
        mode="markers",
        name="Expected",
        marker={"symbol": "line-ns", "size": 14, "line": {"width": 2.5, "color": _LINE}},
        hovertemplate="expected %{x:.3f}<extra></extra>",
    )
    _layout(figure, 110 + 26 * len(shown))
    figure.update_layout(
        xaxis={"title": "Precision@5, with its 95 % interval", "range": [0, 1.02], "tickformat": ".1f"},
        yaxis={"automargin": True, "showgrid": False, "type": "category"},
        bargap=0.35,
    )
    return figure


def _layout(figure: go.Figure, height: int) -> None:
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hoverlabel={"namelength": -1},
    )
