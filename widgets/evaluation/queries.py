"""The queries of a run, worst first, each with what it was asked and what it got."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from widgets.components.image_rows import Cell, Strip, StripAct, strips
from widgets.evaluation.overview import kind_of, metric_picker
from widgets.shared.formatting import count, one_line
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import Evaluation
    from widgets.evaluation.address import EvaluationView

PAGE = 8
EVERY = "Every label"


def queries(collection: Collection, run: Evaluation, view: EvaluationView, go: Callable[..., None]) -> None:
    """Draw a page of queries; `go` changes parts of the address."""
    labels = [category.category for category in run.categories]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Worst queries first", anchor=False, width="stretch")
        st.session_state["queries-of"] = view.category if view.category in labels else None
        st.selectbox(
            kind_of(run),
            labels,
            index=None,
            key="queries-of",
            format_func=lambda label: one_line(label, 60),
            placeholder=EVERY,
            label_visibility="collapsed",
            width=170,
            on_change=lambda: go(category=st.session_state["queries-of"] or "", at=1),
        )
        metric = metric_picker(
            run, view.metric or "map", lambda name: go(metric=name, at=1), "queries-metric"
        )
    rows = worst(run, metric, view.category if view.category in labels else "")
    pages = max(1, -(-len(rows) // PAGE))
    at = min(view.at, pages)
    title = run.figure(metric).title
    found = [strip(collection, run, row, metric) for row in rows[(at - 1) * PAGE : at * PAGE]]
    st.caption(
        f"{count(len(rows), 'query', 'queries')}, by {title}. A green tick is right, a red cross is wrong; "
        "choose a picture to see it large."
    )
    strips("queries", collection, found, on_act=act, title="Queries with their first results, worst first")
    if pages > 1:
        st.session_state["queries-at"] = at
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="queries-at", on_change=lambda: go(at=st.session_state["queries-at"]))
    order = [cell.picture.id for one in found for cell in (one.query, *one.answers) if cell is not None]
    detail(collection, list(dict.fromkeys(order)), go_like)


def act(event: StripAct) -> None:
    """A picture was chosen."""
    open_detail(event.id)


def worst(run: Evaluation, metric: str, category: str = "") -> list[int]:
    """Rows of the run, lowest value first, of one category or of all."""
    rows = run.worst(metric, len(run.queries))
    return [row for row in rows if not category or run.queries[row].category == category]


def strip(collection: Collection, run: Evaluation, row: int, metric: str) -> Strip:
    """One query with its answers; where none is right, one that was looked for stands at the end."""
    query = run.queries[row]
    answers = run.answers(row)
    wanted = list(run.expected[row][:1]) if not any(answer.relevant for answer in answers) else []
    ids = [answer.picture_id for answer in answers]
    own = [] if query.picture_id is None else [query.picture_id]
    there = {picture.id: picture for picture in collection.get_many([*own, *ids, *wanted])}
    cells = [Cell(there[a.picture_id], a.rank, a.relevant) for a in answers if a.picture_id in there]
    cells += [Cell(there[i], missed=True) for i in wanted if i in there]
    right = sum(answer.relevant for answer in answers)
    value = run.values[row, run.column(metric)]
    title = query.name if query.picture_id is None else query.name.rsplit("/", 1)[-1]
    note = (
        f"{run.figure(metric).title.replace('mAP', 'AP')} {value:.2f} · "
        f"{right} of the first {len(answers)} right · {count(int(run.relevant[row]), 'right picture')} in all"
    )
    lead = there.get(query.picture_id) if query.picture_id is not None else None
    return Strip(
        str(row), f"“{title}”" if query.picture_id is None else title, note, lead and Cell(lead), cells
    )
