"""What came of a run: one sentence, the gates, who gained and who paid, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from core.training import outcome_sentence
from widgets.shared import undo
from widgets.shared.formatting import plain
from widgets.shared.plotting import CONFIG
from widgets.training.asking import ask, begin_accepting, begin_judging
from widgets.training.charts import alphas, categories, curves
from widgets.training.progress import adapting_key, running
from widgets.training.wording import costs_line, gate_rows, made_how, state, title

if TYPE_CHECKING:
    from core.collection import Collection
    from core.training import Version

_ALPHA = "outcome-alpha"


def outcome_part(collection: Collection, found: Version, go: Callable[..., None]) -> None:
    """Draw what came of the run that made this version."""
    st.subheader(outcome_sentence(found.gates), anchor=False)
    st.caption(f"{title(found)}, {state(found)} · {made_how(found)}")
    decision(collection, found, go)
    if found.gates:
        _gates(found)
        st.caption(
            "Every figure is of pictures that were kept out of training and choosing, compared query by "
            "query. “By chance alone”: how likely such a change is if the adapter changed nothing."
        )
    for note in found.card.get("notes", ()):
        st.caption(f":material/info: {plain(str(note), 400)}")
    _categories(found)
    left, right = st.columns(2, gap="large")
    with left:
        _alpha(collection, found, go)
    with right:
        _curves(found)
    _baselines(found)
    costs = costs_line(found)
    if costs:
        st.caption(f":material/payments: {costs}")


def _gates(found: Version) -> None:
    """One row per gate in columns, which a phone stacks."""
    with st.container(border=True, key="gates", gap="small"):
        for row in gate_rows(found.gates):
            question, answer, figures = st.columns([5, 2, 6], vertical_alignment="center", gap="small")
            question.markdown(f"**{row.question}**")
            answer.badge(row.answer, color=row.color)
            figures.markdown(row.figures)
            if row.details:
                figures.caption(row.details)


def decision(collection: Collection, found: Version, go: Callable[..., None]) -> None:
    """Accept, throw away, or go back."""
    from core.training import why_not_offered

    busy = running(adapting_key(collection))
    if not found.offered and not found.overruled:
        st.warning(plain(why_not_offered(found), 900), icon=":material/block:")
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="decision"):
        if found.current:
            st.markdown(":material/check_circle: **In use: every search goes through it.**", width="content")
            roll_back_button(collection, "decision")
            return
        if found.offered or found.overruled:
            st.button(
                "Accept",
                key="accept",
                type="primary",
                icon=":material/check:",
                disabled=busy,
                on_click=begin_accepting,
                args=(collection, found),
                help="Makes its vectors and its index beside the old ones; going back is one click.",
            )
        else:
            if found.unmeasured:
                st.button(
                    "Measure it here",
                    key="judge",
                    type="primary",
                    icon=":material/rule:",
                    disabled=busy,
                    on_click=begin_judging,
                    args=(collection, found),
                    help="Puts it through the gates on held-out pictures of this collection.",
                )
            st.button(
                "Use it all the same",
                key="overrule",
                icon=":material/gavel:",
                disabled=busy,
                on_click=ask,
                args=("overrule", found.id),
            )
        st.button(
            "Throw away",
            key="throw-away",
            icon=":material/delete:",
            type="tertiary",
            on_click=_throw_away,
            args=(collection, found, go),
        )


def roll_back_button(collection: Collection, key: str) -> None:
    """One click back to the space before; nothing where nothing was switched."""
    before = collection.adapters.before()
    if before is not None:
        st.button(
            "Roll back",
            key=f"roll-back-{key}",
            icon=":material/undo:",
            on_click=_roll_back,
            args=(collection,),
            help=f"Search with {before} again, at once. The adapter stays in the list.",
        )


def _roll_back(collection: Collection) -> None:
    try:
        left = collection.encoder_name
        now = collection.adapted.roll_back()
    except LookalikeError as error:
        st.session_state["training-said"] = str(error)
        return
    undo.remember(
        undo.Done(
            collection.name,
            f"Rolled back: {now} is searched again.",
            back=lambda: collection.adapted.use(left),
        )
    )


def _throw_away(collection: Collection, found: Version, go: Callable[..., None]) -> None:
    from core.training import delete

    try:
        delete(collection, found.id)
    except LookalikeError as error:
        st.session_state["training-said"] = str(error)
        return
    go(part="fooled", version=None)


def _categories(found: Version) -> None:
    changes = [one for gate in found.gates[:1] for one in gate.get("categories", ())]
    if not changes:
        return
    st.markdown("#### Who gained and who paid")
    gained = sum((one.get("interval") or {"low": 0})["low"] > 0 for one in changes)
    lost = sum((one.get("interval") or {"high": 0})["high"] < 0 for one in changes)
    st.caption(
        f"Of {len(changes)} labels {gained} gained and {lost} lost beyond chance; for the rest the interval "
        "includes no change. In brackets: held-out queries."
    )
    st.plotly_chart(categories(changes), key="outcome-categories", config=CONFIG)


def _alpha(collection: Collection, found: Version, go: Callable[..., None]) -> None:
    points = found.card.get("alphas", ())
    if not points:
        return
    st.markdown("#### Old and new, blended")
    st.plotly_chart(alphas(points, found.alpha), key="outcome-alphas", config=CONFIG)
    share = st.slider(
        "Share of the new embedding",
        0,
        100,
        round(100 * (found.alpha or 0)),
        5,
        format="%d %%",
        key=f"{_ALPHA}-{found.id}",
        help="More of it gains more on what was trained; the old one is what keeps everything else.",
    )
    other = abs(share / 100 - (found.alpha or 0)) > 0.001
    if (
        st.button(
            "Keep a version with this share",
            key="alpha-keep",
            icon=":material/library_add:",
            disabled=not other,
            help="It can be compared at once, and measured on held-out pictures before it is used.",
        )
        and other
    ):
        from core.training import keep_with_alpha

        made = keep_with_alpha(collection, found.id, share / 100)
        go(part="compare", version=made.id)
        st.rerun()


def _curves(found: Version) -> None:
    points = found.card.get("curves", ())
    if len(points) > 1:
        st.markdown("#### How it learned")
        st.plotly_chart(curves(points), key="outcome-curves", config=CONFIG)


def _baselines(found: Version) -> None:
    rows = found.card.get("baselines", ())
    if len(rows) < 2:
        return
    with st.expander("Against other ways of training", icon=":material/compare:"):
        st.dataframe(
            [
                {
                    "Method": one["name"],
                    "P@5": f"{one['precision_at_5']:.3f}",
                    "mAP": f"{one['mean_average_precision']:.3f}",
                }
                for one in rows
            ],
            hide_index=True,
            alt="The figures of other methods on the same held-out pictures",
        )
