"""At the door: which of the pictures just added are here already, and under what name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.dedup import AT_THE_DOOR, kind_title
from core.errors import LookalikeError
from widgets.app_state.resources import jobs
from widgets.components.picture_sets import PictureSet, SetAct, SetButton, SetPicture, sets
from widgets.duplicates.address import read_pair
from widgets.duplicates.wording import facts, sureness
from widgets.shared.formatting import count, one_line, plain
from widgets.shared.image_dialog import open_detail

if TYPE_CHECKING:
    from core.collection import Collection
    from core.dedup import AlreadyHere
    from core.jobs import JobRunner, Monitor

_SHOWN = 6


def door_key(collection: Collection) -> str:
    """Under which key newcomers to this collection are looked at."""
    return f"door:{Path(collection.root)}"


def look_at_newcomers(runner: JobRunner, collection: Collection, before: set[int]) -> None:
    """Begin to look, in the background, whether what was added since `before` is here already."""
    new = [i for i in collection.ids() if i not in before]
    if not new or not before or len(new) > AT_THE_DOOR:
        return

    def look(monitor: Monitor) -> list[AlreadyHere]:
        from core.dedup import at_the_door

        return at_the_door(collection, new, monitor=monitor)

    try:
        runner.start(door_key(collection), "Looking whether they are here already", look)
    except LookalikeError:
        return  # the last newcomers are still being looked at; the Duplicates screen finds these


def door_panel(collection: Collection) -> None:
    """Say which newcomers are here already, until that is put away."""
    job = jobs().get(door_key(collection))
    if job is None:
        return
    if job.running:
        _waiting(door_key(collection))
        return
    found = still_here(collection, job.result or [])
    if job.state != "done" or not found:
        jobs().forget(job.key)
        return
    with st.container(border=True, key="door"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/filter_none: **{door_line(found)}**", width="stretch")
            st.page_link(
                "pages/duplicates.py",
                label="Review duplicates",
                icon=":material/arrow_forward:",
                query_params={"collection": collection.name},
            )
            st.button(
                "Close",
                key="door-close",
                icon=":material/close:",
                type="tertiary",
                on_click=jobs().forget,
                args=(job.key,),
            )
        sets("door-pairs", collection, [_pair(one) for one in found[:_SHOWN]], on_act=_act, columns=True,
             title="New pictures beside those that they look like")  # fmt: skip
        if len(found) > _SHOWN:
            st.caption(f"{_SHOWN} of {len(found):,} are shown; Duplicates has all of them.")


@st.fragment(run_every=0.5)
def _waiting(key: str) -> None:
    job = jobs().get(key)
    if job is None or not job.running:
        st.rerun()
    st.caption(":material/hourglass_empty: Looking whether they are here already…")


def still_here(collection: Collection, found: Sequence[AlreadyHere]) -> list[AlreadyHere]:
    """The surest for each newcomer, without those of which a picture was removed since."""
    there = set(collection.ids())
    surest: dict[int, AlreadyHere] = {}
    for one in found:
        if one.new.id in there and one.existing.id in there:
            surest.setdefault(one.new.id, one)
    return list(surest.values())


def door_line(found: Sequence[AlreadyHere]) -> str:
    """How many newcomers are here already, and how many look like others added with them; Markdown."""
    here = [one for one in found if not one.together]
    together = [one for one in found if one.together]
    return "; ".join(_said(part) for part in (here, together) if part)


def _said(found: Sequence[AlreadyHere]) -> str:
    if len(found) > 1:
        like = "others added with them" if found[0].together else "pictures that are here already"
        return f"{count(len(found))} of these look like {like}"
    (one,) = found
    new, existing = plain(_short(one.new.name), 60), plain(_short(one.existing.name), 60)
    sure = f"({sureness(one.pair.probability)} sure)"
    if one.together:
        return f"{new} looks like {existing}, added with it {sure}"
    return f"{new} is here already, as {existing} {sure}"


def _pair(one: AlreadyHere) -> PictureSet:
    return PictureSet(
        key=f"{one.new.id}-{one.existing.id}",
        title=sureness(one.pair.probability),
        notes=(),
        chips=(kind_title(one.pair.kind),),
        pictures=[
            SetPicture(one.new, (facts(one.new),), badge="New"),
            SetPicture(one.existing, (facts(one.existing),), badge="New" if one.together else "Here before"),
        ],
        buttons=(SetButton("why", "Why?", "Compare the two on the Duplicates screen"),),
    )


_WANTED = "duplicates-wanted"


def _act(act: SetAct) -> None:
    if act.kind == "open":
        open_detail(act.id)
    elif act.kind == "why":
        st.session_state[_WANTED] = read_pair(act.key)


def take_request() -> None:
    """Switch to the Duplicates screen, if a pair was asked about; a callback cannot do that itself."""
    pair = st.session_state.pop(_WANTED, None)
    if pair is None:
        return
    parts = {"pair": f"{pair[0]}-{pair[1]}"}
    if st.query_params.get("collection"):
        parts["collection"] = st.query_params["collection"]
    st.switch_page("pages/duplicates.py", query_params=parts)


def _short(name: str) -> str:
    return one_line(name.rsplit("/", 1)[-1], 60)
