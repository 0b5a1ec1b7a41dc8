"""The chart of one query at every value of one setting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from widgets.evaluation.charts import colours, titled
from widgets.indexing.wording import fine_ms

if TYPE_CHECKING:
    import altair as alt


def rung_chart(rungs: Sequence[dict[str, Any]], title: str, now: int, said: str) -> alt.LayerChart:
    """Recall at each value: each rung has `value`, `recall` and `ms`; `now` is where the slider stands."""
    import altair as alt

    ink = colours()
    values = [
        {**rung, "label": str(rung["value"]), "took": fine_ms(rung["ms"]), "now": rung["value"] == now}
        for rung in rungs
    ]
    order = [one["label"] for one in values]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("label:O", sort=order, title=title, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        tooltip=[
            alt.Tooltip("value:Q", title=title),
            alt.Tooltip("recall:Q", title="Recall of this query", format=".2f"),
            alt.Tooltip("took:N", title="Time"),
        ],
    )
    y = alt.Y(
        "recall:Q",
        title="Recall of this query",
        scale=alt.Scale(domain=[0, 1.18]),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2f"),
    )
    line = base.mark_line(color=ink.main, strokeWidth=2, interpolate="monotone").encode(y=y)
    dots = base.mark_point(filled=True, opacity=1).encode(
        y=y,
        size=alt.condition("datum.now", alt.value(230), alt.value(60)),
        color=alt.condition("datum.now", alt.value(ink.accent), alt.value(ink.good)),
    )
    times = base.mark_text(dy=-14, fontSize=11, color=ink.quiet).encode(y=y, text="took:N")
    return titled(
        alt.layer(line, dots, times).properties(height=300),
        f"{said} at every {title}",
        "Above each point the time of a search. The large one is where the slider stands.",
    )
