"""The quality scan: one kind of fault at a time, its threshold on a histogram, and the pictures beyond it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.health import KINDS, flag, set_threshold
from core.health import accept as accept_pictures
from core.health import accepted as accepted_ids
from widgets.clusters.pictures import wall
from widgets.components.image_grid import clear_selection, selected
from widgets.health.address import SIDES, HealthView
from widgets.health.charts import quality_histogram
from widgets.health.data import latest_run, measures
from widgets.health.running import check_button
from widgets.shared import undo
from widgets.shared.formatting import count, plain
from widgets.shared.image_dialog import detail
from widgets.shared.plotting import CONFIG
from widgets.shared.search_like import go_like

if TYPE_CHECKING:
    from core.collection import Collection
    from core.health import MeasureTable, QualityReport
    from core.health.quality.kinds import Kind

_NEAR = 120
"""Pictures on the good side of a threshold that are shown, the nearest first."""
_WALL = "quality-wall"
Go = Callable[..., None]


def quality(collection: Collection, view: HealthView, go: Go) -> None:
    """Draw the kinds with their numbers, and the one in view."""
    table = measures(collection)
    if not len(table):
        with st.container(border=True, key="quality-empty"):
            st.markdown("#### No picture has been measured yet")
            st.markdown(
                "The scan measures every picture once: focus, light, colour, detail, margins and damage. "
                "Then thresholds can be moved at will, and nothing is read again."
            )
            check_button(collection, ["quality"], "quality-first", again=False)
        return
    report = flag(collection, table)
    kind = _chosen(report, view)
    missing = collection.count() - len(table)
    with st.container(horizontal=True, vertical_alignment="center"):
        measured = f"{count(len(table))} measured."
        st.markdown(f"{measured} {count(missing)} not yet." if missing else measured, width="stretch")
        check_button(collection, ["quality"], "quality-again", again=True)
    _kinds(report, kind, go)
    _skipped(collection)
    _threshold(collection, kind, table, report)
    _pictures(collection, kind, table, report, view, go)


def _chosen(report: QualityReport, view: HealthView) -> Kind:
    """The kind in view: that of the address, else the first with a flagged picture."""
    named = next((kind for kind in KINDS if kind.name == view.kind), None)
    return named or next((kind for kind in KINDS if report.flagged[kind.name]), KINDS[0])


def _kinds(report: QualityReport, kind: Kind, go: Go) -> None:
    st.session_state["quality-kind"] = kind.name
    titles = {one.name: f"{one.title} ({len(report.flagged[one.name]):,})" for one in KINDS}
    st.pills(
        "Kind of fault",
        list(titles),
        key="quality-kind",
        format_func=titles.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(kind=st.session_state["quality-kind"], at=1, side="flagged"),
    )


def _skipped(collection: Collection) -> None:
    run = latest_run(collection, "quality")
    skipped = run.result.get("skipped", []) if run is not None else []
    if skipped:
        with st.expander(f"{count(len(skipped))} could not be measured, and why", icon=":material/info:"):
            st.dataframe(
                [
                    {"Picture": str(one["name"])[:255], "Why": str(one["reason"])[:500]}
                    for one in skipped[:200]
                ],
                hide_index=True,
                alt="Pictures that could not be measured, with the reason for each",
            )


def _threshold(collection: Collection, kind: Kind, table: MeasureTable, report: QualityReport) -> None:
    now = report.thresholds[kind.name]
    key = f"threshold-{kind.name}"

    def moved() -> None:
        set_threshold(collection, kind.name, float(st.session_state[key]))
        clear_selection(_WALL)

    def reset() -> None:
        set_threshold(collection, kind.name, None)
        clear_selection(_WALL)

    with st.container(border=True, key="quality-threshold"):
        st.plotly_chart(
            quality_histogram(kind, kind.value(table), now), key=f"quality-{kind.name}", config=CONFIG
        )
        st.session_state[key] = min(max(now, kind.low), kind.top)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.slider(
                f"Flag at this value and {'above' if kind.high else 'below'}",
                kind.low,
                kind.top,
                step=round((kind.top - kind.low) / 200, 4),
                format="%.3f",
                key=key,
                on_change=moved,
            )
            st.button(
                "Default",
                key="threshold-default",
                icon=":material/restart_alt:",
                help=f"Back to {kind.threshold:g}",
                disabled=now == kind.threshold,
                on_click=reset,
            )
        st.caption(plain(kind.advice, 300))


def _pictures(
    collection: Collection, kind: Kind, table: MeasureTable, report: QualityReport, view: HealthView, go: Go
) -> None:
    st.session_state["quality-side"] = view.side
    st.segmented_control(
        "Which pictures",
        list(SIDES),
        key="quality-side",
        format_func=SIDES.__getitem__,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: go(side=st.session_state["quality-side"], at=1),
    )
    ids = _shown(collection, kind, table, report, view.side)
    if not ids:
        st.info(_NONE[view.side], icon=":material/done_all:" if view.side == "flagged" else ":material/info:")
        return
    st.caption(_ORDER[view.side])
    _accept_button(collection, kind, view)
    values = dict(zip(table.ids.tolist(), kind.value(table).tolist(), strict=True))
    here = wall(
        _WALL,
        collection,
        ids,
        view.at,
        lambda at: go(at=at),
        scores={i: f"{values[i]:.3g}" for i in ids},
        title=kind.title,
    )
    detail(collection, here, go_like)


_NONE = {
    "flagged": "No picture is beyond this threshold.",
    "near": "Every picture is beyond this threshold.",
    "accepted": "No picture of this kind was accepted.",
}
_ORDER = {
    "flagged": "Worst first. Select pictures to label, download or remove them, or accept them as they are.",
    "near": "Nearest to the threshold first: move it if faults are among them.",
    "accepted": "These are beyond the threshold, and you said that they are as they should be.",
}


def _shown(
    collection: Collection, kind: Kind, table: MeasureTable, report: QualityReport, side: str
) -> list[int]:
    if side == "flagged":
        return list(report.flagged[kind.name])
    values = kind.value(table)
    beyond = kind.flags(values, report.thresholds[kind.name])
    if side == "near":
        rows = np.flatnonzero(~beyond)
        nearest = rows[np.argsort(-kind.severity(values[rows]), kind="stable")][:_NEAR]
        return [int(i) for i in table.ids[nearest]]
    accepted = accepted_ids(collection, kind.name)
    return [int(i) for i in table.ids[beyond] if int(i) in accepted]


def _accept_button(collection: Collection, kind: Kind, view: HealthView) -> None:
    chosen = selected(_WALL)
    back = view.side == "accepted"
    if view.side == "near":
        return
    st.button(
        "Flag them again" if back else "These are fine",
        key="quality-accept",
        icon=":material/flag:" if back else ":material/thumb_up:",
        disabled=not chosen,
        help=None if chosen else "Select pictures first",
        on_click=partial(accept, collection, chosen, kind, not back),
    )


def accept(collection: Collection, ids: tuple[int, ...], kind: Kind, accepted: bool) -> None:
    """Note that pictures are as they should be, or take that back; either can be undone."""
    accept_pictures(collection, ids, kind.name, accepted)
    clear_selection(_WALL)
    said = f"{count(len(ids))} {'accepted' if accepted else 'flagged again'}: {kind.title.lower()}."
    undo.remember(
        undo.Done(
            collection.name, said, back=lambda: accept_pictures(collection, ids, kind.name, not accepted)
        )
    )
