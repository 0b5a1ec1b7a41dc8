"""The plot of quality against time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from widgets.shared.plotting import between, colours, framed, letters, whiskers

if TYPE_CHECKING:
    import plotly.graph_objects as go


def trade_off(points: Sequence[dict[str, Any]], quality: str) -> go.Figure:
    """Quality against milliseconds: each point has `name`, `mean`, `low`, `high`, `ms`, `optimal`."""
    import plotly.graph_objects as go

    ink = colours()
    lows = [p["low"] if p["low"] is not None else p["mean"] for p in points]
    figure = go.Figure()
    for kind, colour, symbol in (("worth having", ink.good, "diamond"), ("beaten", ink.quiet, "circle")):
        some = [p for p in placed(points) if p["kind"] == kind]
        if not some:
            continue
        means = [p["mean"] for p in some]
        figure.add_scatter(
            x=[p["ms"] for p in some],
            y=means,
            name=kind,
            mode="markers+text",
            marker={"size": 13, "color": colour, "symbol": symbol},
            error_y=whiskers(means, [p["low"] for p in some], [p["high"] for p in some], ink.quiet),
            text=[p["name"] for p in some],
            # A name to the right of its point is aligned to the left, and the other way round.
            textposition=[
                f"{'bottom' if p['below'] else 'top'} {'right' if p['side'] == 'left' else 'left'}"
                for p in some
            ],
            textfont={"color": ink.text, "size": 12},
            customdata=[between(p["low"], p["high"]) for p in some],
            hovertemplate="%{text}<br>%{y:.3f}%{customdata}<br>%{x:.1f} ms a query<extra></extra>",
        )
    return framed(
        figure,
        f"What {quality} costs in time",
        "Worth having: none other is better in everything at once.",
        440,
        showlegend=True,
        margin={"l": 8, "r": 12, "t": 84, "b": 8},
        xaxis={
            "title": "Milliseconds a query, median (left is faster)",
            "range": [0, 1.25 * max(p["ms"] for p in points) or 1],
        },
        yaxis={
            "title": f"{quality} (up is better)",
            "range": [
                max(0.0, min(lows) - 0.05),
                min(1.0, max(p["high"] or p["mean"] for p in points) + 0.02),
            ],
            "tickformat": ".2f",
        },
    )


def placed(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The points with where their names stand: inside the plot, and not over each other."""
    last = max(point["ms"] for point in points) or 1.0
    made: list[dict[str, Any]] = []
    for point in sorted(points, key=lambda p: -p["mean"]):
        side = "right" if point["ms"] > 0.6 * last else "left"
        near = [p for p in made if abs(p["ms"] - point["ms"]) < last / 6 and p["mean"] - point["mean"] < 0.03]
        kind = "worth having" if point["optimal"] else "beaten"
        name = letters(point["name"], 44)
        made.append({**point, "name": name, "kind": kind, "side": side, "below": bool(near)})
    return made
