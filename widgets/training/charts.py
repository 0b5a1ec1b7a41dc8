"""The charts of the training screen, in Plotly. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import plotly.graph_objects as go
    from numpy.typing import NDArray

Points = Sequence[Mapping[str, Any]]
_LOSS, _FOUND, _OTHER = "#C8752B", "#2B8674", "#6B7FA8"
_MOST_CATEGORIES = 24


def curves(points: Points) -> go.Figure:
    """Loss and the held-out figure, epoch by epoch."""
    import plotly.graph_objects as go

    figure = go.Figure()
    epochs = [point["epoch"] for point in points]
    figure.add_scatter(
        x=epochs,
        y=[point["validation"] for point in points],
        name="Held-out figure",
        mode="lines+markers",
        line={"color": _FOUND, "width": 3},
        hovertemplate="epoch %{x}: %{y:.3f}<extra></extra>",
    )
    figure.add_scatter(
        x=epochs,
        y=[point["loss"] for point in points],
        name="Loss",
        mode="lines+markers",
        yaxis="y2",
        line={"color": _LOSS, "dash": "dot"},
        hovertemplate="epoch %{x}: loss %{y:.3f}<extra></extra>",
    )
    _layout(figure, 280)
    figure.update_layout(
        xaxis={"title": "Epoch", "dtick": max(1, len(epochs) // 10), "showgrid": False},
        yaxis={"title": "Held-out (0–1)", "tickformat": ".2f"},
        yaxis2={"title": "Loss", "overlaying": "y", "side": "right", "showgrid": False},
    )
    return figure


def categories(changes: Points) -> go.Figure:
    """What each label gained or lost, with its interval; the largest changes where there are many."""
    import plotly.graph_objects as go

    ordered = sorted(changes, key=lambda one: one["after"] - one["before"])
    if len(ordered) > _MOST_CATEGORIES:
        half = _MOST_CATEGORIES // 2
        ordered = [*ordered[:half], *ordered[-half:]]
    change = [one["after"] - one["before"] for one in ordered]
    spans = [one.get("interval") for one in ordered]
    up = [0.0 if s is None else max(0.0, s["high"] - c) for s, c in zip(spans, change, strict=True)]
    down = [0.0 if s is None else max(0.0, c - s["low"]) for s, c in zip(spans, change, strict=True)]
    figure = go.Figure()
    figure.add_bar(
        y=[f"{str(one['label'])[:40]} ({one['queries']})" for one in ordered],
        x=change,
        orientation="h",
        marker={"color": [_FOUND if value >= 0 else _LOSS for value in change]},
        error_x={"type": "data", "array": up, "arrayminus": down, "thickness": 1.2, "color": "#8A8378"},
        hovertemplate="%{y}: %{x:+.3f}<extra></extra>",
    )
    _layout(figure, 90 + 26 * len(ordered))
    figure.update_layout(
        xaxis={
            "title": "Change of the figure, with its 95 % interval",
            "tickformat": "+.2f",
            "zeroline": True,
        },
        yaxis={"automargin": True, "showgrid": False, "type": "category"},
        showlegend=False,
    )
    return figure


def alphas(points: Points, chosen: float | None) -> go.Figure:
    """The validation figure by the share of the new embedding: trained classes, and classes never seen."""
    import plotly.graph_objects as go

    figure = go.Figure()
    shares = [point["alpha"] for point in points]
    for key, name, color in (("trained", "Trained on", _FOUND), ("unseen", "Never seen", _OTHER)):
        values = [point.get(key) for point in points]
        if any(value is not None for value in values):
            figure.add_scatter(
                x=shares,
                y=values,
                name=name,
                mode="lines+markers",
                line={"color": color},
                hovertemplate=name + ", %{x:.0%} new: %{y:.3f}<extra></extra>",
            )
    if chosen is not None:
        figure.add_vline(x=chosen, line={"dash": "dash", "color": _LOSS})
    _layout(figure, 240)
    figure.update_layout(
        xaxis={"title": "Share of the new embedding", "tickformat": ".0%", "showgrid": False},
        yaxis={"title": "Validation figure (0–1)", "tickformat": ".2f"},
    )
    return figure


def layout_map(
    xy: NDArray[np.float32], ids: NDArray[np.int64], labels: Sequence[str], lit: Sequence[int]
) -> go.Figure:
    """One map: a point for each picture, colored by label; those of `lit` are bright, the others faint."""
    import numpy as np
    import plotly.graph_objects as go

    figure = go.Figure()
    names = np.array(labels)
    known = sorted(set(labels) - {""}, key=lambda name: -labels.count(name))  # type: ignore[attr-defined]
    for name in [*known[:10], ""]:
        rows = np.flatnonzero(names == name if name else ~np.isin(names, known[:10]))
        if not len(rows):
            continue
        chosen = np.flatnonzero(np.isin(ids[rows], list(lit))).tolist() if lit else None
        figure.add_scattergl(
            x=xy[rows, 0],
            y=xy[rows, 1],
            mode="markers",
            name=name or "other",
            customdata=ids[rows],
            selectedpoints=chosen,
            marker={"size": 6, **({} if name else {"color": "#A19B8F"})},
            selected={"marker": {"size": 10, "opacity": 1}},
            unselected={"marker": {"opacity": 0.12}},
            text=[str(n)[:40] for n in names[rows]],
            hovertemplate="%{text}<extra></extra>",
        )
    _layout(figure, 420)
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_layout(
        xaxis=hidden, yaxis=hidden | {"scaleanchor": "x"}, dragmode="lasso", showlegend=False
    )
    return figure


def _layout(figure: go.Figure, height: int) -> None:
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        hovermode="closest",
    )
