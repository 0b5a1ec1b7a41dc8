"""The score learns from labels: when it can, what that changes, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.dedup import DIFFERENT, DUPLICATE, FEWEST, JudgedPairs
from core.errors import LookalikeError
from widgets.shared.formatting import count, plain

if TYPE_CHECKING:
    from core.collection import Collection

_SAID = "duplicates-learned"


def learning_line(collection: Collection, pairs: JudgedPairs) -> None:
    """What the score has learned from, and the button that lets it learn from what is new."""
    from core.dedup.scoring import model_store

    learned = model_store.load(collection).labels
    there = fit_to_learn(pairs)
    said = f"The score has learned from {count(learned, 'label')}." if learned else "The score is as it came."
    if there > learned:
        said += f" New to it: {count(there - learned, 'label')}."
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="learning"):
        st.caption(f":material/school: {said}", width="stretch")
        if learned:
            st.button(
                "Forget it all",
                key="forget",
                type="tertiary",
                on_click=_forget,
                args=(collection,),
                help="Back to the score that came with the program; labels stay.",
            )
        st.button(
            "Learn from the labels",
            key="learn",
            icon=":material/school:",
            disabled=there < FEWEST or there == learned,
            on_click=_learn,
            args=(collection, pairs),
            help=f"From {FEWEST} labels on, those of the random sample left aside. Scores change "
            "then, and what was promised is shown anew.",
        )
    told = st.session_state.pop(_SAID, "")
    if told:
        st.error(plain(told, 600), icon=":material/error:")


def fit_to_learn(pairs: JudgedPairs) -> int:
    """How many labels the score may learn from."""
    said = (pairs.verdict == DUPLICATE) | (pairs.verdict == DIFFERENT)
    return int(np.count_nonzero(said & pairs.learnable))


def _learn(collection: Collection, pairs: JudgedPairs) -> None:
    from core.dedup import learn

    try:
        learn(collection, pairs)
    except LookalikeError as error:
        st.session_state[_SAID] = str(error)


def _forget(collection: Collection) -> None:
    from core.dedup.scoring import model_store

    model_store.forget(collection)
