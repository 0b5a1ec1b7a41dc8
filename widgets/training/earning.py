"""What does not carry over to the space that is searched now, each with the button that earns it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from core.jobs import Monitor
from widgets.app_state.resources import jobs
from widgets.shared.formatting import plain
from widgets.training.progress import adapting_key, running

if TYPE_CHECKING:
    from core.collection import Collection
    from core.training import CarryOver

_BUTTONS = {
    "index": "Tune and prove",
    "duplicates": "Compare again",
    "map": "Draw again",
    "clusters": "Find again",
    "reranker": "Train again",
}


def earning_panel(collection: Collection) -> None:
    """Draw what is due after a switch; nothing where nothing is."""
    from core.training import carried_over

    listed = carried_over(collection)
    due = [one for one in listed if one.due]
    if not due:
        return
    with st.container(border=True, key="earning", gap="small"):
        st.markdown("#### To be earned again in this space")
        st.caption("Labels, captions and verdicts hold in every space. What rests on similarity does not:")
        for one in due:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{one.title}.** {one.sentence}", width="stretch")
                st.button(
                    _BUTTONS[one.key],
                    key=f"earn-{one.key}",
                    icon=":material/autorenew:",
                    disabled=running(adapting_key(collection)),
                    on_click=_begin,
                    args=(collection, one),
                )


def _begin(collection: Collection, one: CarryOver) -> None:
    def work(monitor: Monitor) -> object:
        return _WORK[one.key](collection, monitor)

    try:
        jobs().start(adapting_key(collection), one.title, work)
    except LookalikeError as error:
        st.session_state["training-said"] = plain(str(error), 600)


def _tune(collection: Collection, monitor: Monitor) -> object:
    from core.index_manager import tune

    tuned = tune(collection, monitor=monitor)
    if tuned.record is not None:
        collection.indexes.use(tuned.record.id)
    return tuned


def _compare_again(collection: Collection, monitor: Monitor) -> object:
    from core.dedup import scan_and_learn

    return scan_and_learn(collection, monitor)


def _draw(collection: Collection, monitor: Monitor) -> object:
    from core.dedup import known_copies
    from core.projection import make_map

    return make_map(collection, copies=known_copies(collection), monitor=monitor)


def _cluster(collection: Collection, monitor: Monitor) -> object:
    from core.clustering import cluster, propose_names
    from core.dedup import known_copies

    made = cluster(collection, copies=known_copies(collection), monitor=monitor.subtask())
    propose_names(collection, made, monitor=monitor.subtask())
    return made


def _rerank(collection: Collection, monitor: Monitor) -> object:
    from core.search import SearchEngine
    from core.training import keep_reranker, train_reranker

    run = train_reranker(SearchEngine(collection), "labels", monitor=monitor)
    keep_reranker(collection, run)
    return run


_WORK = {
    "index": _tune,
    "duplicates": _compare_again,
    "map": _draw,
    "clusters": _cluster,
    "reranker": _rerank,
}
