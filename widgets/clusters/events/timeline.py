"""The time line of events: one bar an event, as high as it has pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from widgets.shared.formatting import count
from widgets.shared.plotting import CONFIG, colours, framed, letters

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from core.events import Event

_THINNEST = 260
"""Share of the time line below which a bar would be too thin to see and to click."""
_SHOWN_DAYS = 2
"""An event alone still has some days around it."""
_HEIGHT = 290


def timeline(key: str, events: Sequence[Event], chosen: int | None, on_pick: Callable[[int], object]) -> None:
    """Draw the time line; `on_pick` is called with the number of the event that was clicked."""
    # Under a key of its own for each choice, the chart forgets what was clicked before.
    key = f"{key}-{'all' if chosen is None else chosen}"
    st.plotly_chart(
        chart(events, chosen),
        key=key,
        config=CONFIG,
        on_select=partial(_picked, key, on_pick),
        selection_mode="points",
    )


def _picked(key: str, on_pick: Callable[[int], object]) -> None:
    event = read_pick(st.session_state.get(key))
    if event is not None:
        on_pick(event)


def read_pick(state: object) -> int | None:
    """The number of the event that the browser says was clicked, or None."""
    selection = state.get("selection") if isinstance(state, Mapping) else None
    points = selection.get("points") if isinstance(selection, Mapping) else None
    if not isinstance(points, Sequence) or not points or not isinstance(points[0], Mapping):
        return None
    said = points[0].get("customdata")
    event = said[0] if isinstance(said, Sequence) and said else None
    return int(event) if isinstance(event, int | float) and not isinstance(event, bool) else None


def chart(events: Sequence[Event], chosen: int | None) -> go.Figure:
    """One bar an event, from its first picture to its last, at least wide enough to be seen.

    Heights are square roots of the numbers of pictures, so that small events are seen beside large ones.
    """
    import plotly.graph_objects as go

    ink = colours()
    first, last = min(e.start for e in events), max(e.end for e in events)
    span = max(last - first, timedelta(days=_SHOWN_DAYS))
    thinnest = span / _THINNEST
    widths = [max(e.end - e.start, thinnest) for e in events]
    highest = max(len(e.ids) for e in events)
    figure = go.Figure()
    figure.add_bar(
        x=[e.start + (e.end - e.start) / 2 for e in events],
        y=[math.sqrt(len(e.ids)) for e in events],
        width=[width / timedelta(milliseconds=1) for width in widths],
        marker={
            "color": [ink.accent if e.cluster == chosen else ink.main for e in events],
            "line": {"color": ink.text, "width": 0.5},
        },
        unselected={"marker": {"opacity": 1}},
        customdata=[
            [
                e.cluster,
                letters(e.title, 120),
                f"{e.start:%Y-%m-%d %H:%M} to {e.end:%Y-%m-%d %H:%M}",
                count(len(e.ids)),
                letters(e.place, 80) if e.place else "place not known",
            ]
            for e in events
        ],
        hovertemplate="<b>%{customdata[1]}</b><br>%{customdata[2]}<br>%{customdata[3]}<br>%{customdata[4]}"
        "<extra></extra>",
    )
    ticks = [n for n in (0, 1, 5, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000) if n <= highest * 1.2]
    return framed(
        figure,
        f"{count(len(events), 'event')} on a time line",
        "A bar is an event, as high as it has pictures; click one to open it.",
        _HEIGHT,
        dragmode=False,
        xaxis={
            "title": "When the pictures were taken, by the camera's clock",
            "range": [first - thinnest * 2, last + thinnest * 2],
            "showgrid": False,
            "type": "date",
        },
        yaxis={
            "title": "Pictures",
            "range": [0, math.sqrt(highest * 1.1)],
            "tickvals": [math.sqrt(n) for n in ticks],
            "ticktext": [f"{n:,}" for n in ticks],
        },
    )
