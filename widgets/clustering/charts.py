"""The charts of the clusters screen; labels in them are plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from widgets.clustering.colouring import cluster_colour
from widgets.evaluation.charts import colours, titled
from widgets.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

    from core.clustering.partition.propose import Proposal
    from core.clustering.review import Share

_CLEAR, _STABLE = "silhouette (how clear)", "stability (how repeatable)"


def candidates(proposal: Proposal, k: int | None) -> alt.LayerChart:
    """How clear and how repeatable clusters are for each number of them; the line is the number in view."""
    import altair as alt

    ink = colours()
    rows = [
        {"k": one.k, "what": what, "value": value}
        for one in proposal.candidates
        for what, value in ((_CLEAR, one.silhouette), (_STABLE, one.stability))
    ]
    scale = alt.Scale(type="log", nice=False, padding=10) if len(rows) > 8 else alt.Scale(nice=False)
    ticks = [k for k in (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 28, 40) if k <= proposal.candidates[-1].k]
    x = alt.X("k:Q", title="Number of clusters (k)", scale=scale, axis=alt.Axis(values=ticks, format="d"))
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=x,
        y=alt.Y("value:Q", title="From 0 (none) to 1", scale=alt.Scale(zero=True)),
        color=alt.Color(
            "what:N",
            title=None,
            scale=alt.Scale(domain=[_CLEAR, _STABLE], range=[ink.accent, ink.good]),
            legend=alt.Legend(orient="bottom", labelLimit=300),
        ),
        tooltip=[
            alt.Tooltip("k:Q", title="Clusters", format="d"),
            alt.Tooltip("what:N", title="Measured"),
            alt.Tooltip("value:Q", title="Value", format=".3f"),
        ],
    )
    layers: list[alt.Chart] = [base.mark_line(strokeWidth=2), base.mark_circle(size=60, opacity=1)]
    marks = [(proposal.k, [1, 0], "Proposed")]
    if k is not None and k != proposal.k:
        marks.append((k, [4, 4], "In view"))
    for at, dash, said in marks:
        layers.append(
            alt.Chart(alt.Data(values=[{"k": at, "said": said}]))
            .mark_rule(color=ink.text, strokeWidth=1.6, strokeDash=dash)
            .encode(x="k:Q", tooltip=[alt.Tooltip("said:N", title="k"), alt.Tooltip("k:Q", title="is")])
        )
    return titled(
        alt.layer(*layers).properties(height=380),
        f"{proposal.k} clusters are proposed",
        "Solid line: proposed; dashed: in view.",
    )


def label_bars(shares: Sequence[tuple[str | None, int]], cluster: int) -> alt.Chart:
    """What the pictures of one cluster are labelled."""
    import altair as alt

    total = sum(n for _, n in shares)
    shown = list(shares[:6])
    rest = total - sum(n for _, n in shown)
    rows = [
        {"label": "no label" if label is None else one_line(label, 30), "share": n / total, "n": n}
        for label, n in shown
    ]
    if rest:
        rows.append({"label": "others", "share": rest / total, "n": rest})
    order = [row["label"] for row in rows]
    ink = colours()
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(color=cluster_colour(cluster), cornerRadiusEnd=3)
        .encode(
            x=alt.X(
                "share:Q",
                title="Share of its pictures",
                axis=alt.Axis(format=".0%", tickCount=4, grid=False),
                scale=alt.Scale(domain=[0, 1]),
            ),
            y=alt.Y("label:N", title=None, sort=order, axis=alt.Axis(labelLimit=130, labelColor=ink.text)),
            tooltip=[
                alt.Tooltip("label:N", title="Label"),
                alt.Tooltip("n:Q", title="Pictures", format=",d"),
                alt.Tooltip("share:Q", title="Share", format=".1%"),
            ],
        )
        .properties(
            height=26 * len(rows) + 72,  # with the title and the axis
            title=alt.TitleParams("Labels in this cluster", anchor="start", fontSize=13, offset=8),
        )
    )


def coherence_chart(rows: Sequence[tuple[str, str, Share]]) -> alt.LayerChart:
    """What share of each judged cluster belongs to it, with its 95 % interval."""
    import altair as alt

    ink = colours()
    values = [
        {
            "cluster": one_line(name, 30),
            "colour": colour,
            "share": own.share,
            "low": own.interval.low,
            "high": own.interval.high,
            "judged": own.judged,
            "odd": own.odd,
        }
        for name, colour, own in rows
    ]
    x = alt.X(
        "low:Q",
        title="Share of its pictures that belong",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    order = [row["cluster"] for row in values]
    y = alt.Y("cluster:N", title=None, sort=order, axis=alt.Axis(labelLimit=220, labelColor=ink.text))
    tips = [
        alt.Tooltip("cluster:N", title="Cluster"),
        alt.Tooltip("share:Q", title="Belong", format=".0%"),
        alt.Tooltip("low:Q", title="from", format=".0%"),
        alt.Tooltip("high:Q", title="to", format=".0%"),
        alt.Tooltip("judged:Q", title="Judged", format=",d"),
        alt.Tooltip("odd:Q", title="Odd", format=",d"),
    ]
    base = alt.Chart(alt.Data(values=values)).encode(y=y)
    whisker = base.mark_rule(color=ink.quiet, strokeWidth=2).encode(x=x, x2="high:Q")
    points = base.mark_circle(size=110, opacity=1).encode(
        x="share:Q", color=alt.Color("colour:N", scale=None), tooltip=tips
    )
    return titled(
        alt.layer(whisker, points).properties(height=26 * len(values) + 120),
        "Cluster by cluster, worst first",
        "Dots: share of the judged pictures that belong; lines: 95 % intervals.",
    )
