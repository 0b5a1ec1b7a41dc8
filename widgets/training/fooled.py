"""Which wrong pictures the search takes for right ones, worst first, and a person's word on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.collection import Judgement
from core.errors import LookalikeError
from widgets.components.image_rows import Cell, Strip, StripAct, strips
from widgets.shared import undo
from widgets.shared.formatting import count, plain
from widgets.shared.image_dialog import detail, open_detail
from widgets.shared.search_like import go_like
from widgets.training.data import fooled
from widgets.training.wording import title

if TYPE_CHECKING:
    from core.collection import Collection, Picture
    from core.training import Triplet, Version

_PAGE = 6
_MORE = "fooled-more"


def fooled_part(collection: Collection, version: Version | None, no_labels: Callable[[], None]) -> None:
    """Draw the hardest triplets; `no_labels` is drawn where nothing says what is wrong."""
    adapter = None
    if version is not None:
        chosen = st.segmented_control(
            "Under",
            ["encoder", "adapter"],
            default="encoder",
            required=True,
            key="fooled-under",
            format_func={
                "encoder": "Before training",
                "adapter": f"With {title(version).lower()}",
            }.__getitem__,
            label_visibility="collapsed",
        )
        adapter = version.id if chosen == "adapter" else None
    try:
        found = fooled(collection, adapter)
    except LookalikeError:
        no_labels()
        return
    wrong = [one for one in found if one.violation > 0]
    if not wrong:
        st.success(
            "Every labelled picture looks more like one of its own label than like any other: the search is "
            "not fooled here.",
            icon=":material/check_circle:",
        )
    else:
        at_least = f"{len(wrong)} or more" if len(wrong) == len(found) else f"{len(wrong)}"
        st.markdown(
            f"**{at_least} pictures look more like a wrong one than like a right one.** Training learns from "
            "these. If a “wrong” one is the same kind of thing after all, say so: its label is corrected."
        )
    shown = found[: st.session_state.get(_MORE, _PAGE)]
    ids = {i for one in shown for i in (one.anchor, one.positive, one.negative)}
    pictures = {picture.id: picture for picture in collection.get_many(sorted(ids))}
    whole = [one for one in shown if {one.anchor, one.positive, one.negative} <= pictures.keys()]
    for start in range(0, len(whole), 2):  # row by row, so that the order is the same on a narrow screen
        for column, one in zip(st.columns(2, gap="small"), whole[start : start + 2], strict=False):
            with column:
                _triplet(collection, one, pictures)
    if len(shown) < len(found):
        st.button("Show more", key="fooled-show-more", on_click=_more, icon=":material/expand_more:")
    detail(collection, sorted(ids), go_like)


def _triplet(collection: Collection, one: Triplet, pictures: dict[int, Picture]) -> None:
    anchor, right, wrong = pictures[one.anchor], pictures[one.positive], pictures[one.negative]
    key = f"{one.anchor}-{one.negative}"
    with st.container(border=True, key=f"fooled-{key}", gap="small"):
        strips(
            f"fooled-strip-{key}",
            collection,
            [
                Strip(
                    key,
                    f"“{anchor.label}” is taken for “{wrong.label}”"
                    if one.violation > 0
                    else f"“{anchor.label}”",
                    f"cosine {one.negative_score:.3f}, with the nearest right one {one.positive_score:.3f}",
                    Cell(anchor),
                    [Cell(wrong, 1, right=False), Cell(right, 2, right=True)],
                )
            ],
            on_act=_open,
            title="The picture, the wrong one that is nearest, the right one that is nearest",
        )
        with st.container(horizontal=True, gap="small"):
            st.button(
                f"Same thing: label it “{plain(anchor.label or '', 30)}”",
                key=f"fooled-label-{key}",
                icon=":material/label:",
                on_click=undo.label,
                args=(collection, [wrong.id], anchor.label),
                help="Gives the “wrong” picture the label of the first one.",
            )
            st.button(
                "Same picture",
                key=f"fooled-same-{key}",
                icon=":material/filter_none:",
                type="tertiary",
                on_click=_same_picture,
                args=(collection, anchor, wrong),
                help="Records the verdict that the two are duplicates.",
            )


def _same_picture(collection: Collection, anchor: Picture, wrong: Picture) -> None:
    ids = collection.judgements.judge([Judgement(anchor.id, wrong.id, "duplicate")])
    undo.remember(undo.Done(collection.name, "Judged the two as duplicates.", verdicts=tuple(ids)))


def _open(event: StripAct) -> None:
    if event.kind == "open":
        open_detail(event.id)


def _more() -> None:
    st.session_state[_MORE] = st.session_state.get(_MORE, _PAGE) + _PAGE


def labelled_line(collection: Collection) -> str:
    """How much there is to learn from, on one line."""
    labels = [(label, n) for label, n in collection.labels() if label]
    pictures = sum(n for _, n in labels)
    verdicts = len(collection.verdicts())
    said = [f"{count(pictures, 'labelled picture')} in {count(len(labels), 'label')}"]
    if verdicts:
        said.append(count(verdicts, "verdict"))
    return " · ".join(said)
