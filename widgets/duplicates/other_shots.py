"""Pairs that show one scene in two shots: shown, and left alone unless a person calls them duplicates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.dedup import DIFFERENT, DUPLICATE, JudgedPairs
from widgets.components.picture_sets import sets
from widgets.duplicates.thresholds.tuning import Judge, act_on_pair, pair_sets
from widgets.shared.formatting import count

if TYPE_CHECKING:
    from core.collection import Collection

_SHOWN = 24
"""Pairs that are drawn: more come up when these are judged."""


def open_shots(pairs: JudgedPairs) -> list[int]:
    """Places of the pairs that show one scene in two shots and that are not decided on, likeliest first."""
    if pairs.another_shot is None:
        return []
    decided = (pairs.verdict == DUPLICATE) | (pairs.verdict == DIFFERENT)
    places = np.flatnonzero(pairs.another_shot & ~decided)
    return [int(i) for i in places[np.argsort(-pairs.probability[places], kind="stable")]]


def other_shots(collection: Collection, pairs: JudgedPairs, go: Callable[..., None], judge: Judge) -> None:
    """Draw them in a part that can be opened; nothing where there are none."""
    places = open_shots(pairs)
    if not places:
        return
    with st.expander(
        f"{count(len(places), 'pair')} of other shots of one scene", icon=":material/burst_mode:"
    ):
        st.caption(
            "These were taken from another place or a moment later: they are no copies, and no button puts "
            "them into the bin. Those that you call duplicates join the groups above."
        )
        sets(
            "other-shots",
            collection,
            pair_sets(collection, pairs, places[:_SHOWN]),
            on_act=partial(act_on_pair, go, judge),
            columns=True,
            title="Other shots of one scene",
        )
