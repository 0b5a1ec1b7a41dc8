"""Encoders on the same pictures and questions: quality, time and size, and which are worth having."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import encoders, has_words
from widgets.evaluation.comparing import tested
from widgets.evaluation.data import encoders_compared, run_of
from widgets.evaluation.measuring import start
from widgets.evaluation.overview import metric_picker
from widgets.evaluation.progress import evaluation_running
from widgets.evaluation.second_looks import plot, point
from widgets.evaluation.wording import PROTOCOLS, figure, interval
from widgets.shared.formatting import count, milliseconds, plain, size

if TYPE_CHECKING:
    from core.collection import Collection
    from core.evaluation import EncoderComparison, EncoderRow, Evaluation, RunSummary

ASKED = ("labels", "words", "captions")


def encoders_tab(
    collection: Collection, stored: Sequence[RunSummary], metric: str, on_metric: Callable[[str], None]
) -> None:
    """Draw the last comparison, and offer to make one."""
    from core.evaluation import latest_encoders

    group = latest_encoders(stored)
    heading = st.container(horizontal=True, vertical_alignment="bottom")
    heading.subheader("Which encoder suits these pictures", anchor=False, width="stretch")
    _offer(collection, open_=not group)
    if not group:
        return
    try:
        first = run_of(collection, group[0].id)
        with heading:
            shown = metric_picker(first, metric, on_metric, "encoders-metric")
        found = encoders_compared(collection, [one.id for one in group], shown)
    except LookalikeError as error:
        st.warning(plain(str(error), 600), icon=":material/compare_arrows:")
        return
    best = max((row.evaluation for row in found.rows), key=lambda run: run.figure(found.metric).mean)
    st.markdown(
        f":material/emoji_events: **{plain(best.setup.encoder)}** finds best: "
        f"{figure(best.figure(found.metric))}. "
        f"{PROTOCOLS[first.setup.protocol]}, {count(first.setup.queries, 'query', 'queries')} over the same "
        f"{count(first.setup.pictures)}."
    )
    st.dataframe(table(found), hide_index=True, alt="Each encoder with its quality, time and size")
    st.caption(
        f"Each is tested against {plain(first.setup.encoder)} on the same queries (corrected by Holm)."
    )
    points = [
        point(row.encoder, row.evaluation.figure(shown), query_ms(row, first), row.pareto)
        for row in found.rows
    ]
    plot(points, first.figure(found.metric).title, "encoders-plot")
    for note in found.notes:
        st.caption(f":material/info: {plain(note, 400)}")


def _offer(collection: Collection, *, open_: bool) -> None:
    usable = [info.name for info in encoders() if info.usable]
    here = [space.encoder for space in collection.spaces()]
    choices = list(dict.fromkeys([collection.encoder_name, *here, *usable]))
    with st.expander("Compare encoders", icon=":material/science:", expanded=open_):
        st.markdown(
            "Pictures that an encoder has not seen yet are embedded with it first, which takes a while and "
            "stays. Then all are asked the same questions."
        )
        chosen = st.multiselect(
            "Encoders",
            choices,
            default=choices[:2],
            key="encoders-chosen",
            help="The first is the one to beat.",
        )
        asked = st.segmented_control(
            "What is asked",
            ASKED,
            default="labels",
            required=True,
            key="encoders-protocol",
            format_func=PROTOCOLS.__getitem__,
        )
        reason = why_not(chosen, asked)
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button(
                "Compare them",
                key="encoders-start",
                type="primary",
                icon=":material/play_arrow:",
                disabled=bool(reason) or evaluation_running(collection),
            )
            if reason:
                st.caption(plain(reason, 300))
        if pressed and _begin(collection, chosen, asked):
            st.rerun()
        missing = [info for info in encoders() if not info.usable]
        if missing:
            with st.popover(f"{len(missing)} more that are not on this machine", type="tertiary"):
                for info in missing:
                    st.markdown(f"**{plain(info.name)}**: {plain(info.reason, 500)}")


def why_not(chosen: Sequence[str], asked: str) -> str:
    """Why these cannot be compared so, or nothing if they can."""
    if len(chosen) < 2:
        return "Choose at least two encoders."
    silent = [name for name in chosen if asked != "labels" and not has_words(name)]
    return f"{silent[0]} has no words; compare by picture, or leave it out." if silent else ""


def _begin(collection: Collection, chosen: Sequence[str], asked: str) -> bool:
    from core.evaluation import compare_encoders, protocol_from

    return start(
        collection,
        f"Comparing {count(len(chosen), 'encoder')}",
        lambda monitor: compare_encoders(collection, chosen, protocol_from(asked, {}), monitor=monitor),
    )


def query_ms(row: EncoderRow, asked: Evaluation) -> float:
    """Milliseconds of a query of the kind that was asked."""
    words = any(query.picture_id is None for query in asked.queries)
    return (row.speed.text_query_ms if words else row.speed.image_query_ms) or 0.0


def table(found: EncoderComparison) -> list[dict[str, str]]:
    """One row an encoder."""
    made = []
    tests = {one.after.setup.encoder: one.of(found.metric) for one in found.comparisons}
    for row in found.rows:
        one = row.evaluation.figure(found.metric)
        made.append(
            {
                "Encoder": row.encoder,
                one.title: f"{one.mean:.3f}",
                "95 % CI": interval(one.interval).partition("CI ")[2],
                **tested(tests.get(row.encoder), "Against the first"),
                "Embedding a picture": _ms(row.speed.picture_ms),
                "Search by picture": _ms(row.speed.image_query_ms),
                "Search by words": _ms(row.speed.text_query_ms),
                "On disk": size(row.disk_bytes),
                "Worth having": "◆ yes" if row.pareto else "beaten",
            }
        )
    return made


def _ms(value: float | None) -> str:
    return "–" if value is None else milliseconds(value)
