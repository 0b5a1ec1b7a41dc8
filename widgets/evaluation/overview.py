"""One run at a glance: what it found in a sentence, its figures, and each category."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from widgets.evaluation.wording import basis, dependencies, headline, interval, number
from widgets.shared.downloads import safe_name
from widgets.shared.formatting import count, one_line, plain
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import Evaluation

_TILES = ("precision@1", "precision@5", "map", "ndcg", "recall", "mrr", "hit_rate")
_DRAWN = ("precision@5", "map", "mrr", "precision@1")


def lead(collection: Collection, run: Evaluation) -> None:
    """The summary sentence, its basis, and the page as a file."""
    row = st.container(border=True, horizontal=True, vertical_alignment="center", key="evaluation-lead")
    with row.container(width="stretch", gap="small"):
        st.markdown(f"##### {headline(run)}")
        st.caption(basis(run))
    with row:
        st.download_button(
            "Report",
            partial(report, collection, run),
            safe_name(f"{collection.name} evaluation {run.id}.html"),
            "text/html",
            key="evaluation-report",
            icon=":material/download:",
            on_click="ignore",
            help="The figures, the categories and the worst queries with their pictures, as one HTML file.",
        )


def report(collection: Collection, run: Evaluation) -> bytes:
    """The run as one self-contained page."""
    from core.evaluation import render_report

    return render_report(collection, run, by=chosen_metric(run, "map")).encode()


def overview(run: Evaluation, metric: str, on_metric: Callable[[str], None]) -> None:
    """Draw the figures, the categories and what they depended on."""
    tiles(run)
    categories(run, metric, on_metric)
    if run.notes:
        with st.expander(f"What was left out, and what was drawn ({len(run.notes)})", icon=":material/info:"):
            for note in run.notes:
                st.markdown(f"- {plain(note, 600)}")
    with st.expander("What these figures depended on", icon=":material/fingerprint:"):
        rows = [
            {"What": name, "Value": one_line(value, 400)} for name, value in dependencies(run.setup).items()
        ]
        st.dataframe(rows, hide_index=True, alt="Everything that the figures of this run depended on")
        st.caption("The same of all these gives the same figures, to the last digit.")


def tiles(run: Evaluation) -> None:
    """One tile a metric, with its interval."""
    from core.evaluation import meaning

    with st.container(horizontal=True, gap="small"):
        for name in chosen_tiles(run):
            found = run.figure(name)
            st.metric(
                found.title,
                number(found.mean),
                interval(found.interval) or "one query: no interval",
                delta_color="off",
                delta_arrow="off",
                help=meaning(found.metric) or None,
                border=True,
                width=154,
            )


def chosen_tiles(run: Evaluation) -> list[str]:
    """The metrics to show large, most telling first; at most six."""
    found = []
    for wanted in _TILES:
        found += [m for m in run.setup.metrics if m == wanted or m.partition("@")[0] == wanted]
    if run.setup.protocol == "captions":  # one right answer a query: precision cannot rise above 1/k
        found = [m for m in found if not m.startswith("precision") or m == "precision@1"]
    return list(dict.fromkeys(found or run.setup.metrics))[:6]


def chosen_metric(run: Evaluation, asked: str) -> str:
    """The metric to draw: the one that the address asks for, or the one that says most."""
    if asked in run.setup.metrics:
        return asked
    usual = ("mrr", *_DRAWN) if run.setup.protocol == "captions" else _DRAWN
    return next((name for name in usual if name in run.setup.metrics), run.setup.metrics[0])


def metric_picker(run: Evaluation, metric: str, on_metric: Callable[[str], None], key: str) -> str:
    """Choose what is drawn; returns the metric in view."""
    shown = chosen_metric(run, metric)
    st.session_state[key] = shown
    titles = {found.metric: found.title for found in run.figures}
    st.selectbox(
        "Metric",
        list(titles),
        key=key,
        format_func=titles.__getitem__,
        width=140,
        label_visibility="collapsed",
        on_change=lambda: on_metric(st.session_state[key]),
    )
    return shown


def kind_of(run: Evaluation) -> str:
    """What the categories of a run are."""
    return {"captions": "Label of the picture", "csv": "Expected label"}.get(run.setup.protocol, "Label")


def categories(run: Evaluation, metric: str, on_metric: Callable[[str], None]) -> None:
    """One bar a category."""
    from widgets.evaluation.charts import category_bars

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.subheader("Where it is good, and where not", anchor=False, width="stretch")
        shown = metric_picker(run, metric, on_metric, "overview-metric")
    if len(run.categories) < 2:
        st.caption("All queries are of one kind, so there is nothing to tell apart.")
        return
    lowest = min(run.categories, key=lambda c: c.figures[shown].mean)
    found = run.figure(shown)
    st.plotly_chart(
        category_bars(run.categories, shown, kind_of(run), found.mean),
        key="category-bars",
        config=CONFIG,
        alt=f"{found.title} by label, lowest for {one_line(lowest.category, 60)} "
        f"with {number(lowest.figures[shown].mean)}",
    )
    around = lowest.figures[shown]
    st.caption(
        f"Lowest: **{plain(lowest.category, 60)}** with {found.title} {number(around.mean)} over "
        f"{count(lowest.queries, 'query', 'queries')}. Where intervals overlap, the order may be luck."
    )
