"""Starting a tuning: what is to be reached, in how much time and memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from core.index import TARGETS
from widgets.app_state.resources import has_words, jobs, search_engine
from widgets.index.progress import tuning_key, tuning_running
from widgets.shared.formatting import duration, plain, size

if TYPE_CHECKING:
    from core.collection import Collection

IMAGE_TARGETS = (0.9, 0.95, 0.97, 0.98, 0.99, 0.995)
TEXT_TARGETS = (0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)
BUDGETS_S = (60, 180, 600, 1200, 3600)
MEMORY_GB = (0.25, 0.5, 1, 2, 4, 8, 16, 32)


@dataclass(frozen=True)
class Wanted:
    """What a tuning is to reach; `text` is None where the encoder has no words."""

    image: float
    text: float | None
    budget_s: int
    memory_bytes: int | None


def suggested_budget(pictures: int) -> int:
    """Seconds that let several indexes be built over so many pictures."""
    if pictures <= 20_000:
        return 60
    if pictures <= 100_000:
        return 600
    return 1200 if pictures <= 500_000 else 3600


def tune_controls(collection: Collection, on_start: Callable[[], None]) -> None:
    """Draw the button, and the choices behind it; `on_start` is called once the work has begun."""
    wanted = choices(collection)
    busy, few = tuning_running(collection), collection.count() < 2
    if st.button(
        f"Tune for recall ≥ {wanted.image:g}",
        key="tune",
        type="primary",
        icon=":material/speed:",
        disabled=busy or few,
        help="One picture needs no index."
        if few
        else "Builds indexes, and measures them on your own pictures.",
    ) and begin(collection, wanted):
        on_start()
        st.rerun()


def choices(collection: Collection) -> Wanted:
    """Draw the choices; returns what is chosen."""
    words = has_words(collection.encoder_name)
    text = None
    with st.popover("Targets and limits", icon=":material/tune:"):
        image = st.select_slider(
            "Recall for searches by picture",
            IMAGE_TARGETS,
            value=TARGETS["image"],
            key="tune-image",
            help="Share of the ten truly closest pictures that must be found. The lower end of the "
            "confidence interval has to reach it, not only the mean.",
        )
        if words:
            text = st.select_slider(
                "Recall for searches by words",
                TEXT_TARGETS,
                value=TARGETS["text"],
                key="tune-text",
                help="Words lie elsewhere among the vectors than pictures do, and lose recall first.",
            )
        budget = st.select_slider(
            "Time for building and measuring",
            BUDGETS_S,
            value=suggested_budget(collection.count()),
            key="tune-budget",
            format_func=duration,
            help="What is not built by then is given up. The machine is busy meanwhile.",
        )
        memory = st.selectbox(
            "Memory of the index at most",
            MEMORY_GB,
            index=None,
            key="tune-memory",
            placeholder="No limit",
            format_func=lambda gb: size(round(gb * 1e9)),
        )
    return Wanted(image, text, budget, None if memory is None else round(memory * 1e9))


def begin(collection: Collection, wanted: Wanted) -> bool:
    """Start the work in the background; where it cannot be, say why on the page and return False."""
    from core.index_manager import tune

    asked = search_engine(collection).watch.asked
    try:
        jobs().start(
            tuning_key(collection),
            f"Tuning for recall ≥ {wanted.image:g}",
            lambda monitor: tune(
                collection,
                target=wanted.image,
                text_target=TARGETS["text"] if wanted.text is None else wanted.text,
                budget_s=wanted.budget_s,
                memory_bytes=wanted.memory_bytes,
                asked=asked,
                monitor=monitor,
            ),
        )
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return False
    return True
