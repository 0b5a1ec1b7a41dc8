"""The charts of the evaluation screen. Each returns an Altair chart; labels in them are plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from widgets.evaluation.wording import number
from widgets.wording import one_line

if TYPE_CHECKING:
    import altair as alt

    from core.evaluation.history import CategoryDifference
    from core.evaluation.results import CategoryFigures, Stage

MOST_BARS = 30
_ROW = 26


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


def lowest(categories: Sequence[CategoryFigures], name: str) -> list[CategoryFigures]:
    """The categories to draw, best first; of very many those that do worst."""
    ranked = sorted(categories, key=lambda c: (c.figures[name].mean, c.category))
    return list(reversed(ranked[:MOST_BARS]))


def category_bars(
    categories: Sequence[CategoryFigures], name: str, of: str, overall: float
) -> alt.LayerChart:
    """One bar a category with its 95 % interval, and the mean of all queries as a line."""
    import altair as alt

    ink = colours()
    shown = lowest(categories, name)
    title = shown[0].figures[name].title
    rows = [
        {
            "label": label,
            "mean": c.figures[name].mean,
            "low": c.figures[name].interval.low if c.figures[name].interval else None,
            "high": c.figures[name].interval.high if c.figures[name].interval else None,
            "queries": c.queries,
            "said": number(c.figures[name].mean),
        }
        for c, label in zip(shown, _labels([c.category for c in shown]), strict=True)
    ]
    order = [row["label"] for row in rows]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=220, labelOverlap=False, labelFlush=False, ticks=False, domain=False),
        ),
        tooltip=[
            alt.Tooltip("label:N", title=of),
            alt.Tooltip("mean:Q", title=title, format=".3f"),
            alt.Tooltip("low:Q", title="95 % CI from", format=".3f"),
            alt.Tooltip("high:Q", title="to", format=".3f"),
            alt.Tooltip("queries:Q", title="Queries"),
        ],
    )
    x = alt.X(
        "mean:Q",
        title=f"{title} (0 to 1, larger is better), with 95 % confidence intervals",
        scale=alt.Scale(domain=[0, 1.08]),
        axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], format=".1f"),
    )
    bars = base.mark_bar(color=ink.main, height=16, cornerRadiusEnd=3).encode(x=x)
    whiskers = base.mark_rule(color=ink.text, strokeWidth=1.6).encode(x=alt.X("low:Q"), x2="high:Q")
    ends = base.mark_tick(color=ink.text, thickness=1.6, size=8)
    said = base.mark_text(align="left", baseline="middle", dx=4, color=ink.text, fontSize=12).encode(
        x=alt.datum(1.005), text="said:N"
    )
    mean = (
        alt.Chart(alt.Data(values=[{"overall": overall, "said": f"All queries: {number(overall)}"}]))
        .mark_rule(color=ink.accent, strokeDash=[5, 4], strokeWidth=1.6)
        .encode(x="overall:Q", tooltip=alt.Tooltip("said:N", title=title))
    )
    return _finish(
        alt.layer(bars, mean, whiskers, ends.encode(x="low:Q"), ends.encode(x="high:Q"), said),
        f"{title} by {of.lower()}",
        "Best first; the dashed line is the mean of all queries."
        if len(shown) == len(categories)
        else f"The {len(shown)} lowest of {len(categories):,}; the dashed line is the mean of all queries.",
        len(rows),
    )


def difference_bars(rows: Sequence[CategoryDifference], title: str, of: str) -> alt.LayerChart:
    """What each category gained or lost, with its 95 % interval."""
    import altair as alt

    ink = colours()
    ranked = sorted(rows, key=lambda r: (-abs(r.difference), r.category))[:MOST_BARS]
    ranked.sort(key=lambda r: (-r.difference, r.category))
    values = [
        {
            "label": label,
            "difference": r.difference,
            "low": r.interval.low if r.interval else None,
            "high": r.interval.high if r.interval else None,
            "before": r.before,
            "after": r.after,
            "queries": r.queries,
            "side": "better" if r.difference > 0 else "worse",
        }
        for r, label in zip(ranked, _labels([r.category for r in ranked]), strict=True)
    ]
    reach = max(
        [0.02, *(abs(v[end]) for v in values for end in ("difference", "low", "high") if v[end] is not None)]
    )
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y(
            "label:N",
            sort=[v["label"] for v in values],
            title=None,
            axis=alt.Axis(labelLimit=220, labelOverlap=False, labelFlush=False, ticks=False, domain=False),
        ),
        tooltip=[
            alt.Tooltip("label:N", title=of),
            alt.Tooltip("before:Q", format=".3f", title="Before"),
            alt.Tooltip("after:Q", format=".3f", title="After"),
            alt.Tooltip("difference:Q", format="+.3f", title="Difference"),
            alt.Tooltip("queries:Q", title="Queries"),
        ],
    )
    bars = base.mark_bar(height=16).encode(
        x=alt.X(
            "difference:Q",
            title=f"Difference of {title} (right of 0 is better), with 95 % confidence intervals",
            scale=alt.Scale(domain=[-1.1 * reach, 1.1 * reach]),
            axis=alt.Axis(format="+.2f", tickCount=7),
        ),
        color=alt.Color(
            "side:N",
            scale=alt.Scale(domain=["better", "worse"], range=[ink.good, ink.bad]),
            legend=None,
        ),
    )
    whiskers = base.mark_rule(color=ink.text, strokeWidth=1.6).encode(x="low:Q", x2="high:Q")
    zero = alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color=ink.quiet).encode(x="zero:Q")
    return _finish(
        alt.layer(bars, zero, whiskers),
        f"What changes by {of.lower()}",
        "Largest gain first."
        if len(ranked) == len(rows)
        else f"The {len(ranked)} of {len(rows):,} that change most.",
        len(values),
    )


def stage_bars(stages: Sequence[Stage], timed: int, titles: dict[str, str]) -> alt.LayerChart:
    """Median and 95th percentile of every stage of a query."""
    import altair as alt

    ink = colours()
    rows = [
        {"stage": titles.get(s.name, s.name), "p50": s.p50_ms, "p95": s.p95_ms}
        for s in stages
        if s.name != "total"
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y(
            "stage:N",
            sort=[r["stage"] for r in rows],
            title=None,
            axis=alt.Axis(labelLimit=220, labelOverlap=False, labelFlush=False, ticks=False, domain=False),
        ),
        tooltip=[
            alt.Tooltip("stage:N", title="Stage"),
            alt.Tooltip("p50:Q", title="Median, ms", format=".2f"),
            alt.Tooltip("p95:Q", title="95 % below, ms", format=".2f"),
        ],
    )
    x = alt.X("p50:Q", title="Milliseconds: bar to the median, line to the 95th percentile")
    bars = base.mark_bar(color=ink.main, height=16, cornerRadiusEnd=3).encode(x=x)
    lines = base.mark_rule(color=ink.text, strokeWidth=1.6).encode(x="p50:Q", x2="p95:Q")
    ends = base.mark_tick(color=ink.text, thickness=1.6, size=9).encode(x="p95:Q")
    return _finish(
        alt.layer(bars, lines, ends),
        "Where the time of a query goes",
        f"Measured through the search itself on {timed} queries, one at a time.",
        len(rows),
    )


def _finish(chart: alt.LayerChart, title: str, subtitle: str, rows: int) -> alt.LayerChart:
    return titled(chart.properties(height=rows * _ROW + 110), title, subtitle)


def titled(chart: alt.LayerChart, title: str, subtitle: str) -> alt.LayerChart:
    """The chart with a title above it, and a quieter line below that."""
    import altair as alt

    ink = colours()
    return chart.properties(
        title=alt.TitleParams(
            title, subtitle=subtitle, anchor="start", offset=12, subtitleColor=ink.quiet, subtitleFontSize=12
        )
    )


def _labels(names: Sequence[str]) -> list[str]:
    """One line each. Where two look alike once shortened, spaces that nobody sees keep their bars apart."""
    made: list[str] = []
    for name in names:
        label = one_line(name, 36)
        while label in made:
            label += "\u200b"
        made.append(label)
    return made
