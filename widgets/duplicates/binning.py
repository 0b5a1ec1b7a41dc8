"""The best of every group kept, the rest to the bin, at once: asked for twice, done in the background."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.dedup import group
from core.errors import LookalikeError
from widgets.app_state.resources import jobs
from widgets.duplicates import deciding
from widgets.duplicates.wording import threshold as written
from widgets.shared.formatting import count, plain
from widgets.shared.job_panel import running_panel

if TYPE_CHECKING:
    from core.collection import Collection
    from core.dedup import Guarantee, JudgedPairs


def binning_key(collection: Collection) -> str:
    """Under which key groups of this collection go to the bin: one job at a time."""
    return f"bin-duplicates:{Path(collection.root)}"


def bin_all_button(collection: Collection, pairs: JudgedPairs, at: float, promise: Guarantee) -> None:
    """The button that decides all groups; only where the precision is promised."""
    kept = promise.kept
    job = jobs().get(binning_key(collection))
    why_not = ""
    if kept is None:
        why_not = "Possible once a precision is promised: label some pairs first."
    elif at < kept.threshold - 1e-9:
        why_not = f"Possible from {written(kept.threshold)} on, where the precision is promised."
    elif job is not None and job.running:
        why_not = "Being done."
    if st.button(
        "Keep the best of all, bin the rest",
        key="bin-all",
        icon=":material/done_all:",
        disabled=bool(why_not),
        help=why_not or None,
    ):
        _confirm(collection, pairs, at, promise)


@st.dialog("Bin all these duplicates?")
def _confirm(collection: Collection, pairs: JudgedPairs, at: float, promise: Guarantee) -> None:
    groups = [one.ids for one in group(pairs, at).groups]
    spare = sum(map(len, groups)) - len(groups)
    found = f"the pairs found at {written(at)}"
    if promise.unseen:
        found = f"all pairs found at {written(at)}, with those binned before,"
    st.markdown(
        f"**{count(spare)} will go to the bin,** and the best of {count(len(groups), 'group')} stays. "
        f"Of {found} at least {100 * promise.precision:g} % are duplicates, with "
        f"{100 * promise.confidence:g} % confidence; the others are not looked at by anybody first."
    )
    st.caption("Nothing is deleted: the bin can be restored, all at once or one by one, until it is emptied.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="bin-all-no"):
            st.rerun()
        if st.button(f"Bin {count(spare)}", key="bin-all-yes", type="primary", icon=":material/delete:"):
            try:
                begin(collection, groups, deciding.chosen_of(collection))
            except LookalikeError as error:
                st.error(plain(str(error), 600))
                return
            st.rerun()


def begin(
    collection: Collection, groups: Sequence[tuple[int, ...]], chosen: dict[tuple[int, ...], int]
) -> None:
    """Start to keep the best of these groups, or what was chosen of some.

    Raises:
        LookalikeError: it is being done already.
    """
    jobs().start(
        binning_key(collection),
        f"Keeping the best of {count(len(groups), 'group')}",
        partial(deciding.bin_all, collection, groups, chosen),
    )


def binning_panel(collection: Collection) -> None:
    """Show how far it is; once it is done, the line with its undo takes over."""
    key = binning_key(collection)
    job = jobs().get(key)
    if job is None:
        return
    if job.running:
        running_panel(key, "step", "Nothing is moved before all is decided.")
        return
    jobs().forget(key)
    if job.state == "failed":
        st.error(plain(job.error, 600), icon=":material/error:")
    elif job.state == "cancelled":
        st.info("Cancelled; nothing was moved to the bin.", icon=":material/cancel:")
    else:
        deciding.told(collection, job.result)
