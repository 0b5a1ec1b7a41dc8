"""Drift: whether new pictures still look like the old ones, what differs, and what the looks have spent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from core.collection import list_batches
from core.health import (
    LOOKS_A_YEAR,
    DriftReport,
    certainty,
    changes,
    context,
    looks,
    names_days,
    this_year,
    verdict,
    weights,
)
from widgets.clusters.pictures import wall
from widgets.health.data import latest_report
from widgets.health.drift_charts import looks_chart, property_histogram, share_bars
from widgets.health.running import begin_drift, check_button, health_running
from widgets.shared.formatting import count, one_line, plain
from widgets.shared.image_dialog import detail
from widgets.shared.plotting import CONFIG
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.collection import Batch, Collection
    from core.health import Look
    from widgets.health.address import HealthView

_CLEAR = 0.05
_NEWEST, _BEFORE, _FOLDER = "newest", "before", "folder"


def drift(collection: Collection, view: HealthView, go: Callable[..., None]) -> None:
    """Draw the last look, and the way to another one."""
    batches = list_batches(collection.catalogue)
    last = latest_report(collection, "drift", DriftReport)
    if last is None:
        _nothing_yet(collection, batches)
        _choose(collection, batches)
        return
    _, report = last
    _verdict(collection, report, batches)
    _choose(collection, batches)
    _pictures(collection, report)
    _differences(report, view, go)
    _proportion(report)
    _history(looks(collection), report)


def _nothing_yet(collection: Collection, batches: Sequence[Batch]) -> None:
    with st.container(border=True, key="drift-empty"):
        st.markdown("#### No look has been taken yet at whether this collection changes")
        st.markdown(
            "What an addition brought is compared with everything that was there before: do the new "
            "pictures look like the old ones, and if not, which of them, and how? Look after every "
            "addition: the looks of a year together raise a false alarm with a chance of at most 5 %."
        )
        if len(batches) > 1:
            check_button(collection, ["drift"], "drift-first", again=False)
        else:
            st.info(
                "All pictures came with one addition, so there is nothing to compare them with yet. Add "
                "new pictures and come back, or compare two folders below.",
                icon=":material/add_photo_alternate:",
            )


def _verdict(collection: Collection, report: DriftReport, batches: Sequence[Batch]) -> None:
    icon, colour = (":material/warning:", "orange") if report.alarm else (":material/check_circle:", "green")
    if not report.alarm and report.p_value <= report.alpha:
        icon, colour = ":material/visibility:", "blue"
    with st.container(border=True, key="drift-verdict"):
        st.markdown(f"#### :{colour}[{icon}] {plain(verdict(report), 400)}")
        found = changes(report)
        for one in found[:3]:
            st.markdown(f"- {plain(one, 400)}")
        if report.alarm and not found:
            st.markdown("None of the measured properties explains it: look at the pictures below.")
        st.caption(plain(certainty(report), 700))
        for note in report.notes:
            st.caption(f":material/info: {plain(note, 400)}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Looked on {report.time:%-d %B %Y at %H:%M} UTC.", width="stretch")
            if len(batches) > 1:
                check_button(collection, ["drift"], "drift-again", again=True)


def _side(key: str, words: tuple[str, str, str], choices: dict[str, str]) -> str:
    """One side of a comparison, by choice or in writing; `words`: both labels, and an example of writing."""
    label, written_label, example = words
    chosen = st.selectbox(label, list(choices), format_func=choices.__getitem__, key=key)
    written = st.text_input(written_label, key=f"{key}-folder", placeholder=example)
    return _written(written) if chosen == _FOLDER else chosen


def _choose(collection: Collection, batches: Sequence[Batch]) -> None:
    """A comparison of the user's own."""
    numbers = {str(one.id): _named(one) for one in reversed(batches) if one.id}
    with (
        st.expander("Compare other pictures", icon=":material/compare_arrows:"),
        st.form("drift-choice", border=False),
    ):
        batch = _side(
            "drift-batch",
            ("New pictures", "Folder or days of the new pictures", "2026/autumn or 2026-11-01.."),
            {_NEWEST: "the newest addition", **numbers, _FOLDER: "a folder, or days"},
        )
        reference = _side(
            "drift-reference",
            ("Compared with", "Folder or days to compare with", "2026/summer or ..2026-10-31"),
            {_BEFORE: "everything before them", **numbers, _FOLDER: "a folder, or days"},
        )
        st.caption("What is written counts only where “a folder, or days” is chosen above it.")
        sent = st.form_submit_button(
            "Compare", icon=":material/compare_arrows:", disabled=health_running(collection)
        )
    if sent:
        begin_drift(collection, reference, batch)
        st.rerun()


def _written(text: str) -> str:
    """Days as they are, and anything else as the name of a folder; see `core.health.drift.batches`."""
    text = text.strip()
    return text if names_days(text) else f"folder:{text}"


def _named(batch: Batch) -> str:
    day = "" if batch.at is None else f", {batch.at:%-d %b %Y}"
    return f"{batch.id}: {one_line(batch.title, 50)}{day} ({count(len(batch.ids))})"


def _pictures(collection: Collection, report: DriftReport) -> None:
    if report.drivers is None:
        return
    newest = [picture.id for picture in collection.get_many(report.drivers.newest)]
    missed = [picture.id for picture in collection.get_many(report.drivers.missed)]
    scores = dict(zip(report.drivers.newest, report.drivers.scores, strict=True))
    if newest:
        st.markdown(
            "##### New pictures least like the old ones"
            if not report.alarm
            else "##### The new pictures that drive the change"
        )
        st.caption("With the chance that a picture is new, as a classifier sees it; 50 % is undecided.")
        wall(
            "drift-newest",
            collection,
            newest,
            1,
            lambda _: None,
            scores={i: f"{scores[i]:.0%}" for i in newest},
            title="New pictures",
        )
    if missed:
        with st.expander(
            "Old pictures that the new ones have least of", icon=":material/history:", expanded=report.alarm
        ):
            wall("drift-missed", collection, missed, 1, lambda _: None, title="Old pictures")
    detail(collection, [*newest, *missed], go_like)


def _differences(report: DriftReport, view: HealthView, go: Callable[..., None]) -> None:
    for shift in report.shares:
        clear = "differ clearly" if shift.p_value <= _CLEAR else "do not differ clearly"
        st.plotly_chart(share_bars(shift), key=f"drift-share-{shift.name}", config=CONFIG)
        st.caption(
            f"{plain(shift.title, 60)} {clear} (p = {shift.p_value:.2g}, adjusted): {shift.moved:.0%} of "
            "the new pictures would have to be of others for both to be spread alike."
        )
    if not report.properties:
        return
    named = {one.name: one for one in report.properties}
    shown = named.get(view.kind) or report.properties[0]
    st.markdown("##### Properties of the pictures")
    st.session_state["drift-property"] = shown.name
    st.pills(
        "Property",
        list(named),
        key="drift-property",
        format_func=lambda name: (
            f":material/priority_high: {named[name].title}"
            if named[name].p_value <= _CLEAR
            else named[name].title
        ),
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(kind=st.session_state["drift-property"]),
    )
    st.plotly_chart(property_histogram(shown), key=f"drift-{shown.name}", config=CONFIG)
    larger = max(shown.superiority, 1 - shown.superiority)
    st.caption(
        f"KS {shown.distance:.2f}, p = {shown.p_value:.2g}, adjusted for all tests here (Holm). In "
        f"{larger:.0%} of pairs the new picture has the "
        f"{'larger' if shown.superiority >= 0.5 else 'smaller'} value (50 % is no difference). Dashed: "
        "medians. A sign before a name marks a clear difference."
    )


def _proportion(report: DriftReport) -> None:
    sentences = context(report)
    if sentences or report.earlier:
        st.markdown("##### In proportion")
    for one in sentences:
        st.markdown(f"- {plain(one, 400)}")
    if report.earlier:
        st.dataframe(
            [
                {"Addition": one.title, "Pictures": one.count, "p-value": float(f"{one.p_value:.2g}")}
                for one in report.earlier
            ],
            hide_index=True,
            alt="Earlier additions, each compared with what was there before it",
        )


def _history(made: Sequence[Look], report: DriftReport) -> None:
    if not made:
        return
    st.markdown("##### Every look spends a part of the year’s error")
    year = this_year(made, datetime.now(UTC))
    share = float(weights()[: len(year)].sum())
    most = max((one.evidence for one in year[-1:]), default=0.0)
    with st.container(horizontal=True, key="drift-spent"):
        st.metric("Looks this year", f"{len(year)} of {LOOKS_A_YEAR}", width=180)
        st.metric("Share of the year’s error spent", f"{share:.0%}", width=240)
        st.metric("Evidence of a slow change", f"{most:.2g} of {report.evidence_needed:.0f}", width=240)
    st.plotly_chart(looks_chart(made), key="drift-looks", config=CONFIG)
    st.caption(
        "A look is an alarm by itself when its p-value is on or below the dashed line; that line falls, "
        "so that all looks of a year together raise a false alarm with a chance of at most "
        f"{report.alpha:.0%}. Evidence of a slow change adds up over additions that are compared with "
        "everything before them."
    )
