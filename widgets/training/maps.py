"""The map before and after, drawn on request, with the same selection lit in both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.resources import jobs
from widgets.shared.formatting import count, plain
from widgets.shared.plotting import CONFIG
from widgets.training.charts import layout_map
from widgets.training.progress import adapting_key, running
from widgets.training.wording import title

if TYPE_CHECKING:
    from core.collection import Collection
    from core.jobs import Monitor
    from core.projection import PictureMap
    from core.training import Version

_LIT = "training-lit"


def maps_panel(collection: Collection, found: Version) -> None:
    """Draw both maps, or offer to make those that are missing."""
    from core.projection import load_map

    st.markdown("#### The map, before and after")
    base = collection.base_encoder_name
    try:
        before, after = load_map(collection, base), load_map(collection, found.name)
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    if before is None or after is None:
        _offer(collection, found, missing=[base] * (before is None) + [found.name] * (after is None))
        return
    labels = {p.id: p.label or "" for p in collection.get_many(collection.ids())}
    st.caption(
        "Draw around pictures in one map: the same ones light up in the other. Colors are labels. Most of "
        "these pictures may have been trained on, so the second map flatters; the gates do not."
    )
    left, right = st.columns(2, gap="medium")
    lit: list[int] = st.session_state.get(_LIT, [])
    with left:
        st.markdown("**Before**")
        _map("training-map-before", before, labels, lit)
    with right:
        st.markdown(f"**With {title(found).lower()}**")
        _map("training-map-after", after, labels, lit)
    if lit:
        names = sorted({labels.get(i, "") or "no label" for i in lit})
        st.caption(f"{count(len(lit))} selected: {plain(', '.join(names), 200)}")


def _map(key: str, drawn: PictureMap, labels: Mapping[int, str], lit: list[int]) -> None:
    st.plotly_chart(
        layout_map(drawn.xy, drawn.ids, [labels.get(int(i), "") for i in drawn.ids], lit),
        key=key,
        config=CONFIG,
        on_select=partial(_light, key),
        selection_mode=("lasso", "box"),
    )


def _light(key: str) -> None:
    """The last selection counts, whichever map it was made in."""
    st.session_state[_LIT] = selected(st.session_state.get(key))


def selected(event: Any) -> list[int]:
    """Ids of the pictures that a chart's selection holds."""
    points = event.get("selection", {}).get("points", []) if isinstance(event, Mapping) else []
    found = [point.get("customdata") for point in points]
    flat = [one[0] if isinstance(one, list | tuple) and one else one for one in found]
    return [int(one) for one in flat if isinstance(one, int | float)]


def _offer(collection: Collection, found: Version, missing: list[str]) -> None:
    busy = running(adapting_key(collection))
    st.caption(
        "Maps are drawn on request: the vectors of this version are made for it, and search stays as it is."
    )
    st.button(
        "Draw the map before and after" if len(missing) == 2 else "Draw the missing map",
        key="draw-maps",
        icon=":material/scatter_plot:",
        disabled=busy,
        on_click=_begin,
        args=(collection, found, missing),
    )


def _begin(collection: Collection, found: Version, missing: list[str]) -> None:
    from core.dedup import known_copies
    from core.projection import make_map

    def work(monitor: Monitor) -> None:
        collection.adapted.make(found.id, monitor.subtask())
        for name in missing:
            monitor.check()
            make_map(collection, encoder=name, copies=known_copies(collection), monitor=monitor.subtask())

    try:
        jobs().start(adapting_key(collection), "Drawing the maps", work)
    except LookalikeError as error:
        st.session_state["training-said"] = str(error)
