"""The charts of the duplicates screen; labels in them are plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from widgets.shared.formatting import count
from widgets.shared.plotting import colours, framed, whiskers

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from core.dedup import Cost, Curve, JudgedPairs
    from core.stats import ReliabilityBar

_BINS = 50
_COUNTS, _DOES_NOT = "counts as duplicates", "does not"
_LANES = {1: "duplicate", 2: "different", 3: "not sure"}
_SCORE = "Probability of being duplicates, by the score"


def score_histogram(
    pairs: JudgedPairs, threshold: float, promised: float | None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """How the scores of all candidates lie, which side of the threshold each is on, and what was labelled.

    Data, and a Vega-Lite specification that depends on the pairs alone: where the threshold moves, only rows
    change, and the browser need not build the chart again. The threshold is dragged, and this follows it; the
    other charts are figures of Plotly.
    """
    import pandas as pd

    from core.dedup import histogram

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


def _ticks(most: int) -> list[int]:
    return [t for t in (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000) if t <= most * 1.15]


def _labelled(pairs: JudgedPairs, code: int) -> list[dict[str, float]]:
    """One row for each place, to a three-hundredth, where pairs of a verdict lie."""
    places, counts = np.unique(np.round(pairs.probability[pairs.verdict == code] * 300), return_counts=True)
    return [{"from": float(p) / 300, "pairs": int(n)} for p, n in zip(places, counts, strict=True)]


def precision_recall(curve: Curve, threshold: float) -> go.Figure:
    """Precision over recall with bands, and where the threshold lies on it."""
    import plotly.graph_objects as go

    ink = colours()
    recall, precision = curve.recall.tolist(), curve.precision.tolist()
    nearest = int(np.argmin(np.abs(curve.thresholds - threshold)))
    figure = go.Figure()
    figure.add_scatter(
        x=[*recall, *recall[::-1]],
        y=[*curve.precision_high.tolist(), *curve.precision_low.tolist()[::-1]],
        fill="toself",
        mode="lines",
        line={"width": 0},
        fillcolor=ink.main,
        opacity=0.32,
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=recall,
        y=precision,
        mode="lines+markers",
        line={"color": ink.good, "width": 2},
        marker={"size": 6},
        error_x=whiskers(recall, curve.recall_low.tolist(), curve.recall_high.tolist(), ink.quiet)
        | {"thickness": 0.6, "width": 0},
        customdata=[
            f"precision {p:.3f} ({pl:.3f} to {ph:.3f})<br>recall {r:.3f} ({rl:.3f} to {rh:.3f})"
            for p, pl, ph, r, rl, rh in zip(
                precision, curve.precision_low, curve.precision_high,
                recall, curve.recall_low, curve.recall_high, strict=True,
            )
        ],
        text=[f"{at:.3f}" for at in curve.thresholds],
        hovertemplate="threshold %{text}<br>%{customdata}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[recall[nearest]],
        y=[precision[nearest]],
        mode="markers",
        marker={"size": 17, "symbol": "circle-open", "color": ink.accent, "line": {"width": 2.5}},
        hoverinfo="skip",
    )
    at = float(curve.thresholds[nearest])
    return framed(
        figure,
        "Precision and recall",
        f"{curve.labels:,} labels, {100 * curve.confidence:.0f} % bands; circled: {at:g}.",
        400,
        xaxis={"title": "Recall (share of the duplicates that is found)", "range": [0, 1.02]},
        yaxis={"title": "Precision (share that is right)", "range": [0, 1.03]},
    )


def cost_curve(costs: Sequence[Cost], cheapest: float, threshold: float) -> go.Figure:
    """What errors are expected to cost at each threshold."""
    import plotly.graph_objects as go

    ink = colours()
    at = [one.threshold for one in costs]
    figure = go.Figure()
    for name, values, errors, colour in (
        ("false alarms", [c.false_alarms for c in costs], [c.false_alarms for c in costs], ink.bad),
        (
            "missed duplicates",
            [c.cost - c.false_alarms for c in costs],
            [c.missed for c in costs],
            ink.accent,
        ),
    ):
        figure.add_scatter(
            x=at,
            y=values,
            name=name,
            stackgroup="cost",
            mode="lines",
            line={"width": 0.5, "color": colour},
            customdata=errors,
            hovertemplate="threshold %{x:.3f}: %{customdata:,.1f}<extra>" + name + "</extra>",
        )
    figure.add_vline(x=cheapest, line={"color": ink.text, "width": 2})
    figure.add_vline(x=threshold, line={"color": ink.text, "width": 2, "dash": "dash"})
    return framed(
        figure,
        "What errors are expected to cost",
        "As the score expects; line: cheapest, dashed: in use.",
        380,
        showlegend=True,
        margin={"l": 8, "r": 12, "t": 84, "b": 8},
        xaxis={"title": f"Threshold ({_SCORE.lower()})", "range": [0, 1], "tickformat": ".1f"},
        yaxis={"title": "Expected cost, in false alarms", "rangemode": "tozero"},
    )


def reliability_plot(bars: Sequence[ReliabilityBar], labels: int) -> go.Figure:
    """Plot the score's probabilities against the verdicts on those pairs."""
    import plotly.graph_objects as go

    ink = colours()
    observed = [b.observed for b in bars]
    most = max((b.count for b in bars), default=1)
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": ink.accent, "dash": "dash", "width": 1.6},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[b.predicted for b in bars],
        y=observed,
        mode="markers",
        marker={"color": ink.good, "opacity": 1, "size": [8 + 14 * (b.count / most) ** 0.5 for b in bars]},
        error_y=whiskers(
            observed, [b.interval.low for b in bars], [b.interval.high for b in bars], ink.quiet
        ),
        customdata=[
            f"{b.observed:.2f} ({b.interval.low:.2f} to {b.interval.high:.2f})<br>{b.count:,} labels"
            for b in bars
        ],
        hovertemplate="the score said %{x:.2f}<br>people said %{customdata}<extra></extra>",
    )
    return framed(
        figure,
        "Can the score be taken at its word?",
        f"{count(labels, 'random label')} with 95 % intervals; on the dashed line the score is right.",
        370,
        xaxis={"title": "What the score said", "range": [0, 1.03]},
        yaxis={"title": "Share that people called duplicates", "range": [0, 1.05]},
    )
