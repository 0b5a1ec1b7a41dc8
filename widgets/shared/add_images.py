"""Ways to bring pictures in: upload, a folder of this machine, a new collection for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import streamlit as st

from core.collection import AddReport, allowed_roots, check_folder
from core.errors import LookalikeError
from widgets.app_state.encoder_warmup import prepare_words
from widgets.app_state.resources import addition_key, jobs, workspace
from widgets.duplicates.already_here import look_at_newcomers
from widgets.shared.formatting import count, listing, plain
from widgets.shared.uploads import PICTURE_TYPES, Uploads

if TYPE_CHECKING:
    from core.collection import Collection
    from core.jobs import Monitor

_NAMED = 3
"""Uploaded files that are named before they are added; of the rest their number."""

Labels = Literal["folder", "csv", "none"]
Target = Callable[[], "Collection | None"]
"""Gives the collection to add to, making it first where need be; None after saying why it cannot."""

_LABELS: dict[Labels, str] = {
    "folder": "Folder names",
    "csv": "A CSV file",
    "none": "No labels",
}
_FORMATS = "JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, cameras' raw files, or ZIP archives of them"


UPLOAD = ":material/upload: From your computer"
FOLDER = ":material/folder: Folder on this machine"


def add_pictures(key: str, target: Target, first: str = UPLOAD) -> None:
    """Draw the ways to add pictures; what is added goes to the collection that `target` gives.

    `first` is the way that is open at first, `UPLOAD` or `FOLDER`.
    """
    ways = (UPLOAD, FOLDER)
    upload, folder = st.tabs(ways, default=first if first in ways else UPLOAD)
    with upload:
        _upload(key, target)
    with folder:
        _folder(key, target)


def _upload(key: str, target: Target) -> None:
    turn = st.session_state.setdefault(f"{key}-turn", 0)  # a new key empties the uploader
    waiting: Uploads = st.session_state.setdefault(f"{key}-waiting", Uploads(workspace().path))
    files = st.file_uploader(
        "Drop pictures or ZIP archives here",
        type=PICTURE_TYPES,  # anything else is refused before it is sent
        accept_multiple_files=True,
        key=f"{key}-files-{turn}",
        help=f"{_FORMATS}. What cannot be read is listed as skipped, and the rest goes on. For larger "
        "archives, and for pictures of other names, name their folder on this machine.",
    )
    if files:
        try:
            waiting.take(files)
        except LookalikeError as error:
            st.error(plain(str(error), 600))
            return
        for file in st.session_state.pop(f"{key}-files-{turn}", []):  # another object over the same memory
            file.close()
        st.session_state[f"{key}-turn"] = turn + 1
        st.rerun()
    if len(waiting):
        _ready(key, waiting)
    labels, table = _labels(f"{key}-upload", folder_hint="folders inside a ZIP archive")
    if st.button(
        f"Add {count(len(waiting), 'file')}" if len(waiting) else "Add pictures",
        key=f"{key}-add-files",
        type="primary",
        icon=":material/add_photo_alternate:",
        disabled=not len(waiting) or (labels == "csv" and table is None),
    ) and _start(
        target,
        f"Adding {count(len(waiting), 'file')}",
        lambda c, m: _add_uploads(c, waiting, labels, table, m),
    ):
        del st.session_state[f"{key}-waiting"]
        st.rerun()


def _ready(key: str, waiting: Uploads) -> None:
    """What has been uploaded so far, with a button to drop it again."""
    names = [f"**{plain(name, 60)}**" for name, _ in waiting.items[:_NAMED]]
    if len(waiting) > _NAMED:
        names.append(f"{len(waiting) - _NAMED:,} more")
    said, drop = st.columns([5, 1], vertical_alignment="center")
    said.caption(f"Ready to add: {listing(names, 'and')}; {waiting.size / 1e6:,.1f} MB.")
    if drop.button("Clear", key=f"{key}-clear-files", icon=":material/close:", type="tertiary"):
        waiting.clear()
        st.rerun()


def _folder(key: str, target: Target) -> None:
    roots = listing([f"**{plain(str(root), 200)}**" for root in allowed_roots()], "or")
    text = st.text_input(
        "Folder",
        key=f"{key}-folder",
        placeholder=str(allowed_roots()[0] / "Pictures"),
        help="Pictures are searched for in all folders below it.",
    )
    st.caption(f"Somewhere under {roots}. The pictures stay where they are; Lookalike reads them from there.")
    labels, table = _labels(f"{key}-folder", folder_hint="the folder that a picture lies in")
    keep = st.checkbox(
        "Keep copies in the collection",
        key=f"{key}-keep",
        help="Takes more space, but the collection no longer depends on the folder.",
    )
    full_check = st.checkbox(
        "Read every file again",
        key=f"{key}-full-check",
        help="A file whose size and time of change are what they were is taken for unchanged. Read them all "
        "if a program writes into files and sets the time back. It takes longer.",
    )
    if st.button(
        "Add this folder",
        key=f"{key}-add-folder",
        type="primary",
        icon=":material/create_new_folder:",
        disabled=labels == "csv" and table is None,
    ):
        try:
            path = check_folder(text)
        except LookalikeError as error:
            st.error(plain(str(error), 600))
            return
        source = _source(labels, table)
        if _start(
            target,
            f"Adding {path.name}",
            lambda c, m: c.add_folder(path, source, keep, m, full_check=full_check, within=allowed_roots()),
        ):
            st.rerun()


def _labels(key: str, folder_hint: str) -> tuple[Labels, bytes | None]:
    choice: Labels = st.segmented_control(
        "Labels from",
        list(_LABELS),
        format_func=lambda c: _LABELS[c],
        default="folder",
        required=True,
        key=f"{key}-labels",
        help=f"Folder names: {folder_hint}. CSV: columns path, label and caption.",
    )
    if choice != "csv":
        return choice, None
    table = st.file_uploader(
        "CSV with the columns path, label, caption", type=["csv", "txt"], key=f"{key}-csv"
    )
    return choice, table.getvalue() if table is not None else None


def start_sample(target: Target) -> bool:
    """Start adding the sample catalogue."""
    return _start(target, "Setting up the sample catalogue", lambda c, m: c.add_sample(monitor=m))


def start_files(collection: Collection, items: Sequence[tuple[str, bytes]]) -> bool:
    """Start adding single pictures, without labels."""
    title = f"Adding {count(len(items))}"
    return _start(lambda: collection, title, lambda c, m: c.add_files(list(items), monitor=m))


def start_resume(collection: Collection, title: str) -> bool:
    """Take up an addition that was cut off."""
    return _start(lambda: collection, f"Resuming: {title}", lambda c, m: c.resume(monitor=m))


def _start(target: Target, title: str, work: Callable[[Collection, Monitor], AddReport]) -> bool:
    try:
        collection = target()
        if collection is None:
            return False
        runner = jobs()

        def add(monitor: Monitor) -> AddReport:
            before = set(collection.ids())
            report = work(collection, monitor)
            look_at_newcomers(runner, collection, before)
            prepare_words(runner, collection)  # while the viewer looks at the pictures
            return report

        runner.start(addition_key(collection), title, add)
    except LookalikeError as error:
        st.error(plain(str(error), 600))
        return False
    return True


def _add_uploads(
    collection: Collection,
    uploads: Uploads,
    labels: Labels,
    table: bytes | None,
    monitor: Monitor,
) -> AddReport:
    reports = []
    source = _source(labels, table)
    try:
        archives = [item for item in uploads.items if item[0].lower().endswith(".zip")]
        pictures = [item for item in uploads.items if not item[0].lower().endswith(".zip")]
        if pictures:
            loose = None if source == "folder" else source  # an uploaded file comes without its folder
            reports.append(collection.add_files(pictures, labels=loose, monitor=monitor))
        for name, content in archives:
            if not monitor.cancelled:
                reports.append(collection.add_zip(content, name=name, labels=source, monitor=monitor))
    finally:
        uploads.clear()
    return joined(reports)


def _source(labels: Labels, table: bytes | None) -> Literal["folder"] | bytes | None:
    if labels == "csv" and table is not None:
        return table
    return "folder" if labels == "folder" else None


def joined(reports: Sequence[AddReport]) -> AddReport:
    """Several reports as one."""
    total = AddReport(0, 0, 0, (), 0.0)
    for report in reports:
        total = replace(
            total,
            added=total.added + report.added,
            known=total.known + report.known,
            unchanged=total.unchanged + report.unchanged,
            skipped=(*total.skipped, *report.skipped),
            seconds=total.seconds + report.seconds,
            cancelled=total.cancelled or report.cancelled,
            rewritten=total.rewritten + report.rewritten,
            returned=total.returned + report.returned,
            lost=total.lost + report.lost,
        )
    return total
