"""Copies of collections, made in the background."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from widgets.app_state.resources import jobs, workspace
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.overview import Glance


def start_copy(glance: Glance, name: str) -> None:
    """Start copying a collection under this name.

    Raises:
        LookalikeError: the name cannot be had, or a copy of it is being made already.
    """
    space = workspace()
    space.check_free(name)
    jobs().start(
        _key(glance.path), f"Copying to {name}", lambda monitor: space.duplicate(glance.name, name, monitor)
    )


def copy_outcome(glance: Glance) -> None:
    """Say what came of the last copy where it failed; a copy that was made is there to be seen."""
    job = jobs().get(_key(glance.path))
    if job is None or job.running:
        return
    if job.state != "failed":
        jobs().forget(job.key)
        return
    st.error(f"The copy could not be made. {plain(job.error, 500)}", icon=":material/error:")
    st.button("Close", key=f"close-{job.key}", type="tertiary", on_click=jobs().forget, args=(job.key,))


def _key(path: Path) -> str:
    return f"copy:{path}"
