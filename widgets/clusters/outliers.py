"""What belongs nowhere, and labels that their neighbours doubt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from widgets.clusters import data
from widgets.clusters.address import KINDS, ClustersView
from widgets.clusters.pictures import wall
from widgets.clusters.wording import percent
from widgets.components.card_list import Button, Card, CardAct, cards
from widgets.shared import undo
from widgets.shared.formatting import count, one_line
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from core.clustering import Suspect
    from core.collection import Collection

PAGE = 12
_DISMISSED = "clusters-dismissed"
Go = Callable[..., None]


def outlying(collection: Collection, view: ClustersView, go: Go) -> None:
    """Draw the choice between the two, and the one chosen."""
    st.session_state["outliers-kind"] = view.kind
    st.segmented_control(
        "What to look at",
        list(KINDS),
        key="outliers-kind",
        format_func=KINDS.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(kind=st.session_state["outliers-kind"], at=1),
    )
    here = doubted(collection, view, go) if view.kind == "labels" else far(collection, view, go)
    detail(collection, here, go_like)


def far(collection: Collection, view: ClustersView, go: Go) -> list[int]:
    """Pictures by how far they are from everything else, farthest first."""
    found = data.outliers(collection)
    if found.neighbours == 0:
        st.info("One picture has nothing to be far from.", icon=":material/info:")
        return []
    far_ids = found.far
    if len(far_ids):
        st.markdown(
            f"**{count(len(far_ids))}** of {len(found.ids):,} {'is' if len(far_ids) == 1 else 'are'} far "
            "from everything; the rest follows, farthest first."
        )
    else:
        st.markdown("**Nothing here is far from everything.** These are the farthest all the same.")
    st.caption(
        f"Written on each: how much farther it is from its {found.neighbours} nearest than a usual picture "
        "here, in standard deviations (modified z-score; far is 3.5 or more). Copies count once."
    )
    place = np.searchsorted(found.ids, found.ranked)
    scores = dict(zip(found.ranked.tolist(), found.scores[place].tolist(), strict=True))
    shown = found.ranked[: max(len(far_ids), 240)].tolist()
    said = {i: f"{scores[i]:.1f}" for i in shown}
    return wall(
        "outliers-far",
        collection,
        shown,
        view.at,
        lambda at: go(at=at),
        scores=said,
        title="Far from everything",
    )


def doubted(collection: Collection, view: ClustersView, go: Go) -> list[int]:
    """Labels that the neighbours of their pictures doubt, surest first."""
    if not data.labels(collection):
        st.info(
            "No picture here has a label, so none can be wrong. Label some in the collection.",
            icon=":material/sell:",
        )
        return []
    everything = data.suspects(collection)
    dismissed = _dismissed(collection)
    found = [one for one in everything if (one.id, one.label, one.suggested) not in dismissed]
    if not found:
        st.success("No label is at odds with its neighbours.", icon=":material/done_all:")
        return []
    st.markdown(
        f"**{count(len(found), 'label')}** of {len(data.labels(collection)):,} "
        f"{'is' if len(found) == 1 else 'are'} at odds with what lies nearest, surest first. You decide."
    )
    pages = -(-len(found) // PAGE)
    page = min(view.at, pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    by_key = {str(one.id): one for one in shown}
    cards(
        "suspects",
        collection,
        [suspect_card(collection, one) for one in shown],
        on_act=partial(_act, collection, by_key),
        layout="side",
        title="Labels in doubt",
    )
    if pages > 1:
        st.session_state["suspects-page"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(
                pages, key="suspects-page", on_change=lambda: go(at=st.session_state["suspects-page"])
            )
    return [one.id for one in shown]


def suspect_card(collection: Collection, one: Suspect) -> Card:
    """A picture with the label it has and the one that its neighbours have."""
    (picture,) = collection.get_many([one.id]) or [None]
    name = picture.name.rsplit("/", 1)[-1] if picture else str(one.id)
    return Card(
        key=str(one.id),
        title=one_line(name, 80),
        lines=(
            f"Label says “{one_line(one.label, 40)}”, neighbours say “{one_line(one.suggested, 40)}”",
            f"{percent(one.share)} of the votes of its nearest",
        ),
        pictures=[picture] if picture else [],
        buttons=(
            Button(
                "accept",
                f"Make it “{one_line(one.suggested, 24)}”",
                "Give it the label of its neighbours",
                True,
            ),
            Button("dismiss", "The label is right", "Do not doubt this label again"),
        ),
    )


def _act(collection: Collection, by_key: dict[str, Suspect], act: CardAct) -> None:
    if act.kind == "open":
        open_detail(act.id)
        return
    one = by_key.get(act.key)
    if one is not None:
        decide(collection, one, act.kind == "accept")


def decide(collection: Collection, one: Suspect, accept: bool) -> None:
    """Take the neighbours' label, or keep the one there is; either can be undone."""
    if accept:
        undo.label(collection, [one.id], one.suggested)
        return
    dismissed, key = _dismissed(collection), (one.id, one.label, one.suggested)
    dismissed.add(key)
    undo.remember(
        undo.Done(
            collection.name,
            f"“{one_line(one.label, 40)}” stays, and is not doubted again.",
            back=lambda: dismissed.discard(key),
        )
    )


def _dismissed(collection: Collection) -> set[tuple[int, str, str]]:
    kept = st.session_state.setdefault(_DISMISSED, {})
    return kept.setdefault(collection.identity, set())
