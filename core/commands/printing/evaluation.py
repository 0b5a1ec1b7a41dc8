"""How the command line prints what was measured. Imported when a verb runs, not before."""

from typing import Any

from ...evaluation import Comparison, EncoderComparison, Evaluation, Figure, figure_line, headline


def evaluation_lines(found: Evaluation) -> list[str]:
    """Format one run as text."""
    lines = [headline(found), *(figure_line(figure) for figure in found.figures)]
    lines += [f"worst: {line}" for line in _worst_lines(found)]
    if found.costs is not None:
        total = found.costs.stage("total")
        lines.append(f"a query takes {total.p50_ms:.0f} ms (95th percentile {total.p95_ms:.0f} ms)")
    return [*lines, *found.notes]


def _figure(figure: Figure) -> dict[str, Any]:
    interval = figure.interval
    return {
        "metric": figure.metric,
        "title": figure.title,
        "mean": figure.mean,
        "low": None if interval is None else interval.low,
        "high": None if interval is None else interval.high,
        "macro": figure.macro,
    }


def evaluation_payload(found: Evaluation) -> dict[str, Any]:
    """One run for programs."""
    return {
        "run": found.id,
        "at": found.at,
        "headline": headline(found),
        "figures": {figure.metric: _figure(figure) for figure in found.figures},
        "categories": {
            c.category: {"queries": c.queries, **{m: f.mean for m, f in c.figures.items()}}
            for c in found.categories
        },
        "worst": [
            {
                "query": found.queries[row].name,
                "id": found.queries[row].picture_id,
                "category": found.queries[row].category,
                "map": found.values[row, found.column("map")],
                "hits": [answer.picture_id for answer in found.answers(row)],
            }
            for row in found.worst("map", 20)
        ],
        "costs": found.costs,
        "notes": found.notes,
        "setup": found.setup,
    }


def _worst_lines(found: Evaluation) -> list[str]:
    values = found.values[:, found.column("map")]
    return [
        f"{values[row]:.3f}  {found.queries[row].name}  [{found.queries[row].category}]"
        for row in found.worst("map", 5)
    ]


def comparison_payload(between: Comparison) -> dict[str, Any]:
    """Two runs, metric by metric, for programs."""
    return {
        "before": between.before.id,
        "after": between.after.id,
        "queries": between.queries,
        "metrics": {
            one.metric: {
                "before": one.before,
                "after": one.after,
                "difference": one.test.difference,
                "low": one.test.interval.low,
                "high": one.test.interval.high,
                "p": one.test.p_value,
                "p_adjusted": one.p_adjusted,
                "significant": one.significant,
                "sentence": one.sentence,
            }
            for one in between.metrics
        },
        "notes": between.notes,
    }


def comparison_lines(between: Comparison) -> list[str]:
    """Format a comparison of two runs, metric by metric."""
    names = (
        f"{between.before.title} (run {between.before.id}) → {between.after.title} (run {between.after.id})"
    )
    return [names, *(one.sentence for one in between.metrics), *between.notes]


def encoders_payload(found: EncoderComparison) -> dict[str, Any]:
    """Encoders side by side, for programs."""
    return {
        "encoders": [
            {
                "encoder": row.encoder,
                "run": row.evaluation.id,
                "figures": {figure.metric: _figure(figure) for figure in row.evaluation.figures},
                "picture_ms": row.speed.picture_ms,
                "image_query_ms": row.speed.image_query_ms,
                "text_query_ms": row.speed.text_query_ms,
                "disk_bytes": row.disk_bytes,
                "pareto": row.pareto,
            }
            for row in found.rows
        ],
        "comparisons": [comparison_payload(one) for one in found.comparisons],
        "metric": found.metric,
        "notes": found.notes,
    }


def encoders_lines(found: EncoderComparison) -> list[str]:
    """Format a comparison of encoders."""
    lines = []
    for row in found.rows:
        figure = figure_line(row.evaluation.figure(found.metric))
        lines.append(
            f"{'★' if row.pareto else ' '} {row.encoder:40} {figure}  {_ms(row.speed.picture_ms)} a picture, "
            f"{_ms(row.speed.image_query_ms)} a query by picture, {_ms(row.speed.text_query_ms)} by words, "
            f"{row.disk_bytes / 1e6:.1f} MB"
        )
    lines.append("★ no other is at least as good in all of this and better in some")
    for one in found.comparisons:
        lines += [f"{one.before.setup.encoder} → {one.after.setup.encoder}:"]
        lines += [f"  {metric.sentence}" for metric in one.metrics]
    return [*lines, *found.notes]


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f} ms"
