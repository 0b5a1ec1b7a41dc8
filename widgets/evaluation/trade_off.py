"""The plot of quality against time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from widgets.evaluation.charts import colours, titled
from widgets.wording import one_line

if TYPE_CHECKING:
    import altair as alt


def trade_off(points: Sequence[dict[str, Any]], quality: str, of: str) -> alt.LayerChart:
    """Quality against milliseconds: each point has `name`, `mean`, `low`, `high`, `ms`, `optimal`, `size`."""
    import altair as alt

    ink = colours()
    values = placed(points)
    lows = [p["low"] if p["low"] is not None else p["mean"] for p in points]
    floor = max(0.0, min(lows) - 0.05)
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X(
            "ms:Q",
            title="Milliseconds a query, median (left is faster)",
            axis=alt.Axis(tickCount=8),
            scale=alt.Scale(domain=[0, 1.25 * max(p["ms"] for p in points) or 1]),
        ),
        tooltip=[
            alt.Tooltip("name:N", title=of),
            alt.Tooltip("mean:Q", title=quality, format=".3f"),
            alt.Tooltip("low:Q", title="95 % CI from", format=".3f"),
            alt.Tooltip("high:Q", title="to", format=".3f"),
            alt.Tooltip("ms:Q", title="ms a query", format=".1f"),
        ],
    )
    scale = alt.Scale(domain=[floor, min(1.0, max(p["high"] or p["mean"] for p in points) + 0.02)], nice=True)
    whiskers = base.mark_rule(color=ink.quiet, strokeWidth=1.4).encode(
        y=alt.Y("low:Q", scale=scale), y2="high:Q"
    )
    dots = base.mark_point(filled=True, size=170, opacity=1).encode(
        y=alt.Y(
            "mean:Q", title=f"{quality} (up is better)", scale=scale, axis=alt.Axis(format=".2f", tickCount=7)
        ),
        shape=alt.Shape(
            "kind:N",
            scale=alt.Scale(domain=["worth having", "beaten"], range=["diamond", "circle"]),
            title=None,
        ),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["worth having", "beaten"], range=[ink.good, ink.quiet]),
            title=None,
            legend=alt.Legend(orient="top"),
        ),
    )
    names = [
        base.transform_filter(f"datum.side == '{side}' && datum.below == {str(below).lower()}")
        .mark_text(
            align=side, dx=11 if side == "left" else -11, dy=13 if below else -9, color=ink.text, fontSize=12
        )
        .encode(y=alt.Y("mean:Q", scale=scale), text="name:N")
        for side in ("left", "right")
        for below in (False, True)
    ]
    return titled(
        alt.layer(whiskers, dots, *names).properties(height=380),
        f"What {quality} costs in time",
        "Worth having: none other is better in everything at once.",
    )


def placed(points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The points with where their names stand: inside the plot, and not over each other."""
    last = max(point["ms"] for point in points) or 1.0
    made: list[dict[str, Any]] = []
    for point in sorted(points, key=lambda p: -p["mean"]):
        side = "right" if point["ms"] > 0.6 * last else "left"
        near = [p for p in made if abs(p["ms"] - point["ms"]) < last / 6 and p["mean"] - point["mean"] < 0.03]
        kind = "worth having" if point["optimal"] else "beaten"
        name = one_line(point["name"], 44)
        made.append({**point, "name": name, "kind": kind, "side": side, "below": bool(near)})
    return made
