"""Tuning: what precision costs in recall, what errors cost, and what two thresholds would do differently."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.dedup import DIFFERENT, DUPLICATE, FEWEST, JudgedPairs, change, cheapest, costs, curve, kind_title
from core.errors import LookalikeError
from core.stats import brier_score, calibration_error, reliability
from widgets.components.picture_sets import PictureSet, SetAct, SetButton, SetPicture, sets
from widgets.duplicates.address import WORTHS, DuplicatesView, read_pair
from widgets.duplicates.charts import cost_curve, precision_recall, reliability_plot
from widgets.duplicates.reviewing import steps
from widgets.duplicates.wording import facts, sureness
from widgets.duplicates.wording import threshold as written
from widgets.shared.formatting import count, plain
from widgets.shared.image_dialog import open_detail
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.collection import Collection, Verdict

_SHOWN = 12
_GRID = np.round(np.linspace(0.01, 0.99, 99), 2)
Go = Callable[..., None]
Judge = Callable[[tuple[int, int], "Verdict"], None]


def tuning(
    collection: Collection, everything: JudgedPairs, view: DuplicatesView, at: float, go: Go, judge: Judge
) -> None:
    """Draw the curve, the costs, and the comparison of two thresholds.

    What labels say is said of `everything` that they were drawn from; what is to do, of the pairs in sight.
    """
    pairs = everything.in_sight
    left, right = st.columns(2, gap="large")
    with left:
        _curve(everything, view, at, go)
    with right:
        _costs(pairs, view, at, go)
    _compared(collection, pairs, view, at, go, judge)
    _reliability(everything)


def _reliability(pairs: JudgedPairs) -> None:
    st.subheader("How far can the score be trusted?", anchor=False)
    said = (pairs.looked_at == DUPLICATE) | (pairs.looked_at == DIFFERENT)
    fresh = said & ~pairs.learnable  # what the score has learned from says nothing of how well it guesses
    labels = int(np.count_nonzero(fresh))
    if labels < FEWEST:
        st.info(
            f"This needs {FEWEST} random labels or more, which the score has not learned from; there "
            f"{'is' if labels == 1 else 'are'} {labels or 'none'}.",
            icon=":material/balance:",
        )
        return
    probability, duplicate = pairs.probability[fresh], pairs.verdict[fresh] == DUPLICATE
    bars = reliability(probability, duplicate)
    left, right = st.columns([1.4, 1], gap="large", vertical_alignment="center")
    left.plotly_chart(reliability_plot(bars, labels), key="reliability", config=CONFIG)
    with right:
        st.metric("Brier score", f"{brier_score(probability, duplicate):.3f}", help="0 is best, 0.25 a coin.")
        st.metric(
            "Off by, on average",
            f"{100 * calibration_error(bars):.1f} %",
            help="Expected calibration error: how far what the score said is from what people said.",
        )
        st.caption(
            f"From {count(labels, 'label')} drawn at random, mostly near the threshold, so it is there that "
            "the score is put to the test."
        )


def _curve(pairs: JudgedPairs, view: DuplicatesView, at: float, go: Go) -> None:
    st.subheader("What is found, and what is right", anchor=False)
    try:
        found = curve(pairs, view.confidence)
    except LookalikeError as error:
        st.info(plain(str(error), 400), icon=":material/show_chart:")
        st.button(
            "Label random pairs",
            key="tune-label",
            icon=":material/rate_review:",
            on_click=go,
            kwargs={"part": "label", "mode": "random"},
        )
        return
    st.plotly_chart(precision_recall(found, at), key="precision-recall", config=CONFIG)


def _costs(pairs: JudgedPairs, view: DuplicatesView, at: float, go: Go) -> None:
    st.subheader("What errors cost", anchor=False)
    st.session_state["worth"] = view.worth
    st.select_slider(
        "One missed duplicate is worth so many false alarms",
        WORTHS,
        key="worth",
        format_func=lambda n: f"{n:g}",
        on_change=lambda: go(worth=st.session_state["worth"]),
    )
    best = cheapest(pairs, view.worth)
    at_best = round(float(best.threshold), 3)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{written(at_best)}** costs least: about {best.false_alarms:,.1f} false alarms and "
            f"{best.missed:,.1f} missed duplicates are to be expected.",
            width="stretch",
        )
        st.button(
            f"Use {written(at_best)}",
            key="use-cheapest",
            icon=":material/check:",
            disabled=abs(at - at_best) < 1e-9,
            on_click=go,
            kwargs={"threshold": at_best, "at": 1},
        )
    st.plotly_chart(cost_curve(costs(pairs, _GRID, view.worth), at_best, at), key="cost-curve", config=CONFIG)


def _compared(
    collection: Collection, pairs: JudgedPairs, view: DuplicatesView, at: float, go: Go, judge: Judge
) -> None:
    st.subheader("Which pairs would change sides?", anchor=False)
    other = view.other if view.other is not None else _beside(at)
    options = sorted({*steps(at), *steps(other)})
    left, right = st.columns(2, gap="large")
    st.session_state["compare-from"], st.session_state["compare-to"] = round(at, 3), round(other, 3)
    left.select_slider(
        "Threshold now",
        options,
        key="compare-from",
        format_func=written,
        on_change=lambda: go(threshold=st.session_state["compare-from"], at=1),
    )
    right.select_slider(
        "Compared with",
        options,
        key="compare-to",
        format_func=written,
        on_change=lambda: go(other=st.session_state["compare-to"], at=1),
    )
    moved = change(pairs, at, other)
    places = moved.gained if len(moved.gained) else moved.lost
    if not len(places):
        st.info(
            f"Between {written(at)} and {written(other)} lies no pair that nobody has judged.",
            icon=":material/compare_arrows:",
        )
        return
    word = "would count as duplicates too" if len(moved.gained) else "would no longer count as duplicates"
    pages = -(-len(places) // _SHOWN)
    page = min(view.at, pages)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"At {written(other)} instead of {written(at)}, **{count(len(places), 'pair')} {word}.** "
            "Judge them here, and they no longer depend on a threshold.",
            width="stretch",
        )
        st.button(
            f"Use {written(other)}",
            key="use-other",
            icon=":material/check:",
            on_click=go,
            kwargs={"threshold": other, "other": at, "at": 1},
        )
    shown = places[(page - 1) * _SHOWN : page * _SHOWN]
    sets(
        "changed",
        collection,
        pair_sets(collection, pairs, shown),
        on_act=partial(act_on_pair, go, judge),
        columns=True,
        title="Pairs that would change sides",
    )
    if pages > 1:
        st.session_state["changed-page"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(
                pages, key="changed-page", on_change=lambda: go(at=st.session_state["changed-page"])
            )


def _beside(at: float) -> float:
    """The default threshold to compare with: clearly less strict."""
    return max(0.01, round(at - 0.2, 2)) if at > 0.21 else min(0.99, round(at + 0.2, 2))


def pair_sets(collection: Collection, pairs: JudgedPairs, places: Sequence[int]) -> list[PictureSet]:
    """Pairs as they are drawn, to be judged."""
    wanted = [(int(pairs.a[i]), int(pairs.b[i])) for i in places]
    pictures = {p.id: p for p in collection.get_many(sorted({i for pair in wanted for i in pair}))}
    rows = []
    for i, (a, b) in zip(places, wanted, strict=True):
        if a not in pictures or b not in pictures:
            continue
        kind = (kind_title(pairs.scored[i].kind),) if pairs.scored else ()
        rows.append(
            PictureSet(
                key=f"{a}-{b}",
                title=sureness(float(pairs.probability[i])),
                notes=(),
                chips=kind,
                pictures=[SetPicture(pictures[one], (facts(pictures[one]),)) for one in (a, b)],
                buttons=(
                    SetButton("duplicate", "Duplicates"),
                    SetButton("different", "Different"),
                    SetButton("why", "Why?"),
                ),
            )
        )
    return rows


def act_on_pair(go: Go, judge: Judge, act: SetAct) -> None:
    """Do what the viewer asked for with a pair of `pair_sets`."""
    pair = read_pair(act.key)
    if pair is None:
        return
    if act.kind == "why":
        go(pair=pair)
    elif act.kind == "open":
        open_detail(act.id)
    elif act.kind in {"duplicate", "different", "unsure"}:
        judge(pair, act.kind)
