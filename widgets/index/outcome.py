"""What a tuning found: the sentence, whether to accept it, the plot, and the figures behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.index import recipe_title
from widgets.index.choosing import use
from widgets.index.wording import ASKED, bounds, fine_ms, settings_text, targets_text, times_faster
from widgets.shared.formatting import count, duration, plain, size
from widgets.shared.plotting import CONFIG

if TYPE_CHECKING:
    from core.collection import Collection
    from core.index import Measured, Tuning
    from widgets.index.data import Stored


def outcome(collection: Collection, shown: Stored, now: Stored | None) -> None:
    """Draw what was measured when `shown` was made; `now` is what serves."""
    if shown.tuning is None:
        st.info(
            f"Nothing was measured when {plain(shown.title, 120)} was made. Tune, to see what it is worth.",
            icon=":material/straighten:",
        )
        _accept(collection, shown, now)
        return
    if shown.record.in_use:
        _accept(collection, shown, now)  # its sentence is the headline's
        _notes(shown.tuning)
    else:
        with st.container(border=True, key="index-verdict", gap="small"):
            _verdict(shown.tuning)
            _accept(collection, shown, now)
    _figures(shown.tuning)


def without_index(collection: Collection, tuning: Tuning, now: Stored | None) -> None:
    """Draw a tuning that found nothing better than exact search."""
    with st.container(border=True, key="index-verdict", gap="small"):
        _verdict(tuning)
        if now is None:
            st.markdown(":green-badge[:material/check: Search is exact now]", width="content")
        else:
            _stay_exact(collection)
    _figures(tuning)


def _verdict(tuning: Tuning) -> None:
    st.markdown(f"**{plain(tuning.sentence, 600)}.**")
    _notes(tuning)


def _notes(tuning: Tuning) -> None:
    for note in tuning.notes:
        st.caption(f":material/info: {plain(note, 400)}")


def _accept(collection: Collection, shown: Stored, now: Stored | None) -> None:
    """“Use it” and “Stay exact”, or that it is in use and the way back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if shown.record.in_use:
            st.markdown(":green-badge[:material/check: In use]", width="content")
            _stay_exact(collection)
            return
        st.button(
            "Use it",
            key="index-use",
            type="primary",
            icon=":material/check:",
            on_click=use,
            args=(collection, shown.id, shown.title),
            help="Every search goes through it from now on. This can be undone.",
        )
        if now is None:
            st.caption("Search is exact now, and stays so unless you accept.", width="content")
        else:
            _stay_exact(collection)


def _stay_exact(collection: Collection) -> None:
    st.button(
        "Back to exact search",
        key="index-exact",
        icon=":material/undo:",
        on_click=use,
        args=(collection, None, ""),
    )


def _figures(tuning: Tuning) -> None:
    if not tuning.points:
        st.caption("No index was built in this tuning, so there is nothing to plot.")
    else:
        _plot(tuning)
    st.caption(
        f"Asked for {targets_text(tuning.targets)}; {count(tuning.vectors, 'vector')} of length "
        f"{tuning.dim:,}; took {duration(tuning.seconds)}. Chosen on some held-out queries, "
        "certified on others."
    )


def _plot(tuning: Tuning) -> None:
    from widgets.index.pareto import pareto

    row = st.container(horizontal=True, gap="small")
    with row.container(width=605):
        st.plotly_chart(
            pareto(tuning),
            key="pareto",
            config=CONFIG,
            alt="Recall against milliseconds a query for every setting that was tried, by kind of query",
        )
    with row.container(width=375):
        st.markdown("**What each index costs**")
        st.dataframe(
            built(tuning),
            hide_index=True,
            key="index-built",
            column_config={"Index": st.column_config.TextColumn(width=125)},
            alt="Memory, disk and build time of every index that was built",
        )
        if tuning.certificates:
            st.markdown("**The certificate**")
            st.dataframe(
                proven(tuning),
                hide_index=True,
                key="index-proven",
                alt="Recall with its interval and time of the recommended settings",
            )
    with st.expander(f"Every setting that was tried ({len(tuning.points)})", icon=":material/table_rows:"):
        st.dataframe(
            tried(tuning),
            hide_index=True,
            key="index-tried",
            alt="Every setting with its recall and its time",
        )


def built(tuning: Tuning) -> list[dict[str, str]]:
    """One row an index that was built, the vectors themselves last."""
    made = [
        {
            "Index": f"{'▸ ' if one.recipe == tuning.recipe else ''}{recipe_title(one.recipe)}",
            "Memory": size(one.memory_bytes),
            "Disk": size(one.disk_bytes),
            "Build": duration(one.build_s) if one.build_s >= 1 else fine_ms(one.build_s * 1000),
        }
        for one in tuning.candidates
    ]
    vectors = size(4 * tuning.dim * tuning.vectors)
    mark = "▸ " if tuning.is_exact else ""
    return [*made, {"Index": f"{mark}Exact search", "Memory": vectors, "Disk": "–", "Build": "–"}]


def proven(tuning: Tuning) -> list[dict[str, str]]:
    """One row a figure, one column a kind of query."""
    found = {kind: _row(one, tuning) for kind, one in tuning.certificates.items()}
    figures = [name for name in next(iter(found.values())) if name != "Asked"]
    return [
        {"": name} | {ASKED[kind].capitalize(): row[name] for kind, row in found.items()} for name in figures
    ]


def tried(tuning: Tuning) -> list[dict[str, str]]:
    """One row a point, by kind and from the fastest; ◆ marks the front."""
    made = []
    for kind in tuning.targets:
        worth = tuning.front(kind)
        for point in sorted(
            (p for p in tuning.points if p.kind == kind), key=lambda p: (p.latency.p50_ms, -p.recall)
        ):
            mark = {"": "◆" if point in worth else ""}
            made.append(mark | {"Index": recipe_title(point.recipe)} | _row(point, tuning))
    return made


def _row(point: Measured, tuning: Tuning) -> dict[str, str]:
    row = {
        "Asked": ASKED[point.kind],
        "Settings": settings_text(point.parameters),
        "Recall": f"{point.recall:.3f}",
        "95 % CI": bounds(point.interval).removeprefix("95 % CI "),
        "P50": fine_ms(point.latency.p50_ms),
        "P95": fine_ms(point.latency.p95_ms),
    }
    if tuning.exact is not None:
        row["Than exact"] = times_faster(tuning.exact.p50_ms / max(point.latency.p50_ms, 1e-6))
    return row
