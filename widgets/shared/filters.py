"""The filter bar: labels, part of a name, days of capture, favourites. The choice lives in the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.collection import Filter
from widgets.shared.formatting import one_line

if TYPE_CHECKING:
    from core.collection import Collection

_MOST_LABELS = 1000
"""Every option travels to the browser; the most frequent labels are offered."""


def filter_bar(
    key: str, collection: Collection, where: Filter, on_change: Callable[[Filter], None], narrow: bool = False
) -> None:
    """Draw the filter as it is; `on_change` is called with the new one before the page runs again."""
    counts = dict(collection.labels())
    offered = list(counts)[:_MOST_LABELS]
    # A label that an address asks for may be gone; it stays visible, so that it can be taken away.
    options = [*offered, *(label for label in where.labels if label not in offered)]
    keys = {part: f"{key}-{part}" for part in ("labels", "name", "from", "to", "favourites")}
    st.session_state[keys["labels"]] = list(where.labels)
    st.session_state[keys["name"]] = where.name
    st.session_state[keys["from"]] = where.taken_from
    st.session_state[keys["to"]] = where.taken_to
    st.session_state[keys["favourites"]] = where.favourites

    def changed() -> None:
        state = st.session_state
        on_change(
            Filter(
                labels=tuple(state[keys["labels"]]),
                name=(state[keys["name"]] or "").strip(),
                taken_from=state[keys["from"]],
                taken_to=state[keys["to"]],
                favourites=state[keys["favourites"]],
            )
        )

    if narrow:
        labels, name, star, (first, last) = st.container(), st.container(), st.container(), st.columns(2)
    else:
        row = st.container(horizontal=True, gap="small", vertical_alignment="bottom")
        labels, name = row.container(width="stretch"), row.container(width=210)
        first, last = row.container(width=150), row.container(width=150)
        star = row.container(width="content")
    labels.multiselect(
        "Labels",
        options,
        key=keys["labels"],
        format_func=lambda label: label_text(label, counts.get(label, 0)),
        placeholder="All labels",
        on_change=changed,
        wrap=True,
    )
    name.text_input(
        "Name contains", key=keys["name"], placeholder="Any name", on_change=changed, icon=":material/title:"
    )
    star.toggle(":material/star: Favourites", key=keys["favourites"], on_change=changed)
    first.date_input("Taken from", value=None, key=keys["from"], on_change=changed, format="YYYY-MM-DD")
    last.date_input("Taken until", value=None, key=keys["to"], on_change=changed, format="YYYY-MM-DD")


def label_text(label: str | None, pictures: int | None = None) -> str:
    """Format a label with its number of pictures."""
    text = one_line(label, 40) if label is not None else "no label"
    return text if pictures is None else f"{text} ({pictures:,})"


def parts_in_use(where: Filter) -> int:
    """How many parts of the filter are in use."""
    return sum(map(bool, (where.labels, where.name, where.taken_from, where.taken_to, where.favourites)))
