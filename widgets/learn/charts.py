"""The charts of the learn screen, in Plotly. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.shared.formatting import one_line

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from core.drills import SameOrder, Shown

_COLOURS = ("#2B8674", "#C8752B")


def mistake_chart(shown: Shown, title: str) -> go.Figure:
    """What a mistake costs, as bars or lines."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for series, colour in zip(shown.series, _COLOURS, strict=False):
        x = [one_line(at, 24) if isinstance(at, str) else at for at in series.x]
        name = one_line(series.name, 40)
        if shown.bars:
            figure.add_bar(
                x=x, y=series.y, name=name, marker={"color": colour}, hovertemplate="%{x}: %{y:.3g}"
            )
        else:
            figure.add_scatter(
                x=x,
                y=series.y,
                name=name,
                mode="lines+markers",
                line={"color": colour, "width": 3},
                hovertemplate="%{x:.3g}: %{y:.3g}",
            )
    _layout(figure, title, shown.x_title, shown.y_title, legend=len(shown.series) > 1)
    steps = [at for series in shown.series for at in series.x if not isinstance(at, str)]
    if not shown.bars and steps and min(steps) >= 1 and max(steps) >= 16:
        figure.update_xaxes(
            type="log", tickvals=sorted(set(steps)), ticktext=[f"{at:g}" for at in sorted(set(steps))]
        )
    figure.update_yaxes(rangemode="tozero")
    return figure


def parabola(found: SameOrder) -> go.Figure:
    """Squared distance against cosine, measured, on the line 2 − 2 · cos."""
    import plotly.graph_objects as go

    cosines = [cosine for cosine, _ in found.points]
    ends = [min(cosines), max(cosines)]
    figure = go.Figure()
    figure.add_scatter(
        x=ends, y=[2 - 2 * at for at in ends], mode="lines", name="2 − 2 · cos", line={"color": _COLOURS[1]}
    )
    figure.add_scatter(
        x=cosines,
        y=[squared for _, squared in found.points],
        mode="markers",
        name="measured",
        marker={"color": _COLOURS[0], "size": 7},
        hovertemplate="cosine %{x:.5f}: squared distance %{y:.5f}<extra></extra>",
    )
    _layout(
        figure,
        f"All on one line: {len(cosines)} of {found.compared:,} pictures",
        "Cosine (right is closer)",
        "Squared distance (down is closer)",
        legend=True,
    )
    return figure


def _layout(figure: go.Figure, title: str, x_title: str, y_title: str, *, legend: bool) -> None:
    figure.update_layout(
        title={"text": one_line(title, 70), "font": {"size": 15}, "x": 0, "y": 0.98},
        height=330,
        margin={"l": 8, "r": 8, "t": 84 if legend else 40, "b": 8},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        showlegend=legend,
        xaxis={"title": x_title, "showgrid": False},
        yaxis={"title": y_title},
    )
