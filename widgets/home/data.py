"""What the cards show: read at once from the catalogues, or measured in the background and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import jobs

if TYPE_CHECKING:
    from core.jobs import Job, Monitor
    from core.overview import Glance, Measured

MEASURING = "overview"
"""The key of the job that measures; no collection's name, so it is on no card."""
_COVER_SIDE = 200

Key = tuple[str, int]


def measured(glances: Sequence[Glance]) -> tuple[dict[str, Measured], bool]:
    """What was measured last of each collection, by name, and whether newer figures are under way.

    Whatever has changed since is measured again in the background, unless work on it is going on: then it
    would soon be out of date.
    """
    known = _measured()
    busy = {one.name for one in glances if jobs_of(one.path)}
    stale = [
        one
        for one in glances
        if not one.problem and one.name not in busy and known.get(_key(one), (None, None))[0] != one.version
    ]
    job = jobs().get(MEASURING)
    if stale and (job is None or not job.running):
        with suppress(LookalikeError):  # it has just been started from another window
            job = jobs().start(MEASURING, "Counting", lambda monitor: _measure(stale, monitor))
    found = {one.name: known[_key(one)][1] for one in glances if _key(one) in known}
    return found, job is not None and job.running


def jobs_of(path: Path) -> list[Job]:
    """The jobs that are running for the collection in this directory."""
    return [job for job in jobs().running() if job.key.endswith(f":{path}")]


def covers(glance: Glance) -> bytes:
    """Its cover pictures side by side, as one JPEG; nothing where none can be read."""
    return _covers(*_key(glance), glance.covers) if glance.covers else b""


def _key(glance: Glance) -> Key:
    return str(glance.path), glance.created


def _measure(glances: Sequence[Glance], monitor: Monitor) -> None:
    from core.collection import Reader
    from core.overview import measure

    known = _measured()
    for one in glances:
        monitor.check()
        with suppress(LookalikeError, OSError):  # deleted or damaged meanwhile: the next look says so
            reader = Reader(one.path, read_only=True)
            try:
                known[_key(one)] = (one.version, measure(reader))
            finally:
                reader.catalogue.close()


@st.cache_resource(show_spinner=False)
def _measured() -> dict[Key, tuple[int, Measured]]:
    """The figures of every collection, with the version of the catalogue that they are of."""
    return {}


@st.cache_data(show_spinner=False, max_entries=256)
def _covers(path: str, created: int, ids: tuple[int, ...]) -> bytes:  # noqa: ARG001 - the cache's key
    import io

    from PIL import Image, ImageOps

    from core.collection import Reader

    side = _COVER_SIDE
    strip = Image.new("RGB", (side * 4, side), (128, 128, 128))
    shown = 0
    try:
        reader = Reader(Path(path), read_only=True)
    except (LookalikeError, OSError):
        return b""
    for picture in ids:
        with suppress(LookalikeError, OSError):
            thumbnail = Image.open(io.BytesIO(reader.thumbnail(picture)))
            strip.paste(ImageOps.fit(thumbnail.convert("RGB"), (side, side)), (shown * side, 0))
            shown += 1
    reader.catalogue.close()
    if not shown:
        return b""
    if shown < 4:  # fewer pictures fill the same strip, each wider
        strip = ImageOps.fit(strip.crop((0, 0, shown * side, side)), strip.size)
    out = io.BytesIO()
    strip.save(out, "JPEG", quality=85)
    return out.getvalue()
