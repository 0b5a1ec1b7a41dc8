"""All stored runs, newest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from widgets.evaluation.wording import PROTOCOLS, reranker_title
from widgets.shared.formatting import one_line

if TYPE_CHECKING:
    from core.evaluation import RunSummary


def history(stored: Sequence[RunSummary], current: int | None, go: Callable[..., None]) -> None:
    """Draw the list; a row that is chosen becomes the run in view."""
    newest = list(reversed(stored))
    st.subheader("Every run, and what it depended on", anchor=False)

    def chosen() -> None:
        picked = (st.session_state.get("runs-table") or {}).get("selection", {}).get("rows", [])
        if picked and picked[0] < len(newest):
            go(run=newest[picked[0]].id, part="overview", category="", at=1)

    st.dataframe(
        rows(newest, current),
        hide_index=True,
        key="runs-table",
        on_select=chosen,
        selection_mode="single-row",
        alt="Stored runs, newest first, with their figures and settings",
    )
    st.caption(
        "Choose a row to look at that run; ▸ is the one in view. Runs are never changed: the same settings "
        "give the same figures."
    )


def rows(newest: Sequence[RunSummary], current: int | None) -> list[dict[str, str]]:
    """One row a run, its figures first and all that they depended on after them."""
    made = []
    for run in newest:
        setup = run.setup
        found = {f.metric: f"{f.mean:.3f}" for f in run.figures}
        made.append(
            {
                "Run": f"{'▸ ' if run.id == current else ''}{run.id}",
                "When (UTC)": f"{run.at:%Y-%m-%d %H:%M}",
                "Asked": PROTOCOLS.get(setup.protocol, setup.protocol),
                "Encoder": setup.encoder,
                "Second look": reranker_title(setup.reranker) if setup.reranker else "–",
                "P@1": found.get("precision@1", "–"),
                "P@5": found.get("precision@5", "–"),
                "mAP": found.get("map", "–"),
                "k": str(setup.k),
                "Queries": f"{setup.queries:,}",
                "Pictures": f"{setup.pictures:,}",
                "Pictures and labels": setup.data_hash[:8],
                "Encoder fingerprint": setup.fingerprint[:8],
                "Index": setup.index,
                "Seed": str(setup.seed),
                "Machine": one_line(setup.machine, 60),
            }
        )
    return made
