"""A walk through random clusters: ten pictures each, the odd ones marked, and what that says of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.clustering import take_marks_back
from core.errors import LookalikeError
from widgets.clusters import data
from widgets.clusters.map.coloring import cluster_colour
from widgets.clusters.wording import interval, named, percent
from widgets.components.odd_one_out import WalkAct, walk_step
from widgets.shared.formatting import count, plain
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.clustering import Clustering, ReviewCard, Share
    from core.collection import Collection

_STATE = "clusters-walk"
Go = Callable[..., None]


@dataclass(frozen=True)
class Step:
    """One answer: the card, and which of its pictures were marked odd."""

    card: ReviewCard
    odd: tuple[int, ...]


@dataclass
class Desk:
    """One viewer's walk through one run."""

    collection: str
    run: int
    cards: tuple[ReviewCard, ...] = ()
    answered: tuple[Step, ...] = ()
    again: tuple[int, ...] = ()
    """What was marked on the card that was taken back."""
    turn: int = 0
    walks: int = 0

    @property
    def card(self) -> ReviewCard | None:
        """The one to judge now; None before a walk and after it."""
        at = len(self.answered)
        return self.cards[at] if at < len(self.cards) else None


def desk(collection: Collection, found: Clustering) -> Desk:
    """The viewer's own."""
    mine = st.session_state.get(_STATE)
    if not isinstance(mine, Desk) or (mine.collection, mine.run) != (collection.name, found.id):
        mine = st.session_state[_STATE] = Desk(collection.name, found.id or 0)
    return mine


def walking(collection: Collection, found: Clustering, names: Mapping[int, str], go: Go) -> None:
    """Draw the walk, and its result so far."""
    if found.id is None:
        st.info(
            "These clusters are only tried. Keep them as a run on the map; then you can walk through them.",
            icon=":material/save:",
        )
        st.button("To the map", key="walk-map", on_click=go, kwargs={"part": "map"})
        return
    try:
        _walk(collection, found, names)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")


@st.fragment
def _walk(collection: Collection, found: Clustering, names: Mapping[int, str]) -> None:
    mine = desk(collection, found)
    card = mine.card
    if card is None:
        _between(collection, found, mine)
    else:
        pictures = collection.get_many(card.ids)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(
                f"{plain(named(names, card.cluster))}: which do not belong?",
                anchor=False,
                width="stretch",
            )
            st.caption(f"Cluster {len(mine.answered) + 1} of {len(mine.cards)}", width="content")
        st.progress(len(mine.answered) / len(mine.cards))
        walk_step(
            "walk",
            collection,
            f"{card.cluster}-{len(mine.answered)}",
            pictures,
            on_act=lambda act: answer(collection, found, act),
            turn=mine.turn,
            odd=mine.again,
            undo=bool(mine.answered),
            final=len(mine.answered) + 1 == len(mine.cards),
            last=_last(mine, names),
        )
    _result(collection, found, names)


def begin(collection: Collection, found: Clustering) -> None:
    """Draw the clusters and pictures of a new walk."""
    from core.clustering import sample_review

    mine = desk(collection, found)
    mine.cards = tuple(sample_review(collection, found, seed=mine.walks))
    mine.answered, mine.again = (), ()
    mine.walks += 1
    mine.turn += 1


def answer(collection: Collection, found: Clustering, act: WalkAct) -> None:
    """Write down what was odd and what was not, or take the last step back."""
    mine = desk(collection, found)
    mine.turn += 1
    if act.kind == "undo":
        _back(collection, mine)
        return
    card = mine.card
    if card is None or act.key != f"{card.cluster}-{len(mine.answered)}":
        return  # an answer to a card that is no longer asked
    from core.clustering import mark

    odd = tuple(i for i in act.odd if i in card.ids)
    mark(collection, found, card.cluster, card.ids, odd)
    mine.answered = (*mine.answered, Step(card, odd))
    mine.again = ()


def _back(collection: Collection, mine: Desk) -> None:
    if not mine.answered:
        return
    *rest, last = mine.answered
    shas = [picture.sha256 for picture in collection.get_many(last.card.ids)]
    take_marks_back(collection, mine.run, last.card.cluster, shas)
    mine.answered, mine.again = tuple(rest), last.odd


def _between(collection: Collection, found: Clustering, mine: Desk) -> None:
    done = len(mine.answered)
    with st.container(border=True, key="walk-door"):
        if done:
            judged = sum(len(step.card.ids) for step in mine.answered)
            odd = sum(len(step.odd) for step in mine.answered)
            st.markdown(
                f":material/check_circle: **{count(done, 'cluster')} walked through: {count(odd)} "
                f"of {judged:,} marked odd.**"
            )
        elif mine.walks:
            st.markdown("**Every picture of this run has been judged.** There is nothing left to draw.")
        else:
            st.markdown("#### Ten random clusters, ten random pictures each")
            st.markdown(
                "Mark the ones that do not belong, with a click or the keys 1 to 9 and 0; Enter goes on. "
                "What you mark says how many of all pictures are in the right cluster, and how sure that is."
            )
        with st.container(horizontal=True):
            st.button(
                "Walk on" if mine.walks else "Begin the walk",
                key="walk-begin",
                type="primary",
                icon=":material/directions_walk:",
                on_click=begin,
                args=(collection, found),
            )
            if done:
                st.button(
                    "Take the last one back",
                    key="walk-back",
                    icon=":material/undo:",
                    on_click=lambda: answer(collection, found, WalkAct("undo", "", ())),
                )


def _result(collection: Collection, found: Clustering, names: Mapping[int, str]) -> None:
    whole = data.coherence(collection, found)
    if whole is None or not whole.judged:
        return
    with st.container(border=True, key="walk-result"):
        st.subheader(result_line(whole), anchor=False)
        st.caption(
            f"{count(whole.judged)} judged in {count(len(whole.clusters), 'cluster')}, {whole.odd:,} odd. "
            "In brackets: where the share of all pictures lies, with 95 % confidence."
        )
        from widgets.clusters.charts import coherence_chart

        rows = [
            (named(names, c), cluster_colour(c), own)
            for c, own in sorted(whole.clusters.items(), key=lambda one: one[1].share)
        ]
        st.plotly_chart(coherence_chart(rows), key="walk-chart", config=CONFIG)


def result_line(whole: Share) -> str:
    """“94 % (88–98) of pictures belong to their cluster”."""
    return (
        f"{percent(whole.share)} ({interval(whole.interval.low, whole.interval.high)}) of pictures belong to "
        "their cluster"
    )


def share_line(own: Share) -> str:
    """“94 % (88–98) belong, 50 judged”."""
    around = interval(own.interval.low, own.interval.high)
    return f"{percent(own.share)} ({around}) belong, {own.judged:,} judged"


def _last(mine: Desk, names: Mapping[int, str]) -> str:
    if not mine.answered:
        return ""
    last = mine.answered[-1]
    odd = "none odd" if not last.odd else f"{len(last.odd)} odd"
    return f"Last: {named(names, last.card.cluster)}, {odd}. U takes it back."
