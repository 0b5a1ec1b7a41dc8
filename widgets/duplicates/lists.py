"""Lists to take away and to bring along: pairs, groups and verdicts as CSV."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.dedup import ImportReport, export_pairs, groups_csv, import_pairs, pairs_csv
from core.errors import LookalikeError
from widgets.duplicates.wording import threshold as written
from widgets.shared.downloads import safe_name
from widgets.shared.formatting import count, plain
from widgets.shared.undo import Done, remember

if TYPE_CHECKING:
    from core.collection import Collection
    from core.dedup import JudgedPairs

_REPORT = "duplicates-import"
_TURN = "duplicates-import-turn"
_NOTES = 12


def lists(collection: Collection, pairs: JudgedPairs, at: float) -> None:
    """Draw the downloads and the upload."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Take away", anchor=False)
        _download(
            "Pairs", f"Every pair found at {written(at)}, with its evidence, its kind and its verdict.",
            "pairs", collection, partial(_bytes, pairs_csv, collection, pairs, at),
        )  # fmt: skip
        _download(
            "Groups", f"Every picture of every group at {written(at)}, and which one to keep.",
            "groups", collection, partial(_bytes, groups_csv, collection, pairs, at),
        )  # fmt: skip
        _download(
            "Labels", "Every verdict that stands, as a, b, verdict: can be brought along again.",
            "labels", collection, partial(_labels, collection),
        )  # fmt: skip
    with right:
        st.subheader("Bring labels along", anchor=False)
        _upload(collection)


def _download(title: str, said: str, name: str, collection: Collection, content: object) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{title}**")
            st.caption(said)
        st.download_button(
            "Download CSV",
            content,  # type: ignore[arg-type]
            safe_name(f"{collection.name} {name}.csv"),
            "text/csv",
            key=f"download-{name}",
            icon=":material/download:",
            on_click="ignore",
        )


def _bytes(make: object, collection: Collection, pairs: JudgedPairs, at: float) -> bytes:
    return make(collection, pairs, at).encode("utf-8-sig", "replace")  # type: ignore[operator]


def _labels(collection: Collection) -> bytes:
    return export_pairs(collection).encode("utf-8-sig", "replace")


def _upload(collection: Collection) -> None:
    turn = st.session_state.setdefault(_TURN, 0)  # a new key empties the uploader after the import
    file = st.file_uploader(
        "CSV with the columns a, b, verdict",
        type=["csv", "txt", "tsv"],
        key=f"labels-csv-{turn}",
        help="a and b are names of pictures or their content hashes; verdict is duplicate, different or "
        "unsure.",
    )
    if file is not None and st.button(
        "Import these labels", key="import-labels", type="primary", icon=":material/upload:"
    ):
        try:
            report = import_pairs(collection, file.getvalue(), file.name)
        except LookalikeError as error:
            st.error(plain(str(error), 600), icon=":material/error:")
            return
        st.session_state[_REPORT] = (collection.name, report)
        st.session_state[_TURN] = turn + 1
        if report.imported:
            said = f"Imported {count(len(report.imported), 'label')}."
            remember(Done(collection.name, said, verdicts=report.imported))
        st.rerun()
    told = st.session_state.get(_REPORT)
    if told is not None and told[0] == collection.name:
        _report(told[1])


def _report(report: ImportReport) -> None:
    with st.container(border=True, key="import-report"):
        st.markdown(f":material/check_circle: **{report_line(report)}**")
        for note in report.notes[:_NOTES]:
            st.caption(plain(note, 300))
        if len(report.notes) > _NOTES:
            with st.expander(f"{len(report.notes) - _NOTES} more"):
                for note in report.notes[_NOTES:]:
                    st.caption(plain(note, 300))


def report_line(report: ImportReport) -> str:
    """What came of an import, in one line."""
    said = [f"{count(len(report.imported), 'label')} imported"]
    if report.unchanged:
        said.append(f"{report.unchanged:,} said what stands already")
    if report.skipped:
        said.append(f"{report.skipped:,} could not be used")
    return " · ".join(said)
