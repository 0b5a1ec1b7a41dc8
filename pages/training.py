"""Teaching the search: what fools it, a run that learns from that, the proof, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.entry import enter
from widgets.shared.collection_picker import current_collection
from widgets.shared.formatting import plain
from widgets.shared.search_like import take_request
from widgets.shared.undo import undo_line
from widgets.training.address import PARTS, TrainingView
from widgets.training.asking import asking_dialog
from widgets.training.comparing import compare_part
from widgets.training.data import versions
from widgets.training.earning import earning_panel
from widgets.training.empty import no_labels, no_pictures, no_versions, too_few
from widgets.training.fooled import fooled_part, labelled_line
from widgets.training.maps import maps_panel
from widgets.training.outcome import outcome_part, roll_back_button
from widgets.training.progress import adapting_panel, training_panel
from widgets.training.starting import train_controls
from widgets.training.versions import versions_part
from widgets.training.wording import title

FEWEST = 8


def go(**parts: object) -> None:
    """Change parts of the address."""
    url.go(replace(TrainingView.read(url.params()), **parts).write())


def heading(collection) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.title("Training", anchor=False, width="stretch")
        train_controls(collection, lambda: go(part="outcome", version=None))


def now_line(collection, current) -> None:
    """What is searched with now, what there is to learn from, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="training-now"):
        name = "the encoder alone" if current is None else title(current).lower()
        st.caption(
            f":material/search: Search goes through **{name}** · {labelled_line(collection)}", width="stretch"
        )
        if current is not None:
            roll_back_button(collection, "now")


def parts(view: TrainingView) -> None:
    st.session_state["training-part"] = view.part
    st.segmented_control(
        "Part",
        list(PARTS),
        key="training-part",
        format_func=PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(part=st.session_state["training-part"]),
    )


def picked(there: Sequence, view: TrainingView):
    """The version in view, chosen where there are several; None where there is none."""
    if not there:
        return None
    by_id = {one.id: one for one in there}
    if view.version is not None and view.version not in by_id:
        st.warning(f"There is no adapter {view.version} here; this is the latest.", icon=":material/help:")
    shown = by_id.get(view.version, there[-1])
    if len(there) > 1 and view.part in {"outcome", "compare"}:
        st.session_state["training-pick"] = shown.id
        st.selectbox(
            "Version in view",
            [one.id for one in reversed(there)],
            key="training-pick",
            format_func=lambda i: f"{title(by_id[i])} · {by_id[i].record.at:%d %b %H:%M}",
            label_visibility="collapsed",
            width=300,
            on_change=lambda: go(version=st.session_state["training-pick"]),
        )
    return shown


def body(collection, view: TrainingView, there: Sequence, shown) -> None:
    if view.part == "fooled":
        fooled_part(collection, shown, lambda: no_labels(collection))
    elif view.part == "versions":
        versions_part(collection, there, go)
    elif shown is None:
        no_versions()
    elif view.part == "outcome":
        outcome_part(collection, shown, go)
    else:
        compare_part(collection, shown, view, go)
        maps_panel(collection, shown)


def screen(collection) -> None:
    view = TrainingView.read(url.params())
    there = versions(collection)
    heading(collection)
    said = st.session_state.pop("training-said", "")
    if said:
        st.error(plain(said, 900), icon=":material/error:")
    training_panel(collection)
    adapting_panel(collection)
    undo_line(collection)
    now_line(collection, next((one for one in there if one.current), None))
    earning_panel(collection)
    asking_dialog(collection, {one.id: one for one in there})
    parts(view)
    body(collection, view, there, picked(there, view))


enter()
take_request()
collection = current_collection()
if collection is None or collection.count() < FEWEST:
    st.title("Training", anchor=False)
    if collection is None or not collection.count():
        no_pictures()
    else:
        too_few(collection)
    st.stop()
try:
    screen(collection)
except LookalikeError as error:
    st.error(plain(str(error), 600), icon=":material/error:")
