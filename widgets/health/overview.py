"""The score with its reasons, the three most important findings, and what was checked when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from core.health import WEIGHTS, latest_score
from widgets.health.report import report_button
from widgets.health.running import NAMES, begin_repair, check_button, every_part, health_running
from widgets.shared.formatting import duration, listing, plain

if TYPE_CHECKING:
    from core.collection import Collection
    from core.health import Finding, HealthScore

_TOP = 3
_ICONS = {"problem": "error", "warning": "warning", "note": "info"}
_COLOURS = {"healthy": "green", "fair": "orange", "poor": "red", "bad": "red"}
Go = Callable[..., None]


def overview(collection: Collection, go: Go) -> None:
    """Draw the score, what lowered it most, and the parts."""
    score = latest_score(collection)
    if score.value is None:
        _nothing_yet(collection)
        return
    _headline(score)
    for number, one in enumerate(score.deductions[:_TOP]):
        _finding(collection, one.finding, one.points, go, number)
    if not score.deductions:
        st.success("Nothing that was checked gives cause for concern.", icon=":material/done_all:")
    _parts(score, go)
    with st.container(horizontal=True, key="health-buttons"):
        check_button(collection, every_part(), "check-all", again=True)
        report_button(collection)
    _all_reasons(score)


def _nothing_yet(collection: Collection) -> None:
    with st.container(border=True, key="health-empty"):
        st.markdown("#### Nothing has been checked yet")
        st.markdown(
            f"A check reads every picture of **{plain(collection.name)}** and everything that is stored of "
            "it: is any file damaged or gone, is a picture blurred, dark or empty, are copies of test "
            "pictures in the training part, and which labels does the search find worst?"
        )
        with st.container(horizontal=True):
            check_button(collection, every_part(), "check-first", again=False)
            report_button(collection)


def _headline(score: HealthScore) -> None:
    value = score.value or 0.0
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key="health-lead", gap="medium"
    ):
        st.metric("Health", f"{value:.0f} / 100", width=150)
        with st.container(width="stretch", gap="small"):
            st.badge(score.word.capitalize(), color=_COLOURS.get(score.word, "gray"))  # type: ignore[arg-type]
            lost = 100 - value
            what = (
                "No finding takes points."
                if not score.deductions
                else f"{lost:.0f} points are lost to {len(score.deductions):,} "
                f"{'finding' if len(score.deductions) == 1 else 'findings'}; the largest are below."
            )
            if score.unchecked:
                what += (
                    f" Not checked, and not counted: {listing([NAMES[part] for part in score.unchecked])}."
                )
            st.caption(what)


def _finding(collection: Collection, finding: Finding, points: float, go: Go, number: int) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"finding-{number}", gap="small"
    ):
        with st.container(width="stretch", gap=None):
            st.markdown(f":material/{_ICONS[finding.severity]}: **{plain(finding.title, 400)}**")
            taken = f"{points:.1f}" if points >= 0.1 else "less than 0.1"
            st.caption(f"{plain(finding.advice, 400)} Takes {taken} points.")
        finding_button(collection, finding, go, f"finding-{number}-go")


def finding_button(collection: Collection, finding: Finding, go: Go, key: str) -> None:
    """The button that does something about a finding: its repair, or the place that shows it."""
    if finding.part == "integrity" and finding.command:
        st.button(
            "Repair",
            key=key,
            type="primary",
            icon=":material/build:",
            disabled=health_running(collection),
            on_click=begin_repair,
            args=(collection, [finding.code]),
        )
        return
    kind = finding.code if finding.part == "quality" else ""
    st.button(
        "Show",
        key=key,
        icon=":material/arrow_forward:",
        on_click=go,
        kwargs={"part": finding.part, "kind": kind, "side": "flagged", "at": 1},
    )


def _parts(score: HealthScore, go: Go) -> None:
    with st.container(horizontal=True, key="health-parts", gap="small"):
        for one in score.parts:
            with st.container(border=True, key=f"part-{one.part}", width=190, gap=None):
                st.markdown(f"**{NAMES[one.part].capitalize()}**")
                st.markdown(f"{one.points:.0f} of {one.most:.0f} points")
                if one.checked_at is not None:
                    st.caption(f"checked {ago(one.checked_at)}")
                st.button(
                    "Open", key=f"open-{one.part}", type="tertiary", on_click=go, kwargs={"part": one.part}
                )


def ago(moment: datetime) -> str:
    """“just now”, “20 min ago”, “3 days ago”."""
    seconds = (datetime.now(UTC) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    days = int(seconds // 86400)
    return f"{days} {'day' if days == 1 else 'days'} ago" if days else f"{duration(seconds)} ago"


def _all_reasons(score: HealthScore) -> None:
    with st.expander("How the score comes about", icon=":material/calculate:"):
        st.markdown(
            "A hundred points are shared among the parts that were checked, by what they count: "
            f"{listing([f'{NAMES[part]} {points}' for part, points in WEIGHTS.items()])}. A problem takes "
            "half of its part's points, and the rest by the share that it concerns; a warning up to half "
            "and a note up to a tenth, all of that from a tenth of the pictures on."
        )
        if score.deductions:
            st.dataframe(
                [
                    {
                        "Part": NAMES[one.finding.part],
                        "Finding": one.finding.title,
                        "Points": round(one.points, 1),
                        "What to do": one.finding.advice,
                    }
                    for one in score.deductions
                ],
                hide_index=True,
                alt="Every finding with the points that it takes and what to do about it",
            )
