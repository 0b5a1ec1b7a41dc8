"""What can be promised of a threshold: the sentence, what to ask for, and the button that uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from widgets.duplicates.address import CONFIDENCES, PRECISIONS
from widgets.duplicates.wording import threshold as written
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.dedup import Guarantee
    from widgets.duplicates.address import DuplicatesView


def promise_box(
    view: DuplicatesView, promise: Guarantee, go: Callable[..., None], labelling: bool = False
) -> None:
    """Draw the promise; `go` changes parts of the address. While `labelling`, without the way to labels."""
    kept = promise.kept
    with st.container(border=True, key="promise"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            icon = ":material/verified:" if kept is not None else ":material/hourglass_empty:"
            st.markdown(f"{icon} **{plain(promise.sentence, 400)}**", width="stretch")
            asked_for(view, go)
            if kept is not None:
                used = view.threshold is not None and abs(view.threshold - kept.threshold) < 1e-9
                st.button(
                    f"Using {written(kept.threshold)}" if used else "Use this threshold",
                    key="use-promised",
                    type="secondary" if used else "primary",
                    icon=":material/check:",
                    disabled=used,
                    on_click=go,
                    kwargs={"threshold": kept.threshold, "at": 1},
                )
            elif not labelling:
                st.button(
                    "Label pairs",
                    key="to-labels",
                    type="primary",
                    icon=":material/rate_review:",
                    on_click=go,
                    kwargs={"part": "label", "mode": "random" if promise.labels else "chosen"},
                )
        if promise.remark:
            st.caption(plain(promise.remark, 400))


def asked_for(view: DuplicatesView, go: Callable[..., None]) -> None:
    """A popover to choose the precision and the confidence in."""
    st.session_state["promise-precision"] = view.precision
    st.session_state["promise-confidence"] = view.confidence
    with st.popover(f"≥ {view.precision:g}, {100 * view.confidence:g} %", icon=":material/tune:"):
        st.select_slider(
            "Precision at least",
            PRECISIONS,
            key="promise-precision",
            on_change=lambda: go(precision=st.session_state["promise-precision"]),
            help="Share of what is found that is right. A higher one takes more labels.",
        )
        st.select_slider(
            "With confidence",
            CONFIDENCES,
            key="promise-confidence",
            format_func=lambda share: f"{100 * share:.0f} %",
            on_change=lambda: go(confidence=st.session_state["promise-confidence"]),
            help="How often such a promise holds, whatever the labels happened to be.",
        )
