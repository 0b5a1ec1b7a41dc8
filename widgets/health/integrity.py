"""The integrity check: what is stored against what the catalogue says, with a repair for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.health import IntegrityReport
from core.health.integrity.check import CHECKS
from widgets.health.data import latest_report
from widgets.health.overview import ago
from widgets.health.running import begin_repair, check_button, health_running
from widgets.shared.formatting import one_line, plain

if TYPE_CHECKING:
    from core.collection import Collection
    from core.health import CheckResult

_TITLES = {one.name: one.title for one in CHECKS}


def integrity(collection: Collection) -> None:
    """Draw the last report."""
    last = latest_report(collection, "integrity", IntegrityReport)
    if last is None:
        with st.container(border=True, key="integrity-empty"):
            st.markdown("#### What is stored has not been checked yet")
            st.markdown(
                "The check reads every original, vector and index and compares them with what was stored. It "
                "changes nothing; what is wrong has a button that repairs it."
            )
            check_button(collection, ["integrity"], "integrity-first", again=False)
        return
    run, report = last
    broken = [check for check in report.checks if check.bad and check.repairable]
    with st.container(horizontal=True, vertical_alignment="center"):
        said = "Everything is as it was stored." if report.sound else "Something is not as it was stored."
        when = ago(run.finished) if run.finished else ""
        st.markdown(f"**{said}** Checked {when}.", width="stretch")
        if len(broken) > 1:
            st.button(
                "Repair everything",
                key="repair-all",
                type="primary",
                icon=":material/build:",
                disabled=health_running(collection),
                on_click=begin_repair,
                args=(collection, [check.name for check in broken]),
            )
        check_button(collection, ["integrity"], "integrity-again", again=True)
    for check in report.checks:
        _check(collection, check)


def _check(collection: Collection, check: CheckResult) -> None:
    icon = (
        {"problem": "error", "warning": "warning", "note": "info"}[check.severity]
        if check.bad
        else "check_circle"
    )
    with st.container(border=True, key=f"check-{check.name}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/{icon}: **{_TITLES.get(check.name, check.name)}.** {plain(check.sentence, 400)}",
                width="stretch",
            )
            if check.bad and check.repairable:
                st.button(
                    "Repair",
                    key=f"repair-{check.name}",
                    icon=":material/build:",
                    disabled=health_running(collection),
                    on_click=begin_repair,
                    args=(collection, [check.name]),
                )
        if check.bad:
            st.caption(plain(check.advice, 500))
            for example in check.examples:
                st.text(one_line(example, 200))
