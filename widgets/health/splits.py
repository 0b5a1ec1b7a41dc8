"""Copies across the parts of a split: which, how sure, and as a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.evaluation import Split
from core.health import LeakReport
from widgets.components.card_list import Card, CardAct, cards
from widgets.health.data import latest_report
from widgets.health.running import begin_split, check_button, health_running
from widgets.shared.formatting import count, listing, one_line, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.collection import Collection
    from core.health import Leak
    from widgets.health.address import HealthView

_PAGE = 12


def splits(collection: Collection, view: HealthView, go: Callable[..., None]) -> None:
    """Draw the last report."""
    last = latest_report(collection, "splits", LeakReport)
    if last is None:
        with st.container(border=True, key="splits-empty"):
            st.markdown("#### No split has been checked yet")
            st.markdown(
                "A picture that is in the training part and, cropped or saved again, in the test part as "
                "well makes every figure look better than it is. Parts go by folders called train, "
                "validation, test, query or gallery; copies go by the evidence and verdicts of Duplicates."
            )
            check_button(collection, ["splits"], "splits-first", again=False)
        _own_split(collection)
        return
    _, report = last
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_headline(report), width="stretch")
        check_button(collection, ["splits"], "splits-again", again=True)
    _own_split(collection)
    if len(report.parts) < 2:
        st.info(
            "No folder is called train, validation, test, query or gallery. Add the pictures in such "
            "folders and check again.",
            icon=":material/call_split:",
        )
        return
    if report.leaks:
        _leaks(collection, report, view, go)
    else:
        st.success("No picture has a copy in another part.", icon=":material/done_all:")


def _own_split(collection: Collection) -> None:
    """A split by the beginnings of names, where folders do not say it."""
    with (
        st.expander("Name the parts yourself", icon=":material/call_split:"),
        st.form("own-split", border=False),
    ):
        asking = st.text_input(
            "Names of the test pictures begin with", key="split-query", placeholder="2025/"
        )
        searched = st.text_input(
            "Names of the pictures to train with or search begin with (empty: all others)",
            key="split-gallery",
            placeholder="2024/",
        )
        sent = st.form_submit_button("Check this split", disabled=health_running(collection))
    if sent and asking.strip():
        gallery = (searched.strip(),) if searched.strip() else ()
        begin_split(collection, Split("prefix", (asking.strip(),), gallery))
        st.rerun()
    elif sent:
        st.warning("Say how the names of the test pictures begin.", icon=":material/edit:")


def _headline(report: LeakReport) -> str:
    if len(report.parts) < 2:
        return "**There is no split.**"
    parts = listing([f"{plain(part)} ({number:,})" for part, number in report.parts.items()])
    leaking = sum(report.leaking.values())
    if not leaking:
        return f"**Nothing leaks** between {parts}."
    return (
        f"**{count(leaking)} {'has a copy' if leaking == 1 else 'have copies'} in another part** of {parts}."
    )


def _leaks(collection: Collection, report: LeakReport, view: HealthView, go: Callable[..., None]) -> None:
    for finding in report.findings():
        st.caption(f":material/warning: {plain(finding.title, 300)}")
    st.download_button(
        "Download all as CSV",
        report.to_csv(collection).encode("utf-8-sig", "replace"),
        "leaks.csv",
        "text/csv",
        key="leaks-csv",
        icon=":material/download:",
        on_click="ignore",
    )
    pages = -(-len(report.leaks) // _PAGE)
    page = min(view.at, pages)
    shown = report.leaks[(page - 1) * _PAGE : page * _PAGE]
    cards(
        "leaks",
        collection,
        [_card(collection, one, number) for number, one in enumerate(shown)],
        on_act=_open,
        layout="side",
        title="Copies in two parts",
    )
    if pages > 1:
        st.session_state["leaks-page"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="leaks-page", on_change=lambda: go(at=st.session_state["leaks-page"]))
    detail(collection, [i for one in shown for i in (one.picture, one.other)], go_like)


def _card(collection: Collection, leak: Leak, number: int) -> Card:
    sure = "" if leak.probability is None else f", {leak.probability:.1%} sure"
    return Card(
        key=str(number),
        title=one_line(leak.other_name.rsplit("/", 1)[-1], 80),
        lines=(
            f"{leak.part}: {one_line(leak.name, 60)}",
            f"{leak.other_part}: {one_line(leak.other_name, 60)}",
            f"{leak.how}{sure}",
        ),
        pictures=collection.get_many(list(dict.fromkeys([leak.picture, leak.other]))),
    )


def _open(act: CardAct) -> None:
    if act.kind == "open":
        open_detail(act.id)
