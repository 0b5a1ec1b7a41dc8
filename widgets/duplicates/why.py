"""Why two pictures are called copies of one another, or not: what was seen, where, and what differs."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.dedup import kind_title
from core.errors import LookalikeError
from widgets.duplicates.wording import VERDICTS, evidence_rows, facts, proposed, sureness
from widgets.shared.formatting import one_line, plain

if TYPE_CHECKING:
    from PIL import Image

    from core.collection import Collection, Verdict
    from core.dedup import JudgedPairs

Judge = Callable[[tuple[int, int], "Verdict"], None]


def why_dialog(
    collection: Collection, pairs: JudgedPairs, pair: tuple[int, int], judge: Judge, close: Callable[[], None]
) -> None:
    """Show the evidence for a pair in a dialog; `close` is called when it is put away."""

    @st.dialog("Why these two?", width="large", on_dismiss=close)
    def shown() -> None:
        if len(collection.get_many(pair)) < 2:
            st.info("One of the two pictures is no longer here.", icon=":material/help:")
            return
        heading(pairs, pair)
        evidence(collection, pairs, pair)
        history(collection, pair)
        with st.container(horizontal=True):
            for verdict, icon in (("duplicate", "check"), ("different", "close"), ("unsure", "help")):
                st.button(
                    VERDICTS[verdict],
                    key=f"why-{verdict}",
                    icon=f":material/{icon}:",
                    on_click=judge,
                    args=(pair, verdict),
                )

    shown()


def heading(pairs: JudgedPairs, pair: tuple[int, int]) -> None:
    """How probable it is, and what kind of copy it would be."""
    place = pairs.place(*pair)
    if place is None or not pairs.scored:
        st.markdown("Nothing proposed this pair: only a person's word ties the two together.")
        return
    one = pairs.scored[place]
    st.markdown(
        f"**{sureness(one.probability).capitalize()} sure to be duplicates.** If so: {kind_title(one.kind)}. "
        f"Proposed by {proposed(one)}."
    )


def evidence(collection: Collection, pairs: JudgedPairs, pair: tuple[int, int]) -> None:
    """The two pictures with what they share, what differs, and the evidence as a table."""
    first, second = collection.get_many(pair)
    try:
        matches, difference, share, lines = pictures(
            collection, str(collection.root), first.sha256, second.sha256, pair
        )
    except LookalikeError as error:
        st.warning(plain(str(error), 400), icon=":material/warning:")
    else:
        said = [
            f"Left {one_line(first.name, 60)} ({facts(first)}), right {one_line(second.name, 60)} "
            f"({facts(second)})."
        ]
        if lines:
            said.append(f"Each line joins the same point of both: {lines:,} agree on one movement.")
            said.append("The green outline is the part that both show.")
        else:
            said.append("No points of the two agree on one movement.")
        st.image(
            matches, width="stretch", caption=plain(" ".join(said), 600), alt="The two pictures side by side"
        )
        if difference is not None and share is not None:
            left, right = st.columns([1, 1.5], vertical_alignment="center", gap="medium")
            left.image(difference, width="stretch", alt="What differs, in red")
            right.markdown(f"**What differs:** {differing(share)}")
            right.caption(
                "Left was laid over right, and colours and brightness evened out. Red is what differs all "
                "the same; pale is what left does not show."
            )
    place = pairs.place(*pair)
    if place is not None and pairs.scored:
        rows = evidence_rows(pairs.scored[place].evidence)
        st.dataframe(
            [{"Evidence": row.what, "Found": row.found, "What it means": row.meaning} for row in rows],
            hide_index=True,
            alt="What was seen in the pair",
        )


def differing(share: float) -> str:
    """How much of what both show differs, in words."""
    if share < 0.002:
        return "nothing that would be seen."
    if share < 0.01:
        return "less than 1 % of what both show."
    return f"{100 * share:.0f} % of what both show."


def history(collection: Collection, pair: tuple[int, int]) -> None:
    """Everything that was ever said of the pair."""
    said = collection.judgements.history(*pair)
    if not said:
        return
    lines = []
    for one in reversed(said):
        line = f"{one.at:%Y-%m-%d %H:%M} UTC: {VERDICTS[one.verdict].lower()}, by {plain(one.source, 40)}"
        lines.append(f"~~{line}~~ (taken back)" if one.withdrawn_at is not None else line)
    with st.expander(
        f"What was said of them: {VERDICTS[said[-1].verdict].lower()}"
        if len(said) == 1
        else f"What was said of them, {len(said)} times",
        icon=":material/history:",
    ):
        st.markdown("\n".join(f"- {line}" for line in lines))


@st.cache_data(show_spinner="Laying one over the other…", max_entries=64)
def pictures(
    _collection: Collection,
    root: str,  # noqa: ARG001 - part of the cache's key
    first: str,  # noqa: ARG001 - likewise
    second: str,  # noqa: ARG001 - likewise
    pair: tuple[int, int],
) -> tuple[bytes, bytes | None, float | None, int]:
    """The matches and the difference as JPEGs, the share that differs, and how many points agree.

    Raises:
        LookalikeError: one of the two cannot be read any more.
    """
    from core.dedup import show

    found = show(_collection, *pair)
    difference = found.difference()
    return (
        _jpeg(found.matches(460)),
        None if difference is None else _jpeg(difference),
        found.share_differing,
        found.geometry.inliers,
    )


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()
