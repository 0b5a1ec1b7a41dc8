"""Starting an evaluation: what is asked, under which encoder, with which re-ranker."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import has_words, jobs
from widgets.evaluation.progress import evaluation_key
from widgets.evaluation.wording import PROTOCOLS, reranker_title
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import EvaluationProtocol
    from core.jobs import Monitor
    from core.search import RerankerInfo

OFFERED = ("labels", "words", "captions", "csv")
_EXPLAINED = {
    "labels": "Each labelled picture looks for the others of its label, its known copies kept out.",
    "words": "The name of each label, as words, looks for the pictures that bear it.",
    "captions": "Each caption looks for the one picture that it describes.",
    "csv": "Sentences of your own with what answers them: columns query, and labels, ids or names.",
}
DEPTHS = (5, 10, 20, 50)


def measure_form(collection: Collection, on_start: Callable[[], None]) -> None:
    """Draw the choices and the button; `on_start` is called once the work has begun."""
    spaces = [collection.encoder_name, *(space.encoder for space in collection.spaces())]  # the current first
    with st.container(border=True, key="measure-panel"):
        left, right = st.columns([1.35, 1], gap="large")
        with left:
            protocol = st.radio(
                "What is asked",
                OFFERED,
                key="measure-protocol",
                format_func=PROTOCOLS.__getitem__,
                captions=[_EXPLAINED[name] for name in OFFERED],
            )
        with right:
            encoder = st.selectbox(
                "Encoder", list(dict.fromkeys(spaces)), key="measure-encoder", disabled=len(set(spaces)) < 2
            )
            looks = st.selectbox(
                "Second look",
                [None, *(one.name for one in second_looks(collection))],
                key="measure-reranker",
                format_func=lambda name: "None: the first order" if name is None else reranker_title(name),
                help="Puts the first 50 results into another order. “Re-rankers” measures all.",
            )
            k = st.select_slider(
                "First results that count (k)",
                DEPTHS,
                value=10,
                key="measure-k",
                help="The k of nDCG@k and R@k.",
            )
        table = None
        if protocol == "csv":
            table = st.file_uploader(
                "CSV with the columns query, labels, ids, names",
                type=["csv", "txt", "tsv"],
                key="measure-csv",
                help="Several values in a cell are separated by semicolons.",
            )
        reason = why_not(protocol, encoder, table is not None)
        with st.container(horizontal=True, vertical_alignment="center"):
            started = st.button(
                "Start measuring",
                key="measure-start",
                type="primary",
                icon=":material/play_arrow:",
                disabled=bool(reason),
            )
            if reason:
                st.caption(plain(reason, 300))
        if started and begin(
            collection,
            protocol,
            encoder=encoder,
            reranker=looks,
            k=k,
            table=table.getvalue() if table is not None else None,
        ):
            on_start()
            st.rerun()


def second_looks(collection: Collection) -> list[RerankerInfo]:
    """The re-rankers that the collection can use."""
    from core.search.rerankers import rerankers

    return rerankers(collection)


def why_not(protocol: str, encoder: str, table: bool) -> str:
    """Why this cannot be measured, or nothing if it can."""
    if protocol != "labels" and not has_words(encoder):
        return f"{encoder} has no words, so nothing can be asked of it in sentences."
    if protocol == "csv" and not table:
        return "Choose a CSV first."
    return ""


def begin(
    collection: Collection,
    protocol: str,
    *,
    encoder: str,
    reranker: str | None = None,
    k: int = 10,
    table: bytes | None = None,
) -> bool:
    """Start the work in the background; where it cannot be, say why on the page and return False."""
    from core.evaluation.evaluate import evaluate

    try:
        asked = declared(protocol, table)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return False
    title = f"Measuring {PROTOCOLS[protocol][:1].lower()}{PROTOCOLS[protocol][1:]}"
    return start(
        collection,
        title,
        lambda monitor: evaluate(collection, asked, encoder=encoder, reranker=reranker, k=k, monitor=monitor),
    )


def start(collection: Collection, title: str, work: Callable[[Monitor], Any]) -> bool:
    """Start `work` as the evaluation of this collection; where one runs already, say so and return False."""
    try:
        jobs().start(evaluation_key(collection), title, work)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return False
    return True


def declared(protocol: str, table: bytes | None) -> EvaluationProtocol:
    """The protocol of this name, its sentences read from `table` where it has them.

    Raises:
        EvaluationError: the table cannot be read.
    """
    from core.evaluation import TextProtocol, protocol_from

    if protocol != "csv":
        return protocol_from(protocol, {})
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "queries.csv"
        path.write_bytes(table or b"")
        return TextProtocol.from_csv(path)
