"""Near-duplicates: find them, say how sure that is, decide what stays."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.dedup import guarantee
from core.errors import LookalikeError
from widgets.app_state import url
from widgets.app_state.entry import enter
from widgets.duplicates.address import PARTS, DuplicatesView
from widgets.duplicates.binning import binning_panel
from widgets.duplicates.data import judged, missing
from widgets.duplicates.deciding import judged_by_hand
from widgets.duplicates.empty import no_candidates, no_pictures, nothing_scanned, one_picture
from widgets.duplicates.labelling import labelling
from widgets.duplicates.lists import lists
from widgets.duplicates.other_shots import other_shots
from widgets.duplicates.reviewing import review, threshold_of
from widgets.duplicates.scanning import scan_line, scan_panel, scanning
from widgets.duplicates.thresholds.guarantee import promise_box
from widgets.duplicates.thresholds.tuning import tuning
from widgets.duplicates.why import why_dialog
from widgets.shared.collection_picker import current_collection
from widgets.shared.formatting import plain
from widgets.shared.image_dialog import detail
from widgets.shared.search_like import go_like, take_request
from widgets.shared.undo import undo_line


def go(**parts: object) -> None:
    """Change parts of the address."""
    url.go(replace(DuplicatesView.read(url.params()), **parts).write())


def parts(view: DuplicatesView) -> None:
    st.session_state["part"] = view.part
    st.segmented_control(
        "Part",
        list(PARTS),
        key="part",
        format_func=PARTS.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(part=st.session_state["part"], at=1, pair=None),
    )


def body(collection, view: DuplicatesView) -> None:
    def judge(pair, verdict) -> None:
        judged_by_hand(collection, pair, verdict)
        go(pair=None)

    everything = judged(collection)
    pairs = everything.in_sight
    promise = guarantee(everything, view.precision, view.confidence)
    at = threshold_of(view, promise)
    parts(view)
    if view.part == "label":
        labelling(collection, go)
    elif view.part == "tune":
        tuning(collection, everything, view, at, go, judge)
    elif view.part == "lists":
        lists(collection, pairs, at)
    else:
        promise_box(view, promise, go)
        review(collection, pairs, promise, go)
        other_shots(collection, pairs, go, judge)
    if view.pair is not None:
        why_dialog(collection, everything, view.pair, judge, lambda: go(pair=None))
    else:
        detail(collection, [], go_like)


enter()
take_request()
collection = current_collection()
st.title("Duplicates", anchor=False)
if collection is None or not collection.count():
    no_pictures()
    st.stop()
if collection.count() == 1:
    one_picture()
    st.stop()
view = DuplicatesView.read(url.params())
scan_panel(collection)
binning_panel(collection)
undo_line(collection)
try:
    new, found = missing(collection), len(judged(collection))
    if new == collection.count() and not found:
        if not scanning(collection):
            nothing_scanned(collection)
        st.stop()
    scan_line(collection, new)
    if found:
        body(collection, view)
    elif not new:
        no_candidates(collection)
except LookalikeError as error:
    st.error(plain(str(error), 600), icon=":material/error:")
