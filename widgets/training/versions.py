"""The adapters of a collection: which is in use, how each did, and how they travel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from core.training import outcome_sentence
from widgets.shared.formatting import plain, size
from widgets.training.asking import ask, begin_accepting, begin_reranker
from widgets.training.outcome import roll_back_button
from widgets.training.progress import adapting_key, running
from widgets.training.wording import SIGNALS, made_how, state, title

if TYPE_CHECKING:
    from core.collection import Collection
    from core.training import Version


def versions_part(collection: Collection, there: Sequence[Version], go: Callable[..., None]) -> None:
    """Draw the list, newest first, the encoder without an adapter last; then importing."""
    for one in reversed(there):
        _card(collection, one, go)
    base = collection.base_encoder_name
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="version-0"):
        st.markdown(f"**{plain(base)}** without an adapter", width="stretch")
        if collection.encoder_name == base:
            st.badge("in use", icon=":material/check:", color="green")
        else:
            st.button("Use it", key="use-0", on_click=_use_base, args=(collection,), icon=":material/check:")
    _import(collection, go)
    _second_look(collection)


def _card(collection: Collection, one: Version, go: Callable[..., None]) -> None:
    with st.container(border=True, key=f"version-{one.id}", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{title(one)}** · {one.record.at:%d %b %Y %H:%M}", width="stretch")
            color = "green" if one.current else "blue" if one.offered else "orange"
            st.badge(state(one), color=color)
        st.markdown(outcome_sentence(one.gates))
        st.caption(f"{made_how(one)} · {size(one.record.bytes + one.vector_bytes)} on disk")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Show",
                key=f"show-{one.id}",
                icon=":material/visibility:",
                on_click=go,
                kwargs={"part": "outcome", "version": one.id},
            )
            if one.current:
                roll_back_button(collection, f"version-{one.id}")
            elif one.offered or one.overruled:
                st.button(
                    "Use it",
                    key=f"use-{one.id}",
                    icon=":material/check:",
                    disabled=running(adapting_key(collection)),
                    on_click=begin_accepting,
                    args=(collection, one),
                )
            _downloads(collection, one)
            if not one.current:
                st.button(
                    "Delete",
                    key=f"delete-{one.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=ask,
                    args=("delete", one.id),
                )


def _downloads(collection: Collection, one: Version) -> None:
    from core.training import card_json, export

    def file() -> bytes:
        return export(collection, one.id)

    st.download_button(
        "Export",
        file,
        f"{one.record.base.replace('/', '-')}-adapter-{one.id}.safetensors",
        "application/octet-stream",
        key=f"export-{one.id}",
        icon=":material/download:",
        on_click="ignore",
    )
    st.download_button(
        "Model card",
        card_json(one),
        f"adapter-{one.id}.json",
        "application/json",
        key=f"card-{one.id}",
        type="tertiary",
        on_click="ignore",
    )


def _use_base(collection: Collection) -> None:
    try:
        collection.adapted.use(collection.base_encoder_name)
    except LookalikeError as error:
        st.session_state["training-said"] = str(error)


def _second_look(collection: Collection) -> None:
    from core.search.learned import load

    with st.expander("A second look that has learned", icon=":material/low_priority:"):
        there = load(collection) is not None
        st.markdown(
            "It puts the first 50 answers to a picture into another order, by what labels or verdicts say of "
            "pairs that match in their details. It is judged on queries that it never saw, and kept only if "
            "it gains; then Search and Evaluation offer it. "
            + ("**This space has one.**" if there else "This space has none yet.")
        )
        source = st.segmented_control(
            "Learn from",
            ["labels", "verdicts"],
            default="labels",
            required=True,
            key="reranker-source",
            format_func=SIGNALS.__getitem__,
        )
        st.button(
            "Train it again" if there else "Train it",
            key="reranker-train",
            icon=":material/school:",
            disabled=running(adapting_key(collection)),
            on_click=begin_reranker,
            args=(collection, source),
        )


def _import(collection: Collection, go: Callable[..., None]) -> None:
    from core.training import import_adapter

    with st.expander("Import an adapter", icon=":material/upload:"):
        st.markdown(
            "A .safetensors file that was exported here or elsewhere, trained on the same encoder. Its "
            "fingerprint is checked, and nothing in it is run."
        )
        given = st.file_uploader(
            "Adapter file",
            type=["safetensors"],
            key="import-file",
            label_visibility="collapsed",
            max_upload_size=256,
        )
        if st.button("Import", key="import", disabled=given is None) and given is not None:
            try:
                made = import_adapter(collection, given.getvalue())
            except LookalikeError as error:
                st.error(plain(str(error), 600), icon=":material/error:")
                return
            go(part="outcome", version=made.id)
            st.rerun()
