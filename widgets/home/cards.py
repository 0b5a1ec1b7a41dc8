"""One card per collection."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.presets import PRESETS
from widgets.app_state.resources import jobs
from widgets.collection.deleting import offer_delete
from widgets.home.copying import copy_outcome
from widgets.home.data import covers, jobs_of
from widgets.home.naming import offer_copy, offer_rename
from widgets.home.preset_dialog import offer_preset
from widgets.home.wording import (
    attention_lines,
    duplicates_line,
    encoder_line,
    evaluation_line,
    folder_line,
    health_line,
    size_line,
)
from widgets.shared.collection_picker import LAST
from widgets.shared.formatting import plain
from widgets.shared.job_panel import progress_line

if TYPE_CHECKING:
    from core.overview import Glance, Measured

_GRID = """<style>
.st-key-home-cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
  gap: 1rem; align-items: stretch; }
.st-key-home-cards > * { width: 100% !important; height: 100%; }
.st-key-home-cards img { border-radius: 8px; }
.st-key-home-cards [data-testid="stPageLink-NavLink"] { padding-left: 0; }
.st-key-home-cards [class*="st-key-name-"] p { font-size: 1.2rem; font-weight: 600; }
</style>"""


def cards(glances: Sequence[Glance], measured: Mapping[str, Measured]) -> None:
    """Draw them all, side by side as far as there is room."""
    st.html(_GRID)
    with st.container(key="home-cards"):
        for glance in glances:
            with st.container(border=True, gap="small", key=f"card-{slug(glance.name)}", height="stretch"):
                if glance.problem:
                    _broken(glance)
                else:
                    _card(glance, measured.get(glance.name))


def _card(glance: Glance, measured: Measured | None) -> None:
    strip = covers(glance)
    if strip:
        st.image(strip, width="stretch", alt=f"Some pictures of {glance.name}")
    _title(glance, openable=True)
    st.caption(size_line(glance))
    for job in jobs_of(glance.path)[:1]:
        job_line(job.key, slug(glance.name))
    st.caption(
        f":material/visibility: {encoder_line(glance)}  \n:material/folder: {folder_line(glance, measured)}"
    )
    links = (
        ("evaluation", ":material/straighten:", evaluation_line(glance)),
        ("duplicates", ":material/filter_none:", duplicates_line(measured)),
        ("health", ":material/health_and_safety:", health_line(glance)),
    )
    with st.container(gap=None):
        if glance.pictures:
            for screen, icon, label in links:
                _link(glance, screen, label, icon)
        else:
            _link(glance, "collection", "Add pictures", ":material/add_photo_alternate:")
    _starts(glance)
    if glance.what_to_do:
        st.caption(f":material/update: {plain(glance.what_to_do, 300)}")
    for line in attention_lines(glance):
        st.warning(line, icon=":material/info:")
    copy_outcome(glance)


def _starts(glance: Glance) -> None:
    """Where the collection's preset says to begin."""
    chosen = next((one for one in PRESETS if one.key == glance.preset), None)
    if chosen is None or not glance.pictures:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(plain(chosen.title), width="content")
        for start in chosen.starts:
            st.page_link(
                f"pages/{start.screen}.py",
                label=plain(start.title),
                icon=":material/arrow_forward:",
                help=plain(start.why, 200),
                query_params={"collection": glance.name, **dict(start.address)},
            )


def _broken(glance: Glance) -> None:
    _title(glance, openable=False)
    st.error(plain(glance.problem, 500), icon=":material/error:")
    st.markdown(f"**What to do:** {plain(glance.what_to_do, 400)}")
    st.caption(f"Its directory: {plain(str(glance.path), 300)}")


def _title(glance: Glance, *, openable: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        with st.container(width="stretch", key=f"name-{slug(glance.name)}"):
            if openable:
                _link(glance, "collection", plain(glance.name), None)
            else:
                st.markdown(plain(glance.name))
        options = ["Rename", "Make a copy", "Preset", "Delete"] if openable else ["Rename", "Delete"]
        chosen = st.menu_button(
            "Manage",
            options,
            key=f"manage-{slug(glance.name)}",
            icon=":material/more_horiz:",
            type="tertiary",
        )
    offer_rename(glance, asked=chosen == "Rename")
    offer_copy(glance, asked=chosen == "Make a copy")
    offer_preset(glance, asked=chosen == "Preset")
    offer_delete(glance.name, glance.pictures if openable else None, LAST, asked=chosen == "Delete")


def _link(glance: Glance, screen: str, label: str, icon: str | None) -> None:
    st.page_link(f"pages/{screen}.py", label=label, icon=icon, query_params={"collection": glance.name})


def slug(name: str) -> str:
    """A collection's name for keys and CSS classes: its own may hold spaces and other alphabets."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


@st.fragment(run_every=1.0)
def job_line(key: str, slug: str) -> None:
    """How far one job is; the whole page is drawn again when it ends."""
    job = jobs().get(key)
    if job is None or not job.running:
        st.rerun()
    progress = job.monitor.snapshot()
    with st.container(gap=None, key=f"job-{slug}"):
        st.progress(progress.fraction or 0.0, text=f"{plain(job.title)} · {progress_line(progress, '')}")
