"""The plot of recall against time: every setting that was tried, and what is worth having."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from core.indexing.tuning.wording import recipe_title
from widgets.evaluation.charts import Colours, colours, titled
from widgets.indexing.wording import ASKED, fine_ms, settings_text

if TYPE_CHECKING:
    import altair as alt

    from core.indexing.tuning.result import Tuning
    from core.indexing.tuning.types import Kind, Measured

_TOP = 3.3
"""Where a recall of 1 is drawn."""
_TICKS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
_NAMES: dict[Kind, str] = {"image": "By picture", "text": "By words"}


def height(recall: float) -> float:
    """Where a recall is drawn: each step up halves, or more exactly divides, what is missed."""
    return _TOP if recall >= 1 else min(_TOP, -math.log10(1 - max(0.0, recall)))


def pareto(tuning: Tuning) -> alt.LayerChart:
    """Recall against milliseconds, both kinds of query told apart; the front as a line."""
    import altair as alt

    ink = colours()
    kinds: list[Kind] = list(tuning.targets)
    values = rows(tuning)
    lowest = min([v["recall"] for v in values] + list(tuning.targets.values()))
    ticks = [one for one in _TICKS if one >= lowest - 0.25]
    floor = height(min(lowest, ticks[0])) - 0.1
    times = [v["ms"] for v in values] + ([tuning.exact.p50_ms] if tuning.exact else [])
    x = alt.X(
        "ms:Q",
        title="Milliseconds a query, median on one thread (log scale; left is faster)",
        scale=alt.Scale(type="log", domain=[0.7 * min(times), 1.9 * max(times)], nice=False),
        axis=alt.Axis(tickCount=6, format="~g", grid=False),
    )
    upward: dict[str, Any] = {
        "title": f"Recall@{tuning.k} (up is better; stretched towards 1)",
        "scale": alt.Scale(domain=[floor, _TOP + 0.12], nice=False),
        "axis": alt.Axis(
            values=[height(one) for one in ticks],
            labelExpr=f"datum.value >= {_TOP} ? '1' : format(1 - pow(10, -datum.value), '.3~f')",
        ),
    }
    y = alt.Y("height:Q", **upward)
    color = alt.Color(
        "asked:N",
        title=None,
        scale=alt.Scale(domain=[_NAMES[kind] for kind in kinds], range=[_hue(kind, ink) for kind in kinds]),
        legend=alt.Legend(orient="top"),
    )
    names = list(dict.fromkeys(v["index"] for v in values))
    shape = alt.Shape(
        "index:N",
        title=None,
        scale=alt.Scale(domain=names),
        legend=alt.Legend(
            orient="bottom",
            columns=2,
            labelLimit=280,
            symbolFillColor=ink.quiet,
            symbolStrokeColor=ink.quiet,
        ),
    )
    base = alt.Chart(alt.Data(values=values)).encode(x=x, color=color, tooltip=_tooltip())
    line = base.transform_filter("datum.front").mark_line(strokeWidth=2, opacity=0.75).encode(y=y)
    dots = base.mark_point(filled=True, size=75).encode(
        y=y, shape=shape, opacity=alt.condition("datum.front", alt.value(1), alt.value(0.4))
    )
    targets = [
        {"height": height(target), "asked": _NAMES[kind], "said": f"target {target:g} {ASKED[kind]}"}
        for kind, target in tuning.targets.items()
    ]
    goal = alt.Chart(alt.Data(values=targets)).encode(y=y, color=color)
    rules = goal.mark_rule(strokeDash=[5, 4], strokeWidth=1.4, opacity=0.8)
    said = goal.mark_text(align="left", dy=-7, fontSize=11).encode(x=alt.value(4), text="said:N")
    layers = [rules, said, line, dots, *_exact(tuning, x, y, ink), *_recommended(tuning, x, upward, ink)]
    return titled(
        alt.layer(*layers).properties(height=470),
        f"What recall costs in time, over {tuning.vectors:,} of your pictures",
        "On the line: no other setting is both faster and better. Ringed: recommended, as certified.",
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


def _tooltip() -> list[Any]:
    import altair as alt

    return [
        alt.Tooltip("index:N", title="Index"),
        alt.Tooltip("settings:N", title="Settings"),
        alt.Tooltip("asked:N", title="Asked"),
        alt.Tooltip("recall:Q", title="Recall", format=".4f"),
        alt.Tooltip("low:Q", title="95 % CI from", format=".4f"),
        alt.Tooltip("high:Q", title="to", format=".4f"),
        alt.Tooltip("p50:N", title="Median"),
        alt.Tooltip("p95:N", title="95 % below"),
    ]


def _recommended(tuning: Tuning, x: alt.X, upward: dict[str, Any], ink: Colours) -> list[alt.Chart]:
    """The certified points: ringed, with their intervals and a name."""
    import altair as alt

    found = [_row(proven, True) for proven in tuning.certificates.values()]
    if not found:
        return []
    for one in found:
        one["said"] = one["settings"]
    y = alt.Y("height:Q", **upward)
    base = alt.Chart(alt.Data(values=found)).encode(x=x, tooltip=_tooltip())
    return [
        base.mark_rule(color=ink.text, strokeWidth=1.8).encode(y=alt.Y("lowest:Q", **upward), y2="highest:Q"),
        base.mark_point(size=330, strokeWidth=2.2, color=ink.text, filled=False).encode(y=y),
        base.mark_text(align="left", dx=13, dy=15, color=ink.text, fontSize=12, fontWeight="bold").encode(
            y=y, text="said:N"
        ),
    ]


def _exact(tuning: Tuning, x: alt.X, y: alt.Y, ink: Colours) -> list[alt.Chart]:
    import altair as alt

    if tuning.exact is None:
        return []
    point = {
        "ms": tuning.exact.p50_ms,
        "height": _TOP,
        "index": "Exact search",
        "settings": "none",
        "asked": "Either way",
        "recall": 1.0,
        "low": 1.0,
        "high": 1.0,
        "p50": fine_ms(tuning.exact.p50_ms),
        "p95": fine_ms(tuning.exact.p95_ms),
    }
    base = alt.Chart(alt.Data(values=[point])).encode(x=x, y=y, tooltip=_tooltip())
    return [
        base.mark_point(filled=True, size=190, shape="diamond", color=ink.quiet),
        base.mark_text(align="right", dx=-11, color=ink.quiet, fontSize=12).encode(
            text=alt.value("Exact search")
        ),
    ]


def _hue(kind: Kind, ink: Colours) -> str:
    return ink.good if kind == "image" else ink.accent
