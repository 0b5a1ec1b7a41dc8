"""The charts of the duplicates screen; labels in them are plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from widgets.evaluation.charts import colours, titled
from widgets.wording import count

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

    from core.dedup.costs import Cost
    from core.dedup.judged import JudgedPairs
    from core.dedup.tuning import Curve
    from core.metrics.calibration import ReliabilityBar

_BINS = 50
_COUNTS, _DOES_NOT = "counts as duplicates", "does not"
_LANES = {1: "duplicate", 2: "different", 3: "not sure"}
_SCORE = "Probability of being duplicates, by the score"


def score_histogram(
    pairs: JudgedPairs, threshold: float, promised: float | None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """How the scores of all candidates lie, which side of the threshold each is on, and what was labelled.

    Data, and a Vega-Lite specification that depends on the pairs alone: where the threshold moves, only rows
    change, and the browser need not build the chart anew. Written by hand, since Altair was measured to take
    50 to 180 ms to build and check it.
    """
    import pandas as pd

    from core.dedup.tuning import histogram

    found = histogram(pairs, _BINS)
    totals = found.unjudged + found.duplicates + found.different + found.unsure
    rows: list[dict[str, Any]] = [
        {
            "kind": "bar",
            "from": float(found.edges[i]),
            "to": float(found.edges[i + 1]),
            "pairs": int(totals[i]),
            "side": _COUNTS if found.edges[i + 1] > threshold + 1e-9 else _DOES_NOT,
            "said": f"{found.duplicates[i]:,} duplicates, {found.different[i]:,} different, "
            f"{found.unsure[i]:,} not sure",
        }
        for i in range(_BINS)
        if totals[i]
    ]
    most = max((row["pairs"] for row in rows), default=1)
    # Rows of labels lie under the bars, at equal steps of the logarithmic scale.
    step = 0.1 * float(np.log1p(1.15 * most))
    depth = [-float(np.expm1(step * (lane + 0.9))) for lane in range(len(_LANES) + 1)]
    for lane, (code, word) in enumerate(_LANES.items()):
        labelled = _labelled(pairs, code)
        rows += [{"kind": "label", "side": word, "lane": depth[lane], **row} for row in labelled]
        said = f"{word} ({sum(int(row['pairs']) for row in labelled):,})"
        rows.append({"kind": "name", "side": word, "lane": depth[lane], "from": 0.0, "said": said})
    rows.append({"kind": "line", "from": threshold, "said": "Threshold"})
    if promised is not None:
        rows.append({"kind": "line", "from": promised, "said": "Promised"})
    columns = ["kind", "from", "to", "pairs", "side", "said", "lane"]
    return pd.DataFrame(rows, columns=columns), _histogram_spec(most, depth[-1])


def _histogram_spec(most: int, bottom: float) -> dict[str, Any]:
    ink = colours()
    inks = dict(zip(_LANES.values(), (ink.good, ink.bad, ink.accent), strict=True))
    x = {
        "field": "from",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "nice": False},
        "title": _SCORE,
        "axis": {"format": ".1f", "values": [n / 10 for n in range(11)], "grid": False},
    }
    counts = {
        "type": "quantitative",
        "title": "Pairs",
        "scale": {"type": "symlog", "constant": 1, "domain": [bottom, most * 1.15], "nice": False},
        "axis": {"values": _ticks(most), "format": ",d"},
    }
    sides = {"domain": [_COUNTS, _DOES_NOT, *inks], "range": [ink.main, ink.quiet, *inks.values()]}
    colour = {"field": "side", "type": "nominal", "scale": sides, "legend": None}

    promised = "datum.said === 'Promised'"

    def layer(kind: str, mark: dict[str, Any], **encoding: Any) -> dict[str, Any]:
        return {"transform": [{"filter": f"datum.kind === '{kind}'"}], "mark": mark, "encoding": encoding}

    tips = [
        {"field": "from", "type": "quantitative", "title": "Probability from", "format": ".2f"},
        {"field": "to", "type": "quantitative", "title": "to", "format": ".2f"},
        {"field": "pairs", "type": "quantitative", "title": "Pairs", "format": ",d"},
        {"field": "said", "type": "nominal", "title": "Labelled"},
    ]
    opacity = {"condition": {"test": f"datum.side === '{_DOES_NOT}'", "value": 0.45}, "value": 1}
    lane = counts | {"field": "lane"}
    return {
        "title": {
            "text": "Candidate pairs by score, and what people said of them",
            "subtitle": "Right of the orange line counts as duplicates. Logarithmic; ticks are labels.",
            "anchor": "start",
            "offset": 12,
            "subtitleColor": ink.quiet,
            "subtitleFontSize": 12,
        },
        "height": 330,
        "layer": [
            layer(
                "bar", {"type": "bar", "orient": "vertical", "binSpacing": 1},
                x=x, x2={"field": "to"}, y=counts | {"field": "pairs"}, y2={"datum": 0},
                color=colour, opacity=opacity, tooltip=tips,
            ),
            layer(
                "label", {"type": "tick", "thickness": 2, "size": 13, "orient": "vertical"},
                x=x, y=lane, color=colour,
                tooltip=[
                    {"field": "side", "type": "nominal", "title": "Judged"},
                    {"field": "from", "type": "quantitative", "title": "Probability", "format": ".3f"},
                    {"field": "pairs", "type": "quantitative", "title": "Pairs", "format": ",d"},
                ],
            ),
            layer(
                "name", {"type": "text", "align": "right", "baseline": "middle", "dx": -8, "fontSize": 11},
                x=x, y=lane, color=colour, text={"field": "said"},
            ),
            layer(
                "line", {"type": "rule", "strokeWidth": 2},
                x=x,
                color={"condition": {"test": promised, "value": ink.good}, "value": ink.accent},
                strokeDash={"condition": {"test": promised, "value": [4, 4]}, "value": [1, 0]},
                tooltip=[
                    {"field": "said", "type": "nominal", "title": "Line"},
                    {"field": "from", "type": "quantitative", "title": "at", "format": ".3f"},
                ],
            ),
        ],
    }  # fmt: skip


def _line(at: float, colour: str, dash: list[int], title: str, scale: alt.Scale) -> alt.Chart:
    import altair as alt

    return (
        alt.Chart(alt.Data(values=[{"at": at}]))
        .mark_rule(strokeWidth=2, color=colour, strokeDash=dash)
        .encode(x=alt.X("at:Q", scale=scale), tooltip=[alt.Tooltip("at:Q", title=title, format=".3f")])
    )


def _ticks(most: int) -> list[int]:
    return [t for t in (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000) if t <= most * 1.15]


def _labelled(pairs: JudgedPairs, code: int) -> list[dict[str, float]]:
    """One row for each place, to a three-hundredth, where pairs of a verdict lie."""
    places, counts = np.unique(np.round(pairs.probability[pairs.verdict == code] * 300), return_counts=True)
    return [{"from": float(p) / 300, "pairs": int(n)} for p, n in zip(places, counts, strict=True)]


def precision_recall(curve: Curve, threshold: float) -> alt.LayerChart:
    """Precision over recall with bands, and where the threshold lies on it."""
    import altair as alt

    ink = colours()
    rows = [
        {"threshold": float(t), "precision": float(p), "p_low": float(pl), "p_high": float(ph),
         "recall": float(r), "r_low": float(rl), "r_high": float(rh)}
        for t, p, pl, ph, r, rl, rh in zip(
            curve.thresholds, curve.precision, curve.precision_low, curve.precision_high,
            curve.recall, curve.recall_low, curve.recall_high, strict=True,
        )
    ]  # fmt: skip
    tips = [
        alt.Tooltip("threshold:Q", title="Threshold", format=".3f"),
        alt.Tooltip("precision:Q", title="Precision", format=".3f"),
        alt.Tooltip("p_low:Q", title="from", format=".3f"),
        alt.Tooltip("p_high:Q", title="to", format=".3f"),
        alt.Tooltip("recall:Q", title="Recall", format=".3f"),
        alt.Tooltip("r_low:Q", title="from", format=".3f"),
        alt.Tooltip("r_high:Q", title="to", format=".3f"),
    ]
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("recall:Q", scale=scale, title="Recall (share of the duplicates that is found)")
    base = alt.Chart(alt.Data(values=rows))
    band = base.mark_area(color=ink.main, opacity=0.32).encode(
        x=x,
        y=alt.Y("p_low:Q", scale=scale, title="Precision (share that is right)"),
        y2="p_high:Q",
    )
    across = base.mark_rule(color=ink.quiet, opacity=0.45).encode(
        x=alt.X("r_low:Q", scale=scale), x2="r_high:Q", y="precision:Q"
    )
    line = base.mark_line(color=ink.good, strokeWidth=2).encode(x=x, y="precision:Q", order="threshold:Q")
    points = base.mark_circle(color=ink.good, size=45, opacity=1).encode(x=x, y="precision:Q", tooltip=tips)
    nearest = min(rows, key=lambda row: abs(row["threshold"] - threshold))
    here = alt.Chart(alt.Data(values=[nearest]))
    mark = here.mark_point(color=ink.accent, size=170, strokeWidth=2.5, filled=False, opacity=1).encode(
        x="recall:Q", y="precision:Q", tooltip=tips
    )
    return titled(
        alt.layer(band, across, line, points, mark).properties(height=330),
        "Precision and recall",
        f"{curve.labels:,} labels, {100 * curve.confidence:.0f} % bands; circled: {nearest['threshold']:g}.",
    )


def cost_curve(costs: list[Cost], cheapest: float, threshold: float) -> alt.LayerChart:
    """What errors are expected to cost at each threshold."""
    import altair as alt

    ink = colours()
    rows = [
        {
            "threshold": one.threshold,
            "what": what,
            "cost": value,
            "alarms": one.false_alarms,
            "missed": one.missed,
        }
        for one in costs
        for what, value in (
            ("false alarms", one.false_alarms),
            ("missed duplicates", one.cost - one.false_alarms),
        )
    ]
    x = alt.X(
        "threshold:Q",
        scale=alt.Scale(domain=[0, 1]),
        title=f"Threshold ({_SCORE.lower()})",
        axis=alt.Axis(format=".1f"),
    )
    areas = (
        alt.Chart(alt.Data(values=rows))
        .mark_area(opacity=0.75)
        .encode(
            x=x,
            y=alt.Y("cost:Q", stack=True, title="Expected cost, in false alarms"),
            color=alt.Color(
                "what:N",
                title=None,
                legend=alt.Legend(orient="top", labelLimit=300),
                scale=alt.Scale(domain=["false alarms", "missed duplicates"], range=[ink.bad, ink.accent]),
            ),
            tooltip=[
                alt.Tooltip("threshold:Q", title="Threshold", format=".3f"),
                alt.Tooltip("alarms:Q", title="False alarms", format=",.1f"),
                alt.Tooltip("missed:Q", title="Missed duplicates", format=",.1f"),
            ],
        )
    )
    scale = alt.Scale(domain=[0, 1])
    lines = [
        _line(cheapest, ink.text, [1, 0], "Cheapest", scale),
        _line(threshold, ink.text, [4, 4], "In use", scale),
    ]
    return titled(
        alt.layer(areas, *lines).properties(height=300),
        "What errors are expected to cost",
        "As the score expects; line: cheapest, dashed: in use.",
    )


def reliability_plot(bars: Sequence[ReliabilityBar], labels: int) -> alt.LayerChart:
    """What the score said, against what people said of those pairs."""
    import altair as alt

    ink = colours()
    rows = [
        {
            "predicted": b.predicted,
            "observed": b.observed,
            "low": b.interval.low,
            "high": b.interval.high,
            "n": b.count,
        }
        for b in bars
    ]
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.Data(values=rows))
    x = alt.X("predicted:Q", scale=scale, title="What the score said")
    tips = [
        alt.Tooltip("predicted:Q", title="The score said", format=".2f"),
        alt.Tooltip("observed:Q", title="People said", format=".2f"),
        alt.Tooltip("low:Q", title="from", format=".2f"),
        alt.Tooltip("high:Q", title="to", format=".2f"),
        alt.Tooltip("n:Q", title="Labels", format=",d"),
    ]
    whiskers = base.mark_rule(color=ink.quiet, strokeWidth=1.6).encode(
        x=x, y=alt.Y("low:Q", scale=scale, title="Share that people called duplicates"), y2="high:Q"
    )
    points = base.mark_circle(color=ink.good, opacity=1).encode(
        x=x,
        y="observed:Q",
        size=alt.Size("n:Q", scale=alt.Scale(range=[60, 420]), legend=None),
        tooltip=tips,
    )
    ideal = (
        alt.Chart(alt.Data(values=[{"predicted": 0, "observed": 0}, {"predicted": 1, "observed": 1}]))
        .mark_line(color=ink.accent, strokeDash=[5, 4], strokeWidth=1.6)
        .encode(x=x, y="observed:Q")
    )
    return titled(
        alt.layer(ideal, whiskers, points).properties(height=300),
        "Can the score be taken at its word?",
        f"{count(labels, 'random label')} with 95 % intervals; on the dashed line the score is right.",
    )
