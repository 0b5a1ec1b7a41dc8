"""One query, asked of exact search and of the index in use, while its settings are moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import LookalikeError
from core.index_manager import Settings
from widgets.app_state.resources import has_words, search_engine
from widgets.components.image_grid import Act, gallery
from widgets.components.image_rows import Cell, Strip, StripAct, strips
from widgets.index.knobs import Knob, knobs
from widgets.index.wording import fine_ms, recall_line, settings_text, times_faster
from widgets.search.query_box import query_box
from widgets.search.searching import assortment, examples
from widgets.shared.formatting import one_line, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.plotting import CONFIG
from widgets.shared.search_like import go_like
from widgets.shared.tiles import picture_tiles

if TYPE_CHECKING:
    from core.collection import Collection, Picture
    from core.index import SearchParameters
    from core.search import Answer, Question, Tried
    from widgets.index.address import IndexView
    from widgets.index.data import Stored

_ASKED = "try-asked"
_LADDER = "try-ladder"
K = 10


def trying(collection: Collection, now: Stored | None, view: IndexView, go: Callable[..., None]) -> None:
    """Draw the box, and what came of the query; `go` changes parts of the address."""
    st.subheader("What the index finds, and what it misses", anchor=False)
    query_box("try", view.text, view.query is not None, has_words(collection.encoder_name), go)
    if view.query is None:
        _invitation(collection, go)
        return
    try:
        asked, exact = put(collection, view)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    live(collection, now, view, asked, exact)


def put(collection: Collection, view: IndexView) -> tuple[Question, Answer]:
    """The query, encoded, with its exact answer; worked out once, for sliders must not wait for either.

    Raises:
        LookalikeError: it cannot be asked as it was put.
    """
    from core.search import exactly
    from core.search.compare_exact import question

    key = (str(collection.root), collection.version(), view.text, view.like)
    known = st.session_state.get(_ASKED)
    if known is not None and known[0] == key:
        return known[1], known[2]
    with st.spinner("Asking exact search…", show_time=False):
        asked = question(collection, view.query, K)
        exact = exactly(collection, asked)
    st.session_state[_ASKED] = (key, asked, exact)
    return asked, exact


def _invitation(collection: Collection, go: Callable[..., None]) -> None:
    if has_words(collection.encoder_name):
        with st.container(horizontal=True, gap="small"):
            for phrase in examples([label for label, _ in collection.labels()]):
                st.button(phrase, key=f"try-{phrase}", on_click=go, kwargs={"text": phrase, "like": None})

    def took(event: Act) -> None:
        go(like=event.id, text="")

    st.markdown("**Or look for pictures like one of these**")
    ids = assortment(collection, str(collection.root), collection.version())
    gallery(
        "try-pictures",
        picture_tiles(collection, collection.get_many(ids)),
        on_act=took,
        selectable=False,
        cell=130,
        title="Pictures to try the index with",
    )


@st.fragment
def live(collection: Collection, now: Stored | None, view: IndexView, asked: Question, exact: Answer) -> None:
    """The sliders and both answers; only this runs again when a slider is moved."""
    from core.search import tried

    keeper = search_engine(collection).keeper
    if now is None or now.recipe is None:
        _only_exact(collection, now, view, exact)
        return
    chosen = Settings.from_json(now.record.settings).of(asked.kind)
    offered = knobs(now.recipe, keeper.size, chosen)
    with st.container(border=True, key="try-knobs"):
        parameters = sliders(now, asked.kind, chosen, offered)
        found = tried(keeper, collection, asked, exact, parameters)
        if found.served.index_id is None:
            st.warning(plain(found.served.note or "Search is exact now.", 400), icon=":material/healing:")
        _figures(found, now)
    rows = compared(collection, view, found, now)
    strips("try-strips", collection, rows, on_act=_act, title="Exact answers, and those of the index")
    st.caption(
        "A dashed frame: exact search finds it, the index does not. A red cross: it stands there instead. "
        "Times are medians of a few searches here and now, each on one thread."
    )
    if offered:
        rungs = ladder(collection, now, asked, exact, parameters, offered[0])
        _chart(rungs, offered[0], getattr(parameters, offered[0].name), view)
    detail(collection, list(dict.fromkeys([*exact.ids, *found.index.ids])), go_like)


def sliders(now: Stored, kind: str, chosen: SearchParameters, offered: list[Knob]) -> SearchParameters:
    """Draw a slider a setting; returns what they stand on."""
    if not offered:
        st.caption("This index has no settings that a query could change.")
        return chosen
    keys = {knob.name: f"knob-{now.id}-{kind}-{knob.name}" for knob in offered}
    picked: dict[str, int] = {}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        for knob in offered:
            usual = getattr(chosen, knob.name)
            picked[knob.name] = st.select_slider(
                knob.title,
                knob.values,
                value=knob.nearest(usual if usual is not None else 128),
                key=keys[knob.name],
                help=knob.help,
            )
        st.button(
            "As tuned",
            key="knobs-back",
            icon=":material/undo:",
            on_click=lambda: [st.session_state.pop(key, None) for key in keys.values()],
            help=f"Back to what serves: {settings_text(chosen)}.",
        )
    return replace(chosen, **picked)


def ladder(
    collection: Collection,
    now: Stored,
    asked: Question,
    exact: Answer,
    parameters: SearchParameters,
    knob: Knob,
) -> list[dict[str, Any]]:
    """This query at every value of one setting; worked out once for each state of the others."""
    from core.search import tried

    others = replace(parameters, **{knob.name: None})
    key = (st.session_state[_ASKED][0], now.id, others)
    known = st.session_state.get(_LADDER)
    if known is not None and known[0] == key:
        return known[1]
    keeper = search_engine(collection).keeper
    rungs = []
    for value in knob.values:
        found = tried(keeper, collection, asked, exact, replace(parameters, **{knob.name: value}))
        rungs.append({"value": value, "recall": found.recall, "ms": found.index.ms})
    st.session_state[_LADDER] = (key, rungs)
    return rungs


def compared(collection: Collection, view: IndexView, found: Tried, now: Stored) -> list[Strip]:
    """Both answers as rows of pictures."""
    wanted = {*found.exact.ids, *found.index.ids}
    there: dict[int, Picture] = {picture.id: picture for picture in collection.get_many(list(wanted))}
    lead = None
    if view.like is not None:
        lead = next((Cell(picture) for picture in collection.get_many([view.like])), None)
    above = [
        Cell(there[one], rank, None, one in found.missed)
        for rank, one in enumerate(found.exact.ids, start=1)
        if one in there
    ]
    below = [
        Cell(there[one], rank, right)
        for rank, (one, right) in enumerate(zip(found.index.ids, found.right, strict=True), start=1)
        if one in there
    ]
    hit = len(found.exact.ids) - len(found.missed)
    return [
        Strip("exact", "Exact search", fine_ms(found.exact.ms), lead, above),
        Strip(
            "index",
            one_line(f"{now.title}, {settings_text(found.served.parameters)}", 120),
            f"{fine_ms(found.index.ms)} · {recall_line(hit, len(found.exact.ids))}",
            lead,
            below,
        ),
    ]


def _figures(found: Tried, now: Stored) -> None:
    hit, wanted = len(found.exact.ids) - len(found.missed), len(found.exact.ids)
    factor = found.exact.ms / max(found.index.ms, 1e-6)
    st.markdown(
        f"**Recall of this query {found.recall:.2f}** ({recall_line(hit, wanted)}) · "
        f"{plain(now.title, 80)} **{fine_ms(found.index.ms)}**, exact **{fine_ms(found.exact.ms)}**: "
        f"{times_faster(factor)}"
    )


def _only_exact(collection: Collection, now: Stored | None, view: IndexView, exact: Answer) -> None:
    if now is None:
        st.info(
            "Search is exact, so nothing is missed and there is nothing to set. Once an index is in use, its "
            "answers stand beside these, with sliders for its settings.",
            icon=":material/all_inclusive:",
        )
    else:
        st.info("The index lies on a server and takes its own settings there.", icon=":material/dns:")
    pictures = {picture.id: picture for picture in collection.get_many(list(exact.ids))}
    lead = None
    if view.like is not None:
        lead = next((Cell(picture) for picture in collection.get_many([view.like])), None)
    cells = [Cell(pictures[one], rank) for rank, one in enumerate(exact.ids, start=1) if one in pictures]
    row = Strip("exact", "Exact search", fine_ms(exact.ms), lead, cells)
    strips("try-strips", collection, [row], on_act=_act, title="Exact answers")
    detail(collection, list(exact.ids), go_like)


def _chart(rungs: list[dict[str, Any]], knob: Knob, now: int, view: IndexView) -> None:
    from widgets.index.rungs import rung_chart

    said = "This picture" if view.like is not None else f"“{one_line(view.text, 40)}”"
    st.plotly_chart(
        rung_chart(rungs, knob.title, now, said),
        key="try-chart",
        config=CONFIG,
        alt=f"Recall of this query at every {knob.title}, with the time that it takes",
    )


def _act(event: StripAct) -> None:
    open_detail(event.id)
