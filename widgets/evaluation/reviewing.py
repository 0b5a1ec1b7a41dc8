"""Failure review: sentences with their first answers, each marked right or wrong by a click."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import has_words, search_engine
from widgets.components.image_rows import Cell, Strip, StripAct, strips
from widgets.evaluation.measuring import begin
from widgets.evaluation.progress import evaluation_running
from widgets.shared.formatting import count, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import ReviewedQuery

_TEXTS = "review-texts"
_LAST = "review-last"
_FOUND = "review-found"
PAGE = 5


@dataclass(frozen=True)
class Marked:
    """The last mark, and what stood before it."""

    collection: str
    text: str
    picture: int
    name: str
    before: bool | None
    now: bool | None


def reviewing(collection: Collection, at: int, go: Callable[..., None]) -> None:
    """Draw the sentences, their strips and what has been marked."""
    if not has_words(collection.encoder_name):
        st.info(
            f"Sentences need an encoder with words, and {plain(collection.encoder_name)} has none. Measure "
            "by picture instead, or make a collection with another encoder.",
            icon=":material/text_fields:",
        )
        return
    st.subheader("Look at what people would see, and say what is right", anchor=False)
    texts = queries_in_review(collection)
    if not texts:
        _sentences(collection, texts)
        st.info(
            "There are neither labels nor captions to propose sentences from. Write some above, one a line.",
            icon=":material/edit:",
        )
        return
    pages = max(1, -(-len(texts) // PAGE))
    page = min(at, pages)
    try:
        found = _answers(collection, texts)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    progress(collection, found)
    _undo_line(collection)
    shown = found[(page - 1) * PAGE : page * PAGE]
    strips(
        "review",
        collection,
        [strip(one) for one in shown],
        on_act=partial(act, collection, found),
        judge=True,
        title="Sentences with their first results, to be marked right or wrong",
    )
    if pages > 1:
        st.session_state["review-at"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="review-at", on_change=lambda: go(at=st.session_state["review-at"]))
    order = [answer.picture.id for one in shown for answer in one.answers]
    detail(collection, list(dict.fromkeys(order)), go_like)


def queries_in_review(collection: Collection) -> tuple[str, ...]:
    """The viewer's own sentences, else those that were reviewed before, and proposals after them."""
    from core.evaluation import MAX_QUERIES, propose_queries, reviewed_queries

    own = st.session_state.get(f"{_TEXTS}:{collection.root}")
    if own:
        return tuple(own)
    key = f"review-proposed:{collection.root}"  # what is marked must not move under the viewer's hand
    if key not in st.session_state:
        both = [*reviewed_queries(collection), *propose_queries(collection)]
        st.session_state[key] = tuple(dict.fromkeys(both))[:MAX_QUERIES]
    return st.session_state[key]


def _sentences(collection: Collection, texts: Sequence[str]) -> None:
    from core.evaluation import MAX_QUERIES, clean

    def use() -> None:
        lines = [clean(line) for line in st.session_state["review-lines"].splitlines()]
        st.session_state[f"{_TEXTS}:{collection.root}"] = list(dict.fromkeys(filter(None, lines)))[
            :MAX_QUERIES
        ]

    def propose() -> None:
        st.session_state.pop(f"{_TEXTS}:{collection.root}", None)

    with st.popover("Choose the sentences", icon=":material/edit:"):
        st.session_state["review-lines"] = st.session_state.get("review-lines") or "\n".join(texts)
        st.text_area(
            f"One a line, at most {MAX_QUERIES}", key="review-lines", height=300, width=420, max_chars=12_000
        )
        with st.container(horizontal=True):
            st.button("Review these", key="review-use", type="primary", on_click=use)
            st.button("Propose some", key="review-propose", type="tertiary", on_click=propose)


def _answers(collection: Collection, texts: Sequence[str]) -> tuple[ReviewedQuery, ...]:
    from core.evaluation import marks, review

    state = (
        str(collection.root),
        collection.version("evaluation"),
        tuple(texts),
        tuple((m.query, m.sha256, m.relevant) for m in marks(collection)),
    )
    known = st.session_state.get(_FOUND)
    if known is not None and known[0] == state:
        return known[1]
    with st.spinner("Asking the sentences…", show_time=False):
        found = review(search_engine(collection), texts)
    st.session_state[_FOUND] = (state, found)
    return found


def strip(one: ReviewedQuery) -> Strip:
    """One sentence with its answers."""
    note = f"{one.right} of {one.marked} marked right" if one.marked else "not marked yet"
    cells = [Cell(a.picture, a.rank, a.relevant) for a in one.answers]
    return Strip(one.text, f"“{one.text}”", note, None, cells)


def act(collection: Collection, found: Sequence[ReviewedQuery], event: StripAct) -> None:
    """A picture was opened, or marked; the same mark again takes it back. Saved at once."""
    from core.evaluation import mark

    if event.kind == "open":
        open_detail(event.id)
        return
    answer = next(
        (a for one in found if one.text == event.strip for a in one.answers if a.picture.id == event.id), None
    )
    if answer is None:
        return
    said = event.kind == "right"
    now = None if answer.relevant is said else said
    mark(collection, event.strip, event.id, now)
    st.session_state[_LAST] = Marked(
        collection.name, event.strip, event.id, answer.picture.name.rsplit("/", 1)[-1], answer.relevant, now
    )


def said_of(done: Marked) -> str:
    """“Marked cup.jpg right for “a cup”.”, as Markdown."""
    name, text = plain(done.name, 60), plain(done.text, 60)
    if done.now is None:
        return f"Took back the mark of {name} for “{text}”."
    return f"Marked {name} **{'right' if done.now else 'wrong'}** for “{text}”."


def _undo_line(collection: Collection) -> None:
    """The last mark and its undo; it always takes its line, so that nothing moves under the viewer's hand."""
    done: Marked | None = st.session_state.get(_LAST)
    if done is not None and done.collection != collection.name:
        done = None

    def undo() -> None:
        from core.evaluation import mark

        if done is not None:
            mark(collection, done.text, done.picture, done.before)
            st.session_state.pop(_LAST, None)

    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="review-undo-line"):
        if done is None:
            st.markdown(
                "Say of each picture whether it is right; every mark is saved at once.", width="content"
            )
        else:
            st.markdown(f":material/check: {said_of(done)} Saved.", width="content")
        st.button("Undo", key="review-undo", icon=":material/undo:", on_click=undo, disabled=done is None)


def progress(collection: Collection, found: Sequence[ReviewedQuery]) -> None:
    """How much has been marked, and what it comes to."""
    marked = sum(one.marked for one in found)
    right = sum(one.right for one in found)
    answers = sum(len(one.answers) for one in found)
    with st.container(horizontal=True, vertical_alignment="center"):
        said = f"**{marked:,} of {count(answers, 'answer')} marked**"
        if marked:
            said += f", {right:,} right and {marked - right:,} wrong"
        st.markdown(f"{said}. Marks are kept as the right answers of “By reviewed answers”.", width="stretch")
        _sentences(collection, [one.text for one in found])
        telling = any(one.right and one.right < one.marked for one in found)
        if st.button(
            "Measure by these marks",
            key="review-measure",
            icon=":material/straighten:",
            disabled=not telling or evaluation_running(collection),
            help=None if telling else "Needs a sentence with a right and a wrong answer.",
        ) and begin(collection, "marks", encoder=collection.encoder_name):
            st.rerun()
