"""One picture, large, with everything that is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.components.image_grid import data_uri
from widgets.shared import undo
from widgets.shared.formatting import one_line, plain, size, strength
from widgets.shared.selection_bar import download
from widgets.shared.tiles import large, thumbnail

if TYPE_CHECKING:
    from core.collection import Collection, Picture
    from core.search import Evidence, LocalEvidence

ShowMatch = Callable[["Picture", "LocalEvidence"], None]

_OPEN = "detail"
_MOST_NAMES = 12


def open_detail(picture: int) -> None:
    """Show this picture when the page runs."""
    st.session_state[_OPEN] = picture


def close_detail() -> None:
    """Show none."""
    st.session_state.pop(_OPEN, None)


def detail(
    collection: Collection,
    order: Sequence[int],
    on_like: Callable[[Sequence[int]], None],
    evidence: Mapping[int, Evidence] | None = None,
    show_match: ShowMatch | None = None,
) -> None:
    """Show the picture that was opened, if one was. `order` holds the page, to step through.

    `show_match` draws what was found in a picture point by point, below everything else.
    """
    if st.session_state.get(_OPEN) is not None:
        _dialog(collection, order, on_like, evidence or {}, show_match)


@st.dialog(" ", width="large", on_dismiss=close_detail)
def _dialog(
    collection: Collection,
    order: Sequence[int],
    on_like: Callable[[Sequence[int]], None],
    evidence: Mapping[int, Evidence],
    show_match: ShowMatch | None,
) -> None:
    # A dialog runs again by itself: stepping to the next picture stays in it, everything else leaves it.
    opened = st.session_state.get(_OPEN)
    if opened is None:
        st.rerun()
    try:
        picture = collection.get(opened)
    except LookalikeError as error:
        st.error(plain(str(error), 600))
        return
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        _image(collection, picture)
        _steps(picture, order)
    with right:
        st.subheader(plain(picture.name, 120))
        if picture.caption:
            st.markdown(plain(picture.caption, 400))
        _label(collection, picture)
        _facts(picture)
        if picture.id in evidence:
            _why(evidence[picture.id])
        _names(picture)
        with st.container(horizontal=True):
            st.button(
                "More like this",
                key="detail-like",
                type="primary",
                icon=":material/image_search:",
                on_click=_then_close,
                args=(on_like, (picture.id,)),
            )
            st.button(
                "★ Favourite" if picture.favourite else "☆ Favourite",
                key="detail-favourite",
                shortcut="F",
                help="Take the star away" if picture.favourite else "Give it a star",
                on_click=undo.favourite,
                args=(collection, (picture.id,)),
            )
            download("detail-download", collection, [picture.id])
            st.button(
                "Remove",
                key="detail-remove",
                icon=":material/delete:",
                on_click=_then_close,
                args=(undo.remove, collection, (picture.id,)),
            )
    local = evidence[picture.id].local if picture.id in evidence else None
    if show_match is not None and local is not None:
        show_match(picture, local)


def _then_close(act: Callable[..., object], *args: object) -> None:
    close_detail()
    act(*args)


def _image(collection: Collection, picture: Picture) -> None:
    name = one_line(picture.name)
    try:
        # In the page itself: an address of its own may be gone before a busy browser has asked for it.
        shown = large(collection, str(collection.root), picture.id, picture.sha256)
        st.image(data_uri(shown), width="stretch", alt=name)
    except LookalikeError as error:
        small = thumbnail(collection, picture.id)
        if small:
            st.image(data_uri(small), width="stretch", alt=name)
        st.caption(f":material/warning: {plain(str(error), 400)}")


def _steps(picture: Picture, order: Sequence[int]) -> None:
    if picture.id not in order or len(order) < 2:
        return
    at = list(order).index(picture.id)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.button(
            "Previous",
            key="detail-previous",
            type="tertiary",
            disabled=at == 0,
            on_click=open_detail,
            args=(order[max(0, at - 1)],),
            shortcut="Left",
        )
        st.caption(f"{at + 1} of {len(order)} on this page", width="content")
        st.button(
            "Next",
            key="detail-next",
            type="tertiary",
            disabled=at == len(order) - 1,
            on_click=open_detail,
            args=(order[min(len(order) - 1, at + 1)],),
            shortcut="Right",
        )


def _label(collection: Collection, picture: Picture) -> None:
    key = f"detail-label-{picture.id}"
    st.session_state[key] = picture.label
    labels = [label for label, _ in collection.labels() if label is not None]

    def changed() -> None:
        # A dialog that closes may report the label that was there all along: that labels nothing.
        if st.session_state[key] != picture.label:
            undo.label(collection, [picture.id], st.session_state[key])

    st.selectbox(
        "Label",
        labels if picture.label is None or picture.label in labels else [*labels, picture.label],
        index=None,
        key=key,
        accept_new_options=True,
        format_func=lambda label: one_line(label, 60),
        placeholder="No label: choose one or type a new one",
        on_change=changed,
    )


def _facts(picture: Picture) -> None:
    facts = [f"{picture.width:,} × {picture.height:,} px", plain(picture.format), size(picture.bytes)]
    if picture.taken_at:
        facts.append(f"taken {picture.taken_at:%Y-%m-%d %H:%M}")
    facts.append(f"added {picture.added_at:%Y-%m-%d}")
    facts.append("kept in the collection" if picture.kept else "read from its folder")
    st.caption(" · ".join(facts))


def _names(picture: Picture) -> None:
    others = [name for name in picture.names if name != picture.name]
    if not others:
        return
    with st.expander(f"Also known as ({len(others)})"):
        for name in others[:_MOST_NAMES]:
            st.text(one_line(name, 200))
        if len(others) > _MOST_NAMES:
            st.caption(f"and {len(others) - _MOST_NAMES:,} more")


def _why(evidence: Evidence) -> None:
    st.markdown("**Why it is here**")
    for part in evidence.parts:
        st.caption(
            f"{plain(part.name)}: **{strength(part.z, part.name.startswith('unlike '))}** "
            f"(cosine {part.cosine:.3f}, {part.z:+.1f} standard deviations from typical)"
        )
    if evidence.concepts:
        words = ", ".join(f"{plain(c.name)} {c.weight:.0%}" for c in evidence.concepts[:5])
        st.caption(f"The encoder's own words for it: {words}")
