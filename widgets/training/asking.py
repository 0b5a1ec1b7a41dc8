"""What is asked before it is done: using what is not offered, and deleting. And the work of accepting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import streamlit as st

from core.clustering import runs_of_space
from core.errors import LookalikeError
from widgets.app_state.resources import jobs
from widgets.shared.formatting import plain
from widgets.training.progress import adapting_key
from widgets.training.wording import title

if TYPE_CHECKING:
    from core.collection import Collection
    from core.jobs import Monitor
    from core.training import Version

_ASKED = "training-ask"


def ask(what: Literal["overrule", "delete"], version: int) -> None:
    """Ask, when the page runs, whether this is to be done to this version."""
    st.session_state[_ASKED] = (what, version)


def asking_dialog(collection: Collection, versions: Mapping[int, Version]) -> None:
    """Draw the question, if one is to be asked."""
    what, number = st.session_state.get(_ASKED, ("", 0))
    if number in versions:
        (_overrule if what == "overrule" else _delete)(collection, versions[number])


def begin_accepting(collection: Collection, found: Version) -> None:
    """Make the space and index of a version in the background, and switch to it at the end."""
    from core.training import accept

    try:
        jobs().start(
            adapting_key(collection),
            f"Using adapter {found.id}",
            lambda monitor: accept(collection, found.id, monitor),
        )
    except LookalikeError as error:
        st.session_state["training-said"] = str(error)


def begin_judging(collection: Collection, found: Version) -> None:
    """Measure the gates of a version on the pictures of this collection, in the background."""
    from core.dedup import known_copies
    from core.training import judge_version

    try:
        jobs().start(
            adapting_key(collection),
            f"Measuring adapter {found.id}",
            lambda monitor: judge_version(collection, found.id, known_copies(collection), monitor),
        )
    except LookalikeError as error:
        st.session_state["training-said"] = str(error)


def begin_reranker(collection: Collection, source: Literal["labels", "verdicts"]) -> None:
    """Train the learned re-ranker in the background, and keep it if it is offered."""
    from core import SearchEngine
    from core.training import keep_reranker, train_reranker

    def work(monitor: Monitor) -> None:
        keep_reranker(collection, train_reranker(SearchEngine(collection), source, monitor=monitor))

    try:
        jobs().start(adapting_key(collection), "Training the second look", work)
    except LookalikeError as error:
        st.session_state["training-said"] = str(error)


def _forget() -> None:
    st.session_state.pop(_ASKED, None)


@st.dialog("Use it although it is not offered?", on_dismiss=_forget)
def _overrule(collection: Collection, found: Version) -> None:
    from core.training import overrule, why_not_offered

    st.markdown(plain(why_not_offered(found), 900))
    st.markdown("Its model card will say that a person overruled this. Going back stays one click.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Leave it", key="overrule-no"):
            _forget()
            st.rerun()
        if st.button("Use it", key="overrule-yes", type="primary", icon=":material/gavel:"):
            _forget()
            overrule(collection, found.id)
            begin_accepting(collection, found)
            st.rerun()


@st.dialog("Delete this adapter?", on_dismiss=_forget)
def _delete(collection: Collection, one: Version) -> None:
    from core.training import delete

    space = collection.space(one.name)
    runs = 0 if space is None else runs_of_space(collection, space.id)
    found = f" {runs} cluster runs made with it, with the names given there, go too." if runs else ""
    st.markdown(
        f"**{title(one)}** goes for good, with its vectors, index and map.{found} Pictures, labels and "
        "verdicts stay. Export it first to keep it elsewhere."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="delete-version-no"):
            _forget()
            st.rerun()
        if st.button("Delete", key="delete-version-yes", type="primary", icon=":material/delete_forever:"):
            _forget()
            try:
                delete(collection, one.id)
            except LookalikeError as error:
                st.session_state["training-said"] = str(error)
            st.rerun()
