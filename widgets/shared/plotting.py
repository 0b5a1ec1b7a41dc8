"""What the charts share: ink that is read on the page's background, plain text, and the frame of a figure."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from widgets.shared.formatting import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

CONFIG = {"displayModeBar": False, "responsive": True}
"""What `st.plotly_chart` is given with a figure."""

ROW = 26
"""Pixels of one bar with the gap to the next."""


@dataclass(frozen=True)
class Colours:
    """Ink that is read on the page's background."""

    text: str
    quiet: str
    good: str
    bad: str
    main: str
    accent: str


_LIGHT = Colours("#1E1D1A", "#6F6A60", "#1B7F5F", "#B93A32", "#8DC5B6", "#C8752B")
_DARK = Colours("#EFEDE8", "#A19B8F", "#4DB58F", "#E0695F", "#2B8070", "#E39A56")


def colours() -> Colours:
    """Those of the theme that the viewer has chosen."""
    return _DARK if st.context.theme.type == "dark" else _LIGHT


def letters(text: str, limit: int = 40) -> str:
    """Untrusted text as one line that Plotly shows letter by letter, never as markup."""
    return html.escape(one_line(text, limit), quote=False)


def framed(figure: go.Figure, title: str, subtitle: str, height: int, **layout: Any) -> go.Figure:
    """The figure with a title above it, a quieter line below that, and the legend of all charts.

    `title` and `subtitle` are Plotly's markup. `layout` is what `Figure.update_layout` takes.
    """
    below = {"text": subtitle, "font": {"size": 12, "color": colours().quiet}}
    figure.update_layout(
        height=height,
        title={"text": title, "subtitle": below, "x": 0, "xanchor": "left", "y": 1, "yanchor": "top",
               "yref": "container", "pad": {"t": 8}, "font": {"size": 15}},
        margin={"l": 8, "r": 12, "t": 62, "b": 8},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        hovermode="closest",
        hoverlabel={"namelength": -1, "align": "left"},
        showlegend=False,
    )  # fmt: skip
    figure.update_xaxes(automargin=True, zeroline=False)
    figure.update_yaxes(automargin=True, zeroline=False)
    figure.update_layout(**layout)
    return figure


def whiskers(
    middle: Sequence[float], low: Sequence[float | None], high: Sequence[float | None], colour: str
) -> dict[str, Any]:
    """Error bars from `low` to `high` around `middle`; none where one of the two is None."""
    import numpy as np

    # NaN, which only an array carries to the browser, draws nothing; None would be drawn as 0.
    at, below, above = (np.array(values, np.float64) for values in (middle, low, high))
    return {
        "type": "data",
        "array": np.maximum(above - at, 0),
        "arrayminus": np.maximum(at - below, 0),
        "thickness": 1.6,
        "width": 4,
        "color": colour,
    }


def between(low: float | None, high: float | None) -> str:
    """A 95 % interval as a line of what is shown under the pointer; empty without one."""
    return "" if low is None or high is None else f"<br>95 % CI {low:.3f} to {high:.3f}"
