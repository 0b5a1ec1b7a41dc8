"""What serves now, with what was proven of it, and what had better be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import search_engine
from widgets.index.data import advised
from widgets.index.wording import ASKED, bounds, exact_headline, fine_ms, index_headline, times_faster
from widgets.shared.formatting import duration, plain, size

if TYPE_CHECKING:
    from core.collection import Collection
    from core.index import Tuning
    from widgets.index.data import Stored


def headline(collection: Collection, now: Stored | None) -> None:
    """The summary sentence, the certificate, and the advice."""
    try:
        advice = advised(collection)
        engine = search_engine(collection)
        served = engine.keeper.serving()
        warning = engine.watch.warning(served)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    from core.index_manager import CROSSOVER_MS

    with st.container(border=True, key="index-lead", gap="small"):
        if now is None:
            st.markdown(f"##### {exact_headline(collection.count(), advice.exact_ms)}")
            said = [f"{size(collection.space_bytes())} of vectors"]
            if advice.action == "none":
                said.append(
                    "no index would be felt"
                    if advice.exact_ms <= CROSSOVER_MS
                    else plain(advice.sentence, 400)
                )
            st.caption(" · ".join(said))
        else:
            st.markdown(f"##### {index_headline(now.title, now.tuning)}")
            _basis(now)
    if served.note:
        st.warning(plain(served.note, 600), icon=":material/healing:")
    if warning:
        st.error(plain(warning, 600), icon=":material/trending_down:")
    if advice.action != "none":
        st.info(plain(advice.sentence, 400), icon=":material/lightbulb:")
    if now is not None and now.tuning is not None and now.tuning.certificates:
        certificate(now.tuning)


def certificate(tuning: Tuning) -> None:
    """One tile a figure that was proven, and what the index costs."""
    with st.container(horizontal=True, gap="small"):
        for kind, proven in tuning.certificates.items():
            _tile(
                f"Recall {ASKED[kind]}",
                f"{proven.recall:.3f}",
                bounds(proven.interval),
                f"Mean recall@{tuning.k} over {proven.queries:,} queries that had no part in the choice.",
            )
        for kind, proven in tuning.certificates.items():
            up = tuning.speed_up(kind)
            _tile(
                f"A search {ASKED[kind]}",
                fine_ms(proven.latency.p50_ms),
                times_faster(up) if up is not None else "",
                f"Median of one query on one thread; 95 % take less than {fine_ms(proven.latency.p95_ms)}.",
            )
        built = tuning.candidate
        if built is not None:
            disk = f"{size(built.disk_bytes)} on disk"
            _tile("Memory", size(built.memory_bytes), disk, "What the index holds while it serves.")
            _tile(
                "Built in",
                duration(built.build_s),
                f"{tuning.vectors:,} vectors",
                "Time of the build alone, without measuring.",
            )


def _basis(now: Stored) -> None:
    made = f"{now.record.at:%Y-%m-%d %H:%M} UTC"
    if now.tuning is None or not now.tuning.certificates:
        st.caption(f"Made {made}.")
        return
    st.caption(f"{plain(now.tuning.sentence, 600)} · measured {made}")


def _tile(title: str, value: str, under: str, explained: str) -> None:
    st.metric(
        title, value, under, delta_color="off", delta_arrow="off", help=explained, border=True, width=154
    )
