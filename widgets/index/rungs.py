"""The chart of one query at every value of one setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from widgets.index.wording import fine_ms
from widgets.shared.plotting import colours, framed, letters

if TYPE_CHECKING:
    import plotly.graph_objects as go


def rung_chart(rungs: Sequence[dict[str, Any]], title: str, now: int, said: str) -> go.Figure:
    """Recall at each value: each rung has `value`, `recall` and `ms`; `now` is where the slider stands."""
    import plotly.graph_objects as go

    ink = colours()
    here = [rung["value"] == now for rung in rungs]
    figure = go.Figure()
    figure.add_scatter(
        x=[str(rung["value"]) for rung in rungs],
        y=[rung["recall"] for rung in rungs],
        mode="lines+markers+text",
        line={"color": ink.main, "width": 2},
        marker={
            "color": [ink.accent if at else ink.good for at in here],
            "size": [16 if at else 8 for at in here],
            "opacity": 1,
        },
        text=[fine_ms(rung["ms"]) for rung in rungs],
        textposition="top center",
        textfont={"color": ink.quiet, "size": 11},
        hovertemplate=f"{title} %{{x}}<br>recall of this query %{{y:.2f}}<br>%{{text}}<extra></extra>",
    )
    return framed(
        figure,
        f"{letters(said, 60)} at every {title}",
        "Above each point the time of a search. The large one is where the slider stands.",
        370,
        xaxis={"title": title, "type": "category", "showgrid": False},
        yaxis={
            "title": "Recall of this query",
            "range": [0, 1.18],
            "tickvals": [0, 0.25, 0.5, 0.75, 1],
            "tickformat": ".2f",
        },
    )
