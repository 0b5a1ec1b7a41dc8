"""The same query before and after an adapter, side by side, without making its space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import has_words
from widgets.components.image_rows import Cell, Strip, StripAct, strips
from widgets.search.query_box import query_box
from widgets.shared.formatting import plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like
from widgets.training.data import base_engine, fooled
from widgets.training.wording import title

if TYPE_CHECKING:
    from core.collection import Collection
    from core.training import Preview, PreviewHit, Version
    from widgets.training.address import TrainingView

_SHOWN = 8
_OFFERED = 6


def compare_part(collection: Collection, found: Version, view: TrainingView, go: Callable[..., None]) -> None:
    """Draw the box for a query, and its answers before and after."""
    from core.training.preview import preview

    query_box("training", view.text, view.query is not None, has_words(collection.base_encoder_name), go)
    query = view.query
    if query is None:
        _invitation(collection, go)
        return
    try:
        adapter = collection.adapters.load(found.record)
        asked = preview(base_engine(collection), query, adapter, _SHOWN)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    _both(collection, found, view, asked)
    st.caption(
        f"{asked.sentence} Some of these pictures may have been trained on; the figures under “What came of "
        "it” are of pictures that were not."
    )


def _both(collection: Collection, found: Version, view: TrainingView, asked: Preview) -> None:
    own = None if view.like is None else collection.get(view.like)
    label = (own.label if own is not None else view.text.strip()) or None
    known = label is not None and label in {name for name, _ in collection.labels()}
    query = None if own is None else Cell(own)

    def row(key: str, name: str, hits: Sequence[PreviewHit]) -> Strip:
        cells = [
            Cell(hit.picture, rank, (hit.picture.label == label) if known and hit.picture.label else None)
            for rank, hit in enumerate(hits, 1)
        ]
        right = sum(cell.right is True for cell in cells)
        note = f"{right} of {len(cells)} have the label “{label}”" if known else ""
        return Strip(key, name, note, query, cells)

    new = sum(hit.other_rank is None for hit in asked.after)
    st.markdown(
        f"**{new} of the first {len(asked.after)} are others than before.**"
        if new
        else "**The same pictures.**"
    )
    strips(
        "training-compare",
        collection,
        [row("before", "Before", asked.before), row("after", f"With {title(found).lower()}", asked.after)],
        on_act=_open,
        title="The same query before and after",
    )
    detail(collection, list(dict.fromkeys(h.picture.id for h in (*asked.before, *asked.after))), go_like)


def _invitation(collection: Collection, go: Callable[..., None]) -> None:
    """Pictures that the search was fooled by, and labels, to begin with."""
    labels = [label for label, _ in collection.labels() if label][:_OFFERED]
    if labels and has_words(collection.base_encoder_name):
        with st.container(horizontal=True, gap="small"):
            for label in labels:
                st.button(
                    plain(label, 40),
                    key=f"training-word-{label}",
                    on_click=go,
                    kwargs={"text": label, "like": None},
                )
    try:
        ids = [one.anchor for one in fooled(collection, None)]
    except LookalikeError:
        ids = []
    chosen = list(dict.fromkeys([*ids, *collection.ids()]))[:_OFFERED]
    pictures = collection.get_many(chosen)
    if not pictures:
        return
    st.markdown("**Or look for pictures like one of these**")
    with st.container(horizontal=True, gap="small"):
        for picture in pictures:
            with st.container(width=132, key=f"training-like-{picture.id}", gap="small"):
                strips(
                    f"training-one-{picture.id}",
                    collection,
                    [Strip("one", "", "", Cell(picture), [])],
                    on_act=_open,
                )
                st.button(
                    "Compare",
                    key=f"training-like-button-{picture.id}",
                    on_click=go,
                    kwargs={"like": picture.id, "text": ""},
                )
    detail(collection, chosen, go_like)


def _open(event: StripAct) -> None:
    if event.kind == "open":
        open_detail(event.id)
