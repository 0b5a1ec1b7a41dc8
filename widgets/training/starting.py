"""Starting a training run: one button with sensible defaults, the settings folded behind another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import has_words, jobs
from widgets.shared.formatting import listing, plain
from widgets.training.data import signals
from widgets.training.progress import live_curves, running, training_key
from widgets.training.wording import KINDS, LOSSES, MINERS, SIGNAL_HELP, SIGNALS

if TYPE_CHECKING:
    from core.collection import Collection
    from core.training import TrainingSettings


def train_controls(collection: Collection, on_start: Callable[[], None]) -> None:
    """Draw the button, and the choices behind it; `on_start` is called once the work has begun."""
    settings = _choices(collection)
    busy = running(training_key(collection))
    learned = listing([SIGNALS[one].lower() for one in settings.signals]) if settings else ""
    if st.button(
        "Train",
        key="train",
        type="primary",
        icon=":material/school:",
        disabled=busy or settings is None,
        help=f"Learns from {learned}. Nothing changes before you accept." if learned else None,
    ) and begin(collection, settings):
        on_start()
        st.rerun()


def _choices(collection: Collection) -> TrainingSettings | None:
    from core.training import TrainingSettings

    offered = [one for one in SIGNALS if one != "captions" or has_words(collection.base_encoder_name)]
    with st.popover("Settings", icon=":material/tune:"):
        chosen = st.pills(
            "Learn from",
            offered,
            selection_mode="multi",
            default=list(signals(collection)),
            key="train-signals",
            format_func=SIGNALS.__getitem__,
            help=SIGNAL_HELP,
        )
        with st.expander("Advanced", icon=":material/science:"):
            kind = st.segmented_control(
                "Adapter",
                list(KINDS),
                key="train-kind",
                format_func=KINDS.__getitem__,
                help="Where none is chosen: a linear map for altered copies alone, a network for all else, "
                "as it gains more. A linear map can be tried on the whole index as it is.",
            )
            loss = st.selectbox("Loss", list(LOSSES), key="train-loss", format_func=LOSSES.__getitem__)
            miner = st.selectbox(
                "Wrong pictures to learn from",
                list(MINERS),
                key="train-miner",
                format_func=MINERS.__getitem__,
                help="Hard ones teach the most and can mislead. Copies and “unsure” pairs are left out.",
            )
            epochs = st.slider("Epochs at most", 2, 60, 15, key="train-epochs")
            seed = st.number_input(
                "Seed", 0, 2**31, 0, key="train-seed", help="The same seed gives the same run."
            )
            copies = st.checkbox(
                "With labels: also keep altered copies near their picture",
                value=True,
                key="train-copies",
                help="Copies are cropped, recolored and compressed here. Without them labels draw all "
                "pictures of a kind together, and copies are harder to tell from look-alikes.",
            )
            compare = st.checkbox(
                "Also train with random, easy and mined negatives, to compare",
                key="train-compare",
                help="Takes about twice as long.",
            )
    if not chosen:
        return None
    return TrainingSettings(
        signals=tuple(chosen),
        kind=kind,
        loss=loss,
        miner=miner,
        epochs=epochs,
        copy_weight=TrainingSettings.copy_weight if copies else 0.0,
        seed=int(seed),
        compare=compare,
    )


def begin(collection: Collection, settings: TrainingSettings | None) -> bool:
    """Start the work in the background; where it cannot be, say why on the page and return False."""
    from core.dedup import known_copies
    from core.training import Curves
    from core.training.train_collection import train_collection

    if settings is None:
        return False
    key, curves = training_key(collection), Curves()
    try:
        jobs().start(
            key,
            f"Training on {listing([SIGNALS[one].lower() for one in settings.signals])}",
            lambda monitor: train_collection(collection, settings, known_copies(collection), monitor, curves),
        )
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return False
    live_curves()[key] = curves
    return True
