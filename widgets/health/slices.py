"""Weak slices: which labels, folders, sizes or properties search worst, and their pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.health import SliceReport
from widgets.clusters.pictures import wall
from widgets.health.charts import slice_bars
from widgets.health.data import latest_report
from widgets.health.running import check_button
from widgets.shared.formatting import count, one_line, plain
from widgets.shared.image_dialog import detail
from widgets.shared.plotting import CONFIG
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from core.collection import Collection
    from widgets.health.address import HealthView

_MOST = 20


def slices(collection: Collection, view: HealthView, go: Callable[..., None]) -> None:
    """Draw the last report."""
    last = latest_report(collection, "slices", SliceReport)
    if last is None:
        with st.container(border=True, key="slices-empty"):
            st.markdown("#### No slice has been measured yet")
            st.markdown(
                "Every labelled picture looks for the others of its label. Then labels, folders, sizes and "
                "properties such as brightness are compared: where is the search surely worse than "
                "elsewhere? It needs at least two labels; properties need a quality check first."
            )
            check_button(collection, ["slices"], "slices-first", again=False)
        return
    _, report = last
    with st.container(horizontal=True, vertical_alignment="center"):
        said = (
            f"**{count(len(report.weak), 'slice')} {'is' if len(report.weak) == 1 else 'are'} surely weak**"
            if report.weak
            else "**No slice is surely weak**"
        )
        st.markdown(
            f"{said}, of {len(report.slices):,} over {count(report.queries, 'query', 'queries')} with a mean "
            f"precision@5 of {report.overall:.2f}.",
            width="stretch",
        )
        check_button(collection, ["slices"], "slices-again", again=True)
    if not report.slices:
        st.info("A slice needs at least ten queries; label more pictures.", icon=":material/sell:")
        return
    st.plotly_chart(slice_bars(report.slices[:_MOST]), key="slices-chart", config=CONFIG)
    st.caption(
        "Orange: surely worse than expected (Holm-corrected over all slices, 5 %, and by 0.03 or more). "
        "The red mark is what is expected: the mean of all queries for a label, and what their labels "
        "reach for every other slice. In brackets: queries."
    )
    for note in report.notes:
        st.caption(plain(note, 300))
    _pictures(collection, report, view, go)


def _pictures(collection: Collection, report: SliceReport, view: HealthView, go: Callable[..., None]) -> None:
    titles = {one.title: one for one in report.slices}
    shown = titles.get(view.kind) or report.slices[0]
    st.session_state["slice-pick"] = shown.title
    st.selectbox(
        "Worst queries of",
        list(titles),
        key="slice-pick",
        format_func=lambda title: one_line(title, 60),
        width=360,
        on_change=lambda: go(kind=st.session_state["slice-pick"], at=1),
    )
    ids = [picture.id for picture in collection.get_many(shown.ids)]
    if ids:
        detail(collection, wall("slice-wall", collection, ids, 1, lambda _: None, title=shown.title), go_like)
