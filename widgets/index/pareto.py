"""The plot of recall against time: every setting that was tried, and what is worth having."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from core.index import recipe_title
from widgets.index.wording import ASKED, fine_ms, settings_text
from widgets.shared.plotting import Colours, colours, framed, whiskers

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from core.index import Measured, QueryKind, Tuning

_TOP = 3.3
"""Where a recall of 1 is drawn."""
_TICKS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
_SYMBOLS = ("circle", "square", "triangle-up", "cross", "star", "hexagon")
_NAMES: dict[QueryKind, str] = {"image": "By picture", "text": "By words"}


def height(recall: float) -> float:
    """Where a recall is drawn: each step up halves, or more exactly divides, what is missed."""
    return _TOP if recall >= 1 else min(_TOP, -math.log10(1 - max(0.0, recall)))


def pareto(tuning: Tuning) -> go.Figure:
    """Recall against milliseconds, by kind of query; the front as a line."""
    import plotly.graph_objects as go

    ink = colours()
    values = rows(tuning)
    lowest = min([v["recall"] for v in values] + list(tuning.targets.values()))
    ticks = [one for one in _TICKS if one >= lowest - 0.25]
    times = [v["ms"] for v in values] + ([tuning.exact.p50_ms] if tuning.exact else [])
    ends = [math.log10(0.7 * min(times)), math.log10(1.9 * max(times))]
    shapes = dict(zip(dict.fromkeys(v["index"] for v in values), _SYMBOLS * len(values), strict=False))
    figure = go.Figure()
    for kind, target in tuning.targets.items():
        some = [v for v in values if v["asked"] == _NAMES[kind]]
        front = sorted((v for v in some if v["front"]), key=lambda v: v["ms"])
        hue = _hue(kind, ink)
        figure.add_scatter(
            x=[v["ms"] for v in front],
            y=[v["height"] for v in front],
            mode="lines",
            line={"color": hue, "width": 2},
            opacity=0.75,
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            **_points(some),
            name=_NAMES[kind],
            legend="legend",
            marker={
                "size": 9,
                "color": hue,
                "symbol": [shapes[v["index"]] for v in some],
                "opacity": [1 if v["front"] else 0.4 for v in some],
            },
        )
        figure.add_hline(
            y=height(target),
            line={"color": hue, "dash": "dash", "width": 1.4},
            annotation={
                "text": f"target {target:g} {ASKED[kind]}",
                "font": {"size": 11, "color": hue},
                "x": 0,
                "xanchor": "left",
                "yanchor": "bottom",
            },
        )
    for name, symbol in shapes.items():
        figure.add_scatter(
            x=[None],
            y=[None],
            name=name,
            legend="legend2",
            mode="markers",
            marker={"color": ink.quiet, "symbol": symbol, "size": 9},
        )
    _add_exact(figure, tuning, ink)
    _add_recommended(figure, tuning, ink)
    return framed(
        figure,
        f"What recall costs in time, over {tuning.vectors:,} of your pictures",
        "On the line: no other setting is both faster and better. Ringed: recommended, as certified.",
        560,
        showlegend=True,
        margin={"l": 8, "r": 12, "t": 84, "b": 8},
        legend2={"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top"},
        xaxis={
            "title": "Milliseconds a query, median on one thread (log scale; left is faster)",
            "type": "log",
            "range": ends,
            "showgrid": False,
            "tickformat": "~g",
            "dtick": "D2" if ends[1] - ends[0] < 2.5 else 1,
        },
        yaxis={
            "title": f"Recall@{tuning.k} (up is better; stretched towards 1)",
            "range": [height(min(lowest, ticks[0])) - 0.1, _TOP + 0.12],
            "tickvals": [height(one) for one in ticks],
            "ticktext": [f"{one:g}" for one in ticks],
        },
    )


def rows(tuning: Tuning) -> list[dict[str, Any]]:
    """One row a point that was measured."""
    worth = {kind: tuning.front(kind) for kind in tuning.targets}
    return [_row(point, point in worth[point.kind]) for point in tuning.points]


def _row(point: Measured, worth: bool) -> dict[str, Any]:
    return {
        "ms": max(point.latency.p50_ms, 1e-4),
        "height": height(point.recall),
        "recall": point.recall,
        "low": point.interval.low,
        "high": point.interval.high,
        "lowest": height(point.interval.low),
        "highest": height(point.interval.high),
        "p95": fine_ms(point.latency.p95_ms),
        "p50": fine_ms(point.latency.p50_ms),
        "asked": _NAMES[point.kind],
        "index": recipe_title(point.recipe),
        "settings": settings_text(point.parameters),
        "front": worth,
    }


def _points(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Where points lie, and what is shown of each under the pointer."""
    return {
        "x": [v["ms"] for v in values],
        "y": [v["height"] for v in values],
        "mode": "markers",
        "customdata": [
            f"{v['index']}<br>{v['settings']}<br>{v['asked']}: recall {v['recall']:.4f} "
            f"({v['low']:.4f} to {v['high']:.4f})<br>median {v['p50']}, 95 % below {v['p95']}"
            for v in values
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _add_recommended(figure: go.Figure, tuning: Tuning, ink: Colours) -> None:
    """The certified points: ringed, with their intervals and a name."""
    found = [_row(proven, True) for proven in tuning.certificates.values()]
    if not found:
        return
    heights = [one["height"] for one in found]
    figure.add_scatter(
        **_points(found)
        | {
            "mode": "markers+text",
            "marker": {"size": 19, "symbol": "circle-open", "color": ink.text, "line": {"width": 2.2}},
            "error_y": whiskers(
                heights, [o["lowest"] for o in found], [o["highest"] for o in found], ink.text
            ),
            "text": [f"<b>{one['settings']}</b>" for one in found],
            "textposition": "bottom right",
            "textfont": {"color": ink.text, "size": 12},
            "showlegend": False,
        }
    )


def _add_exact(figure: go.Figure, tuning: Tuning, ink: Colours) -> None:
    if tuning.exact is None:
        return
    times = f"median {fine_ms(tuning.exact.p50_ms)}, 95 % below {fine_ms(tuning.exact.p95_ms)}"
    figure.add_scatter(
        x=[tuning.exact.p50_ms],
        y=[_TOP],
        mode="markers+text",
        marker={"size": 14, "symbol": "diamond", "color": ink.quiet},
        text=["Exact search"],
        textposition="middle left",
        textfont={"color": ink.quiet, "size": 12},
        hovertemplate=f"Exact search: recall 1<br>{times}<extra></extra>",
        showlegend=False,
    )


def _hue(kind: QueryKind, ink: Colours) -> str:
    return ink.good if kind == "image" else ink.accent
