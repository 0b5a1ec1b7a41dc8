"""The charts of the drift part of the health screen, in Plotly. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.shared.formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from core.health import Look, PropertyShift, ShareShift

_OLD, _NEW, _LINE = "#8A8378", "#2B8674", "#B93A32"


def property_histogram(shift: PropertyShift) -> go.Figure:
    """How a property is spread over the reference and over the batch, in percent of the pictures of each."""
    import plotly.graph_objects as go

    figure = go.Figure()
    middles = [(a + b) / 2 for a, b in zip(shift.edges, shift.edges[1:], strict=False)]
    width = shift.edges[1] - shift.edges[0]
    sides = (("reference", shift.reference_counts, _OLD), ("new pictures", shift.batch_counts, _NEW))
    for name, counts, colour in sides:
        total = max(1, sum(counts))
        figure.add_bar(
            x=middles,
            y=[100 * one / total for one in counts],
            width=width,
            name=f"{name} ({total:,})",
            marker={"color": colour, "line": {"width": 0}},
            opacity=0.6,
            customdata=counts,
            hovertemplate="%{x:.3g}: %{y:.1f} % (%{customdata:,} pictures)<extra></extra>",
        )
    for median, colour in ((shift.reference_median, _OLD), (shift.batch_median, _NEW)):
        if shift.edges[0] <= median <= shift.edges[-1]:
            figure.add_vline(x=median, line={"color": colour, "width": 2, "dash": "dash"})
    _layout(figure, 300, shift.title)
    figure.update_layout(
        barmode="overlay",
        bargap=0,
        xaxis={"title": f"{shift.title} ({shift.unit})", "showgrid": False},
        yaxis={"title": "Share of the pictures, %", "rangemode": "tozero"},
    )
    return figure


def share_bars(shift: ShareShift) -> go.Figure:
    """The share of each label or cluster in the reference and in the batch, largest change first."""
    import plotly.graph_objects as go

    shown = list(reversed(shift.groups))
    names = [one_line(one.name, 40) for one in shown]
    figure = go.Figure()
    for name, side, colour in (("new pictures", "batch", _NEW), ("reference", "reference", _OLD)):
        counts = [getattr(one, side) for one in shown]
        total = max(1, sum(counts))
        figure.add_bar(
            y=names,
            x=[100 * one / total for one in counts],
            orientation="h",
            name=name,
            marker={"color": colour},
            customdata=counts,
            hovertemplate="%{y}: %{x:.1f} % (%{customdata:,} pictures)<extra></extra>",
        )
    _layout(figure, 130 + 34 * len(shown), one_line(shift.title, 60))
    figure.update_layout(
        xaxis={"title": "Share of the pictures, %", "rangemode": "tozero"},
        yaxis={"automargin": True, "showgrid": False, "type": "category"},
        legend={"traceorder": "reversed"},
        bargap=0.3,
    )
    return figure


def looks_chart(looks: Sequence[Look]) -> go.Figure:
    """The p-value of every look, and the level that it had to reach to be an alarm by itself."""
    import plotly.graph_objects as go

    numbers = list(range(1, len(looks) + 1))
    told = [f"{one.at:%d %b %Y}: {one_line(one.batch, 60)}" for one in looks]
    figure = go.Figure()
    figure.add_scatter(
        x=numbers,
        y=[one.level for one in looks],
        mode="lines+markers",
        name="an alarm below this",
        line={"color": _LINE, "width": 1.5, "dash": "dash", "shape": "hvh"},
        marker={"size": 4},
        hoverinfo="skip",
    )
    for name, wanted, colour, symbol in (
        ("alarm", True, _LINE, "diamond"),
        ("no alarm", False, _NEW, "circle"),
    ):
        at = [i for i, one in enumerate(looks) if one.alarm is wanted]
        if at:
            figure.add_scatter(
                x=[numbers[i] for i in at],
                y=[looks[i].p_value for i in at],
                mode="markers",
                name=name,
                marker={"color": colour, "size": 11, "symbol": symbol},
                text=[told[i] for i in at],
                hovertemplate="%{text}<br>p = %{y:.2g}<extra></extra>",
            )
    _layout(figure, 280, "Every look so far")
    figure.update_layout(
        xaxis={"title": "Look", "dtick": max(1, len(looks) // 12), "showgrid": False},
        yaxis={"title": "p-value (chance)", "type": "log", "range": [-5, 0.1], "exponentformat": "power"},
    )
    return figure


def _layout(figure: go.Figure, height: int, title: str) -> None:
    figure.update_layout(
        height=height,
        title={"text": title, "font": {"size": 15}, "x": 0, "xanchor": "left", "y": 0.98, "yanchor": "top"},
        margin={"l": 10, "r": 10, "t": 64, "b": 10},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        hoverlabel={"namelength": -1},
    )
