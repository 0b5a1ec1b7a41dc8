"""The time line of events: one bar an event, as high as it has pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from widgets.evaluation.charts import colours, titled
from widgets.wording import count, one_line

if TYPE_CHECKING:
    import altair as alt

    from core.clustering.events.types import Event

_PICK = "pick"
_THINNEST = 260
"""Share of the time line below which a bar would be too thin to see and to click."""
_SHOWN_DAYS = 2
"""An event alone still has some days around it."""
_HEIGHT = 250


def timeline(key: str, events: Sequence[Event], chosen: int | None, on_pick: Callable[[int], object]) -> None:
    """Draw the time line; `on_pick` is called with the number of the event that was clicked."""
    # Under a key of its own for each choice, the chart forgets what was clicked before.
    key = f"{key}-{'all' if chosen is None else chosen}"
    st.altair_chart(
        chart(events, chosen),
        key=key,
        width="stretch",
        on_select=partial(_picked, key, on_pick),
        selection_mode=_PICK,
    )


def _picked(key: str, on_pick: Callable[[int], object]) -> None:
    event = read_pick(st.session_state.get(key))
    if event is not None:
        on_pick(event)


def read_pick(state: object) -> int | None:
    """The number of the event that the browser says was clicked, or None."""
    selection = state.get("selection") if isinstance(state, Mapping) else None
    picked = selection.get(_PICK) if isinstance(selection, Mapping) else None
    if not isinstance(picked, Sequence) or not picked or not isinstance(picked[0], Mapping):
        return None
    event = picked[0].get("event")
    return int(event) if isinstance(event, int | float) and not isinstance(event, bool) else None


def chart(events: Sequence[Event], chosen: int | None) -> alt.Chart:
    """One bar an event, from its first picture to its last, at least wide enough to be seen."""
    import altair as alt

    ink = colours()
    first, last = min(e.start for e in events), max(e.end for e in events)
    span = max(last - first, timedelta(days=_SHOWN_DAYS))
    thinnest = span / _THINNEST
    rows = [_row(event, thinnest, event.cluster == chosen) for event in events]
    pick = alt.selection_point(name=_PICK, fields=["event"], on="click", clear=False)
    highest = max(len(e.ids) for e in events)
    drawn = (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(cornerRadius=2, cursor="pointer", stroke=ink.text, strokeOpacity=0.35, strokeWidth=0.5)
        .encode(
            x=alt.X(
                "from:T",
                title="When the pictures were taken, by the camera's clock",
                scale=alt.Scale(domain=[_iso(first - thinnest * 2), _iso(last + thinnest * 2)]),
                axis=alt.Axis(labelOverlap=True, grid=False, format=_format(span)),
            ),
            x2="to:T",
            y=alt.Y(
                "pictures:Q",
                title="Pictures",
                scale=alt.Scale(type="sqrt", domain=[0, highest * 1.1]),
                axis=alt.Axis(tickCount=4, format="d"),
            ),
            y2=alt.Y2(datum=0),
            color=alt.condition("datum.chosen", alt.value(ink.accent), alt.value(ink.main)),
            opacity=alt.condition("datum.chosen", alt.value(1.0), alt.value(0.85)),
            tooltip=[
                alt.Tooltip("title:N", title="Event"),
                alt.Tooltip("begins:N", title="From"),
                alt.Tooltip("ends:N", title="To"),
                alt.Tooltip("pictures:Q", title="Pictures", format=","),
                alt.Tooltip("place:N", title="Place"),
            ],
        )
        .add_params(pick)
        .properties(height=_HEIGHT)
    )
    return titled(
        drawn,
        f"{count(len(events), 'event')} on a time line",
        "A bar is an event, as high as it has pictures; click one to open it.",
    )


def _row(event: Event, thinnest: timedelta, chosen: bool) -> dict[str, object]:
    middle = event.start + (event.end - event.start) / 2
    half = max(event.end - event.start, thinnest) / 2
    return {
        "event": event.cluster,
        "from": _iso(middle - half),
        "to": _iso(middle + half),
        "begins": f"{event.start:%Y-%m-%d %H:%M}",
        "ends": f"{event.end:%Y-%m-%d %H:%M}",
        "pictures": len(event.ids),
        "title": one_line(event.title, 120),
        "place": one_line(event.place, 80) if event.place else "not known",
        "chosen": chosen,
    }


def _format(span: timedelta) -> str:
    """How dates on the axis are written."""
    if span < timedelta(days=4):
        return "%-d %b %Y, %H:%M"
    return "%-d %b %Y" if span < timedelta(days=365 * 2) else "%b %Y"


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
