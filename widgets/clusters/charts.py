"""The charts of the clusters screen, in Plotly; labels in them are plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.clusters.map.coloring import cluster_colour
from widgets.shared.plotting import ROW, colours, framed, letters, whiskers

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from core.clustering import Proposal, Share


def candidates(proposal: Proposal, k: int | None) -> go.Figure:
    """How clear and how repeatable clusters are for each number of them; the line is the number in view."""
    import plotly.graph_objects as go

    ink = colours()
    numbers = [one.k for one in proposal.candidates]
    figure = go.Figure()
    for name, values, colour in (
        ("silhouette (how clear)", [one.silhouette for one in proposal.candidates], ink.accent),
        ("stability (how repeatable)", [one.stability for one in proposal.candidates], ink.good),
    ):
        figure.add_scatter(
            x=numbers,
            y=values,
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 8},
            hovertemplate="%{x} clusters: %{y:.3f}<extra>" + name + "</extra>",
        )
    figure.add_vline(x=proposal.k, line={"color": ink.text, "width": 1.6})
    if k is not None and k != proposal.k:
        figure.add_vline(x=k, line={"color": ink.text, "width": 1.6, "dash": "dash"})
    ticks = [at for at in (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 28, 40) if at <= numbers[-1]]
    return framed(
        figure,
        f"{proposal.k} clusters are proposed",
        "Solid line: proposed; dashed: in view.",
        380,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"},
        xaxis={
            "title": "Number of clusters (k)",
            "type": "log" if len(numbers) > 4 else "linear",
            "tickvals": ticks,
            "ticktext": [str(at) for at in ticks],
            "showgrid": False,
        },
        yaxis={"title": "From 0 (none) to 1", "rangemode": "tozero"},
    )


def label_bars(shares: Sequence[tuple[str | None, int]], cluster: int) -> go.Figure:
    """What the pictures of one cluster are labelled."""
    import plotly.graph_objects as go

    total = sum(n for _, n in shares)
    shown = [("no label" if label is None else letters(label, 30), n) for label, n in shares[:6]]
    rest = total - sum(n for _, n in shown)
    if rest:
        shown.append(("others", rest))
    figure = go.Figure()
    figure.add_bar(
        y=[name for name, _ in shown],
        x=[n / total for _, n in shown],
        orientation="h",
        marker={"color": cluster_colour(cluster), "cornerradius": 3},
        customdata=[n for _, n in shown],
        hovertemplate="%{y}: %{customdata:,} pictures, %{x:.1%}<extra></extra>",
    )
    return framed(
        figure,
        "Labels in this cluster",
        "",
        ROW * len(shown) + 96,
        margin={"l": 8, "r": 12, "t": 36, "b": 8},
        bargap=0.25,
        xaxis={"title": "Share of its pictures", "tickformat": ".0%", "range": [0, 1], "nticks": 5},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "dtick": 1},
    )


def coherence_chart(rows: Sequence[tuple[str, str, Share]]) -> go.Figure:
    """What share of each judged cluster belongs to it, with its 95 % interval."""
    import plotly.graph_objects as go

    ink = colours()
    shares = [own.share for _, _, own in rows]
    figure = go.Figure()
    figure.add_scatter(
        # The number keeps clusters of one name apart.
        y=list(range(len(rows))),
        x=shares,
        mode="markers",
        marker={"size": 11, "color": [colour for _, colour, _ in rows]},
        error_x=whiskers(
            shares,
            [own.interval.low for _, _, own in rows],
            [own.interval.high for _, _, own in rows],
            ink.quiet,
        ),
        text=[letters(name, 30) for name, _, _ in rows],
        customdata=[
            f"{own.interval.low:.0%} to {own.interval.high:.0%}<br>{own.judged:,} judged, {own.odd:,} odd"
            for _, _, own in rows
        ],
        hovertemplate="%{text}: %{x:.0%} belong<br>%{customdata}<extra></extra>",
    )
    return framed(
        figure,
        "Cluster by cluster, worst first",
        "Dots: share of the judged pictures that belong; lines: 95 % intervals.",
        ROW * len(rows) + 130,
        xaxis={
            "title": "Share of its pictures that belong",
            "tickformat": ".0%",
            "range": [0, 1.02],
            "nticks": 6,
        },
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [letters(name, 30) for name, _, _ in rows],
            "range": [len(rows) - 0.5, -0.5],
            "showgrid": False,
        },
    )
