"""The charts of the evaluation screen, in Plotly; labels in them are plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from widgets.evaluation.wording import number
from widgets.shared.plotting import ROW, between, colours, framed, letters, whiskers

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from core.evaluation import CategoryDifference, CategoryFigures, Stage

MOST_BARS = 30


def lowest(categories: Sequence[CategoryFigures], name: str) -> list[CategoryFigures]:
    """The categories to draw, best first; of very many those that do worst."""
    ranked = sorted(categories, key=lambda c: (c.figures[name].mean, c.category))
    return list(reversed(ranked[:MOST_BARS]))


def category_bars(categories: Sequence[CategoryFigures], name: str, of: str, overall: float) -> go.Figure:
    """One bar a category with its 95 % interval, and the mean of all queries as a line."""
    import plotly.graph_objects as go

    ink = colours()
    shown = lowest(categories, name)
    title = shown[0].figures[name].title
    figures = [one.figures[name] for one in shown]
    means = [one.mean for one in figures]
    lows = [one.interval.low if one.interval else None for one in figures]
    highs = [one.interval.high if one.interval else None for one in figures]
    names = _labels([one.category for one in shown])
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=means,
        orientation="h",
        marker={"color": ink.main, "cornerradius": 3},
        error_x=whiskers(means, lows, highs, ink.text),
        customdata=[
            f"{title} {number(mean)}{between(low, high)}<br>{one.queries:,} queries"
            for one, mean, low, high in zip(shown, means, lows, highs, strict=True)
        ],
        hovertemplate="%{y}<br>%{customdata}<extra></extra>",
    )
    figure.add_scatter(
        y=names,
        x=[1.02] * len(names),
        mode="text",
        text=[number(mean) for mean in means],
        textposition="middle right",
        textfont={"color": ink.text, "size": 12},
        hoverinfo="skip",
    )
    figure.add_vline(x=overall, line={"color": ink.accent, "dash": "dash", "width": 1.6})
    said = (
        "Best first; "
        if len(shown) == len(categories)
        else f"The {len(shown)} lowest of {len(categories):,}; "
    )
    return framed(
        figure,
        f"{title} by {of.lower()}",
        f"{said}dashed: all queries, {number(overall)}.",
        len(shown) * ROW + 120,
        bargap=0.35,
        xaxis={
            "title": f"{title} (0 to 1, larger is better), with 95 % confidence intervals",
            "range": [0, 1.1],
            "tickvals": [0, 0.2, 0.4, 0.6, 0.8, 1],
            "tickformat": ".1f",
        },
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "dtick": 1},
    )


def difference_bars(rows: Sequence[CategoryDifference], title: str, of: str) -> go.Figure:
    """What each category gained or lost, with its 95 % interval."""
    import plotly.graph_objects as go

    ink = colours()
    shown = sorted(rows, key=lambda r: (-abs(r.difference), r.category))[:MOST_BARS]
    shown.sort(key=lambda r: (-r.difference, r.category))
    changes = [r.difference for r in shown]
    lows = [r.interval.low if r.interval else None for r in shown]
    highs = [r.interval.high if r.interval else None for r in shown]
    reach = max([0.02, *(abs(value) for value in (*changes, *lows, *highs) if value is not None)])
    figure = go.Figure()
    figure.add_bar(
        y=_labels([r.category for r in shown]),
        x=changes,
        orientation="h",
        marker={"color": [ink.good if change > 0 else ink.bad for change in changes]},
        error_x=whiskers(changes, lows, highs, ink.text),
        customdata=[f"{r.before:.3f} → {r.after:.3f}<br>{r.queries:,} queries" for r in shown],
        hovertemplate="%{y}: %{x:+.3f}<br>%{customdata}<extra></extra>",
    )
    figure.add_vline(x=0, line={"color": ink.quiet, "width": 1})
    return framed(
        figure,
        f"What changes by {of.lower()}",
        "Largest gain first."
        if len(shown) == len(rows)
        else f"The {len(shown)} of {len(rows):,} that change most.",
        len(shown) * ROW + 120,
        bargap=0.35,
        xaxis={
            "title": f"Difference of {title} (right of 0 is better), with 95 % confidence intervals",
            "range": [-1.1 * reach, 1.1 * reach],
            "tickformat": "+.2f",
            "nticks": 7,
        },
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "dtick": 1},
    )


def stage_bars(stages: Sequence[Stage], timed: int, titles: dict[str, str]) -> go.Figure:
    """Median and 95th percentile of every stage of a query."""
    import plotly.graph_objects as go

    ink = colours()
    shown = [stage for stage in stages if stage.name != "total"]
    medians = [stage.p50_ms for stage in shown]
    figure = go.Figure()
    figure.add_bar(
        y=[titles.get(stage.name, stage.name) for stage in shown],
        x=medians,
        orientation="h",
        marker={"color": ink.main, "cornerradius": 3},
        error_x=whiskers(medians, medians, [stage.p95_ms for stage in shown], ink.text),
        customdata=[stage.p95_ms for stage in shown],
        hovertemplate="%{y}<br>median %{x:.2f} ms<br>95 % below %{customdata:.2f} ms<extra></extra>",
    )
    return framed(
        figure,
        "Where the time of a query goes",
        f"Measured through the search itself on {timed} queries, one at a time.",
        len(shown) * ROW + 120,
        bargap=0.35,
        xaxis={
            "title": "Milliseconds: bar to the median, line to the 95th percentile",
            "rangemode": "tozero",
        },
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "dtick": 1},
    )


def _labels(names: Sequence[str]) -> list[str]:
    """One line each. Where two look alike once shortened, invisible spaces keep their bars apart."""
    made: list[str] = []
    for name in names:
        label = letters(name, 36)
        while label in made:
            label += "\u200b"
        made.append(label)
    return made
