"""Two comparisons on the user's own pictures: two ways to measure, and two ways to compute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.components.image_rows import Cell, Strip, StripAct, strips
from widgets.index.wording import fine_ms, tiny
from widgets.learn.charts import parabola
from widgets.search.searching import assortment
from widgets.shared.formatting import count, one_line, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.plotting import CONFIG
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from core.collection import Collection
    from core.drills import SameAnswer, SameOrder

_PICTURE = "lesson-picture"
SHOWN = 6


def comparisons(collection: Collection) -> None:
    """Draw both."""
    try:
        order, answer = _learned(collection)
    except LookalikeError as error:
        st.info(plain(str(error), 400), icon=":material/school:")
        return
    with st.container(border=True, key="lesson-order"):
        same_order(collection, order)
    with st.container(border=True, key="lesson-answer"):
        same_answer(answer)
    detail(collection, list(dict.fromkeys([order.picture, *order.by_cosine])), go_like)


def _learned(collection: Collection) -> tuple[SameOrder, SameAnswer]:
    place, version = str(collection.root), collection.version()
    some = assortment(collection, place, version)
    picture = st.session_state.get(_PICTURE)
    if picture not in some:
        picture = some[0] if some else None
    return _order(place, version, picture, collection), _answer(place, version, collection)


def same_order(collection: Collection, found: SameOrder) -> None:
    """Cosine against Euclidean distance."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Cosine or Euclidean distance? The same order", anchor=False, width="stretch")
        st.button(
            "Another picture",
            key="lesson-next",
            icon=":material/casino:",
            on_click=_next_picture,
            args=(collection, found.picture),
        )
    st.markdown(order_line(found))
    left, right = st.columns([1.6, 1], gap="medium", vertical_alignment="center")
    with left:
        strips(
            "lesson-strips", collection, order_rows(collection, found), on_act=_act, title="Nearest both ways"
        )
    with right:
        st.plotly_chart(
            parabola(found),
            key="lesson-chart",
            config=CONFIG,
            alt="Squared distance against cosine: all on one straight line",
        )


def order_line(found: SameOrder) -> str:
    """What was seen; Markdown."""
    told = (
        f"{count(found.compared)} were ranked twice: in the same order throughout."
        if found.same
        else f"{count(found.compared)} were ranked twice, and **not** in the same order: these vectors are "
        "not normalised."
    )
    return (
        f"Every vector here has length 1, so ‖a − b‖² = 2 − 2 · cos(a, b): what is closer by one is closer "
        f"by the other. {told} The largest difference between the two sides is {tiny(found.largest_error)}, "
        "which is rounding. So an index may use whichever is faster."
    )


def order_rows(collection: Collection, found: SameOrder) -> list[Strip]:
    """Both rankings as rows of pictures."""
    wanted = list({found.picture, *found.by_cosine, *found.by_distance})
    there = {picture.id: picture for picture in collection.get_many(wanted)}
    lead = there.get(found.picture) and Cell(there[found.picture])
    return [
        Strip(key, title, note, lead, [Cell(there[one], at) for at, one in enumerate(ids, 1) if one in there])
        for key, title, note, ids in (
            ("cosine", "By cosine", _values(found.cosines), found.by_cosine),
            ("distance", "By Euclidean distance", _values(found.distances), found.by_distance),
        )
    ]


def same_answer(found: SameAnswer) -> None:
    """Flat against NumPy."""
    st.subheader("Flat or NumPy? The same answer", anchor=False)
    st.markdown(answer_line(found))
    st.dataframe(
        answer_rows(found),
        hide_index=True,
        key="lesson-times",
        alt="Milliseconds a query by FAISS Flat and NumPy",
    )
    st.caption(
        "Medians. FAISS takes one thread for a single query, so that many can search at "
        "once; NumPy takes what it gets. Neither leaves anything out: only an index, which skips most "
        "vectors, is faster by more than a few times."
    )


def answer_line(found: SameAnswer) -> str:
    """What was seen; Markdown."""
    asked = count(found.queries, "query", "queries")
    agree = f"all {asked}" if found.same == found.queries else f"{found.same} of {asked}"
    return (
        f"`scores = queries @ vectors.T`, then the {found.k} largest: that is exact search, by hand in NumPy "
        f"or by FAISS Flat. Over {count(found.vectors, 'vector')} of length {found.dim:,} they name the same "
        f"pictures for **{agree}**; scores differ by {tiny(found.largest_error)} at most, "
        "which is rounding."
    )


def answer_rows(found: SameAnswer) -> list[dict[str, str]]:
    """The table of times."""
    return [
        {
            "A query": "by itself",
            "FAISS Flat": fine_ms(found.flat_ms),
            "NumPy": fine_ms(found.numpy_ms),
        },
        {
            "A query": f"of {found.queries} at once",
            "FAISS Flat": fine_ms(found.flat_batch_ms),
            "NumPy": fine_ms(found.numpy_batch_ms),
        },
    ]


def _values(values: tuple[float, ...]) -> str:
    return one_line(" · ".join(f"{value:.3f}" for value in values), 200)


def _next_picture(collection: Collection, picture: int) -> None:
    some = assortment(collection, str(collection.root), collection.version())
    at = some.index(picture) if picture in some else -1
    st.session_state[_PICTURE] = some[(at + 1) % len(some)]


def _act(event: StripAct) -> None:
    open_detail(event.id)


@st.cache_data(show_spinner="Ranking twice…", max_entries=32)
def _order(root: str, version: int, picture: int | None, _collection: Collection) -> SameOrder:  # noqa: ARG001 - the cache's key
    from core.drills import cosine_and_euclidean

    return cosine_and_euclidean(_collection, picture, SHOWN)


@st.cache_data(show_spinner="Timing both…", max_entries=8)
def _answer(root: str, version: int, _collection: Collection) -> SameAnswer:  # noqa: ARG001 - the cache's key
    from core.drills import flat_and_numpy

    return flat_and_numpy(_collection)
