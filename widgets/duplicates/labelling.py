"""Labelling pairs side by side: which one is asked next, why, and how far the promise is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import streamlit as st

from core.dedup import NONE, Guarantee, JudgedPairs, guarantee, label_counts
from core.dedup.labels import active_learning, labels
from core.errors import LookalikeError
from widgets.app_state import url
from widgets.components.pair_view import SideAct, side_by_side
from widgets.duplicates.address import MODES, DuplicatesView
from widgets.duplicates.data import judged
from widgets.duplicates.thresholds.guarantee import promise_box
from widgets.duplicates.thresholds.learning import learning_line
from widgets.duplicates.why import evidence
from widgets.duplicates.wording import VERDICTS, sureness
from widgets.duplicates.wording import threshold as written
from widgets.shared.formatting import count, plain

if TYPE_CHECKING:
    from core.collection import Collection, Purpose, Verdict

_STATE = "duplicates-labelling"
Go = Callable[..., None]


@dataclass(frozen=True)
class Given:
    """A verdict that was given here, to be taken back."""

    id: int
    pair: tuple[int, int]
    verdict: Verdict
    mode: str


@dataclass
class Desk:
    """What one viewer has before them in one collection."""

    collection: str
    asked: tuple[str, tuple[int, int]] | None = None
    """The mode and the pair on show, which stays until it is judged."""
    given: tuple[Given, ...] = ()
    turn: int = 0


@dataclass(frozen=True)
class Question:
    """A pair to judge, with the reason why it is asked."""

    pair: tuple[int, int]
    reason: str


def desk(collection: Collection) -> Desk:
    """The viewer's own."""
    found = st.session_state.get(_STATE)
    if not isinstance(found, Desk) or found.collection != collection.name:
        found = st.session_state[_STATE] = Desk(collection.name)
    return found


@st.fragment
def labelling(collection: Collection, go: Go) -> None:
    """Draw the next pair. Runs by itself after every answer."""
    view = DuplicatesView.read(url.params())
    try:
        pairs = judged(collection)
        promise = guarantee(pairs, view.precision, view.confidence)
        _modes(view, go)
        question = next_question(collection, pairs, promise, view.mode)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    _progress(pairs, promise, view)
    if question is None:
        _nothing_left(view, go)
    else:
        st.markdown(f":material/help: {question.reason}")
    mine = desk(collection)
    side_by_side(
        "label-pair",
        collection,
        None if question is None else question.pair,
        on_act=lambda act: answer(collection, act, view.mode),
        turn=mine.turn,
        undo=bool(mine.given),
        last=_last(collection, mine),
    )
    if question is not None and st.toggle(
        "Show what the machine sees", key="label-why", help="Judge first: what it says may sway you."
    ):
        evidence(collection, pairs, question.pair)
    promise_box(view, promise, go, labelling=True)
    learning_line(collection, pairs)
    for remark in labels.remarks(pairs):
        st.caption(f":material/info: {plain(remark, 400)}")


def next_question(
    collection: Collection, pairs: JudgedPairs, promise: Guarantee, mode: str
) -> Question | None:
    """The pair on show as long as it is not judged, else the next one; None where all are.

    The turn of the random sample may come to a pair of which a picture is in the bin.
    """
    mine = desk(collection)
    if mode != "random":
        pairs = pairs.in_sight
    if mine.asked is not None and mine.asked[0] == mode:
        place = pairs.place(*mine.asked[1])
        if place is not None and pairs.looked_at[place] == NONE:
            return Question(mine.asked[1], reason(pairs, place, promise, mode))
    place = (
        active_learning.draw(pairs, promise) if mode == "random" else labels.next_chosen(collection, pairs)
    )
    if place is None:
        mine.asked = None
        return None
    pair = int(pairs.a[place]), int(pairs.b[place])
    mine.asked = (mode, pair)
    return Question(pair, reason(pairs, place, promise, mode))


def reason(pairs: JudgedPairs, place: int, promise: Guarantee, mode: str) -> str:
    """Why this pair is asked; Markdown."""
    if mode == "random":
        frontier = promise.next.threshold if promise.next is not None else None
        if frontier is not None and pairs.probability[place] >= frontier:
            above = int((pairs.probability >= frontier).sum())
            binned = pairs.unseen is not None and bool(pairs.unseen[place])
            return (
                f"**Drawn at random** from the {count(above, 'pair')} at {written(frontier)} or above"
                f"{', those binned since among them, as one of these two' if binned else ''}."
            )
        return (
            "**Drawn at random** from the pairs below the threshold, to learn how many duplicates it misses."
        )
    probability = float(pairs.probability[place])
    if 0.2 <= probability <= 0.8:
        return f"**Asked because the score is unsure here:** {sureness(probability)}."
    return f"**Asked because it is unlike what was judged so far**; the score says {sureness(probability)}."


def answer(collection: Collection, act: SideAct, mode: str) -> None:
    """Write the viewer's word down, or take the last one back."""
    mine = desk(collection)
    mine.turn += 1
    if act.kind == "undo":
        if mine.given:
            *rest, last = mine.given
            labels.undo(collection, [last.id])
            mine.given = tuple(rest)
            mine.asked = (mode, last.pair)
        return
    if act.pair is None or mine.asked is None or mine.asked[1] != act.pair:
        return  # an answer to a pair that is no longer asked
    verdict = cast("Verdict", act.kind)
    written_id = labels.judge(collection, *act.pair, verdict, purpose=cast("Purpose", mode))
    mine.given = (*mine.given, Given(written_id, act.pair, verdict, mode))
    mine.asked = None


def _modes(view: DuplicatesView, go: Go) -> None:
    st.session_state["label-mode"] = view.mode
    st.segmented_control(
        "Which pairs",
        list(MODES),
        key="label-mode",
        format_func=MODES.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(mode=st.session_state["label-mode"]),
        help="Most instructive: pairs that teach the score most. Certify: pairs drawn at random, the only "
        "ones that a promise can stand on; the score never learns from them.",
    )


def _progress(pairs: JudgedPairs, promise: Guarantee, view: DuplicatesView) -> None:
    found = label_counts(pairs)
    total = found["duplicate"] + found["different"] + found["unsure"]
    said = (
        f"**{count(total, 'label')}**: {found['duplicate']:,} duplicates, {found['different']:,} different, "
        f"{found['unsure']:,} not sure. {promise.labels:,} of them were drawn at random and certify."
    )
    st.markdown(said)
    trial = promise.next
    if view.mode == "random" and trial is not None and trial.more:
        st.progress(
            trial.labels / (trial.labels + trial.more),
            f"About {trial.more:,} more for precision ≥ {promise.precision:g} at {written(trial.threshold)}",
        )


def _nothing_left(view: DuplicatesView, go: Go) -> None:
    other = "random" if view.mode == "chosen" else "chosen"
    st.success("Every pair that could be asked here is judged.", icon=":material/done_all:")
    st.button(f"{MODES[other]} instead", key="label-other", on_click=go, kwargs={"mode": other})


def _last(collection: Collection, mine: Desk) -> str:
    if not mine.given:
        return ""
    last = mine.given[-1]
    names = [picture.name.rsplit("/", 1)[-1] for picture in collection.get_many(last.pair)]
    return f"Last: {' and '.join(names)}: {VERDICTS[last.verdict].lower()}. U takes it back."
