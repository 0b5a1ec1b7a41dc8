"""The events of a photo library: a time line, a card each, and one of them with its pictures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.clustering import given_names, set_given_name
from core.errors import LookalikeError
from widgets.app_state.resources import place
from widgets.clusters.events.find import find_button, finding, finding_panel
from widgets.clusters.events.timeline import timeline
from widgets.clusters.pictures import wall
from widgets.components.card_list import Card, CardAct, cards
from widgets.shared import undo
from widgets.shared.formatting import count, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from datetime import datetime

    from core.collection import Collection
    from core.events import Event, Events
    from widgets.clusters.address import ClustersView

Go = Callable[..., None]
PAGE = 24
_STRIP = 5
_REFUSED = "event-title-refused"


def events_part(collection: Collection, view: ClustersView, go: Go) -> None:
    """Draw the events, the one in view, or the way to find some."""
    finding_panel(collection)
    try:
        found = _stored(*place(collection), collection.version("clusters"), collection)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        find_button(collection, "Find events anew", primary=True)
        return
    if found is None or not found.events:
        _none(collection)
        return
    at = next((i for i, event in enumerate(found.events) if event.cluster == view.cluster), None)
    timeline("events-timeline", found.events, view.cluster, lambda event: go(cluster=event, at=1))
    if at is None:
        _all(collection, found, view, go)
    else:
        _one(collection, found, at, view, go)


@st.cache_resource(show_spinner=False, max_entries=8)
def _stored(root: str, born: int, version: int, _collection: Collection) -> Events | None:  # noqa: ARG001
    from core.events import load_events

    return load_events(_collection)


def _none(collection: Collection) -> None:
    """Nobody has looked yet: say what events need and whether it is there, with the button."""
    if finding(collection):
        return
    pictures, dated = collection.count(), len(collection.taken_times()[0])
    if not dated:
        st.info(
            f"None of the {count(pictures)} here says when it was taken, so there are no events to find. The "
            "date is in the EXIF block that cameras and phones write; add their original files, for pictures "
            "from chats and the web have lost it.",
            icon=":material/event_busy:",
        )
        return
    st.markdown("**What belongs to one occasion?**")
    st.markdown(
        f"{dated:,} of {count(pictures)} say when they were taken. Events are told apart by the gaps between "
        "them, by how much what they show changes, and by where they were taken, as far as the files say. "
        "The place is read here and sent nowhere."
    )
    find_button(collection, "Find events", primary=True)


def _all(collection: Collection, found: Events, view: ClustersView, go: Go) -> None:
    shown = list(reversed(found.events))
    pages = max(1, -(-len(shown) // PAGE))
    page = min(view.at, pages)
    inside = sum(len(event.ids) for event in found.events)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{count(len(shown), 'event')}** of {count(inside)}, latest first",
            width="stretch",
        )
        find_button(collection, "Find anew")
    for remark in found.remarks:
        st.caption(f":material/info: {plain(remark, 400)}")
    st.caption(plain(found.clustering.measured.reason, 400))
    cards(
        "event-cards",
        collection,
        [_card(collection, event) for event in shown[(page - 1) * PAGE : page * PAGE]],
        on_act=partial(_act, go),
        layout="side",
        title="Events",
    )
    if pages > 1:
        st.session_state["events-page"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="events-page", on_change=lambda: go(at=st.session_state["events-page"]))
    detail(collection, [], go_like)


def _card(collection: Collection, event: Event) -> Card:
    others = [i for i in _spread(event) if i != event.cover][:_STRIP]
    at = event.place or where(event)
    lines = [span(event.start, event.end), *([at] if at else [])]
    return Card(
        key=str(event.cluster),
        title=event.title,
        size=f"{len(event.ids):,}",
        lines=tuple(lines),
        pictures=collection.get_many([event.cover]),
        others=collection.get_many(others),
        choose=True,
    )


def _spread(event: Event) -> list[int]:
    """Pictures from the beginning to the end of an event."""
    ids = event.ids.tolist()
    step = max(1, len(ids) // (_STRIP + 1))
    return list(dict.fromkeys(ids[::step]))


def _act(go: Go, act: CardAct) -> None:
    if act.kind == "open":
        open_detail(act.id)
    elif act.key.isdigit():
        go(cluster=int(act.key), at=1)


def _one(collection: Collection, found: Events, at: int, view: ClustersView, go: Go) -> None:
    event = found.events[at]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "All events",
            key="event-close",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=go,
            kwargs={"cluster": None, "at": 1},
        )
        st.space("stretch")
        for text, icon, other in (("Earlier", "chevron_left", at - 1), ("Later", "chevron_right", at + 1)):
            there = 0 <= other < len(found.events)
            st.button(
                text,
                key=f"event-{text.lower()}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=not there,
                on_click=go,
                kwargs={"cluster": found.events[other].cluster if there else None, "at": 1},
            )
    _title(collection, found, event)
    facts = [count(len(event.ids)), span(event.start, event.end)]
    if event.placed:
        facts.append(where(event))
        if event.placed < len(event.ids):
            facts.append(f"{event.placed:,} of them say where")
    st.markdown(plain(" · ".join(facts), 300))
    shown = wall(
        "event-pictures", collection, event.ids.tolist(), view.at, lambda page: go(at=page), title=event.title
    )
    detail(collection, shown, go_like)


def _title(collection: Collection, found: Events, event: Event) -> None:
    key = f"event-title-{found.clustering.id}-{event.cluster}"
    st.session_state[key] = event.title
    st.text_input(
        "Title",
        key=key,
        max_chars=80,
        icon=":material/edit:",
        help="Empty it to have the proposed title again.",
        on_change=lambda: _call(collection, found, event, st.session_state[key]),
    )
    refused = st.session_state.pop(_REFUSED, "")
    if refused:
        st.error(plain(refused, 300), icon=":material/error:")


def _call(collection: Collection, found: Events, event: Event, title: str) -> None:
    """Call an event something, or let its proposed title stand again, and offer to undo it."""
    from core.events import rename_event

    run = found.clustering.id
    title = title.strip()
    if run is None or title == event.title:
        return
    before = given_names(collection, run).get(event.cluster)
    try:
        rename_event(collection, found, event.cluster, title if title != event.proposed else None)
    except LookalikeError as error:
        st.session_state[_REFUSED] = str(error)
        return
    said = (
        f"“{event.title}” is called “{title}” now." if title else f"“{event.proposed}” has its title again."
    )
    undo.remember(
        undo.Done(
            collection.name,
            said,
            back=lambda: set_given_name(collection, run, event.cluster, before),
        )
    )


def span(start: datetime, end: datetime) -> str:
    """“14 June 2025, 09:20 – 17:40”, or with both days."""
    from core.events import days

    if start.date() == end.date():
        hours = f"{start:%H:%M}" if f"{start:%H:%M}" == f"{end:%H:%M}" else f"{start:%H:%M} – {end:%H:%M}"
        return f"{days(start, end)}, {hours}"
    return f"{days(start, start)}, {start:%H:%M} – {days(end, end)}, {end:%H:%M}"


def where(event: Event) -> str:
    """“Lisbon (38.720° N, 9.140° W)”; empty where no picture says where."""
    if event.latitude is None or event.longitude is None:
        return ""
    north, east = "N" if event.latitude >= 0 else "S", "E" if event.longitude >= 0 else "W"
    at = f"{abs(event.latitude):.3f}° {north}, {abs(event.longitude):.3f}° {east}"
    return f"{event.place} ({at})" if event.place else at
