"""Time of a query by stage, and the size of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from widgets.shared.formatting import milliseconds, size
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.evaluation import Costs, Evaluation, Stage

STAGES = {
    "encode": "Understanding the query",
    "index": "Searching",
    "rerank": "Looking again",
    "catalogue": "Reading the catalogue",
    "explain": "Explaining",
    "total": "All together",
}


def speed(run: Evaluation) -> None:
    """Draw what the run measured of time and space."""
    from widgets.evaluation.charts import stage_bars

    if run.costs is None:
        st.info("Time was not measured in this run; measure again to see it.", icon=":material/timer:")
        return
    total = run.costs.stage("total")
    with st.container(horizontal=True, gap="small"):
        for title, value, said in (
            ("A query, median", milliseconds(total.p50_ms), "Half of the queries take less."),
            ("95 % of queries below", milliseconds(total.p95_ms), "One query in twenty takes longer."),
            ("Index in memory", size(run.costs.memory_bytes), "What is held while searching."),
            ("Vectors on disk", size(run.costs.disk_bytes), "What is stored for this encoder."),
            (
                "Building the index",
                milliseconds(run.costs.build_ms),
                "From the stored vectors, once a start.",
            ),
        ):
            with st.container(width=186):
                st.metric(title, value, help=said, border=True)
    st.plotly_chart(
        stage_bars(in_order(run.costs), run.costs.timed, STAGES),
        key="stage-bars",
        config=CONFIG,
        alt=f"Milliseconds by stage of a query; {milliseconds(total.p50_ms)} in all",
    )
    st.dataframe(
        rows(run.costs), hide_index=True, alt="Median and 95th percentile of each stage, in milliseconds"
    )
    st.caption(f"Measured on {run.setup.machine}.")


def rows(costs: Costs) -> list[dict[str, str]]:
    """The table of stages, with the total last."""
    return [
        {"Stage": STAGES.get(s.name, s.name), "P50": milliseconds(s.p50_ms), "P95": milliseconds(s.p95_ms)}
        for s in in_order(costs)
    ]


def in_order(costs: Costs) -> list[Stage]:
    """The stages in the order in which a query passes them, the total last."""
    order = list(STAGES)
    return sorted(costs.stages, key=lambda s: order.index(s.name) if s.name in order else len(order) - 2)
