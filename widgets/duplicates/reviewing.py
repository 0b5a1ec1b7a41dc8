"""The threshold, what it makes of the candidates, and the groups to decide on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.dedup import DUPLICATE, LIKELY, THRESHOLDS, Group, Grouping, JudgedPairs, effect, kind_title
from core.errors import LookalikeError
from widgets.app_state import url
from widgets.components.picture_sets import PictureSet, SetAct, SetButton, SetPicture, sets
from widgets.duplicates import deciding
from widgets.duplicates.address import DuplicatesView
from widgets.duplicates.binning import bin_all_button
from widgets.duplicates.charts import score_histogram
from widgets.duplicates.wording import facts, sureness
from widgets.duplicates.wording import threshold as written
from widgets.shared.formatting import count, one_line, plain
from widgets.shared.image_dialog import open_detail

if TYPE_CHECKING:
    from core.collection import Collection, Picture
    from core.dedup import Guarantee

PAGE = 8
_CHANGED = "duplicates-changed"
"""Set where something outside the fragment has to be drawn anew."""

Go = Callable[..., None]


def threshold_of(view: DuplicatesView, promise: Guarantee) -> float:
    """The threshold in use: the one chosen, else the promised one, else the usual one."""
    if view.threshold is not None:
        return view.threshold
    return promise.kept.threshold if promise.kept is not None else LIKELY


def steps(at: float) -> list[float]:
    """Where the slider stops, rising, `at` among them."""
    return sorted({round(float(t), 3) for t in THRESHOLDS} | {round(at, 3)})


@st.fragment
def review(collection: Collection, pairs: JudgedPairs, promise: Guarantee, go: Go) -> None:
    """Draw the threshold and the groups. Runs by itself when the threshold moves."""
    if st.session_state.pop(_CHANGED, False):
        st.rerun()
    view = DuplicatesView.read(url.params())
    at = threshold_of(view, promise)
    found = effect(pairs, at)
    kept = promise.kept.threshold if promise.kept is not None else None
    with st.container(border=True, key="threshold-box"):
        _counts(found.pairs, found.grouping)
        st.session_state["threshold"] = round(at, 3)
        st.select_slider(
            "Threshold",
            steps(at),
            key="threshold",
            format_func=written,
            on_change=lambda: go(threshold=st.session_state["threshold"], at=1),
            help="Pairs of at least this probability count as duplicates, beside those that people judged.",
        )
        _promised_here(at, kept)
        st.vega_lite_chart(*score_histogram(pairs, at, kept), key="score-histogram")
    groups(collection, pairs, found.grouping, view, promise, go)


def _counts(pairs: int, grouping: Grouping) -> None:
    spare = grouping.pictures - len(grouping.groups)
    with st.container(horizontal=True, gap="large", key="counts"):
        st.metric("Pairs", f"{pairs:,}", width="content")
        st.metric("Groups", f"{len(grouping.groups):,}", width="content")
        st.metric("Pictures in them", f"{grouping.pictures:,}", width="content")
        st.metric(
            "Could go",
            f"{spare:,}",
            width="content",
            help="Pictures left over when one of each group is kept.",
        )


def _promised_here(at: float, kept: float | None) -> None:
    if kept is None:
        st.caption(":material/help: Nothing is promised of any threshold yet; labels change that.")
    elif at >= kept - 1e-9:
        st.caption(f":material/verified: The promise holds here: it reaches down to {written(kept)}.")
    else:
        st.caption(
            f":material/warning: Below {written(kept)}, down to where the promise reaches, more may be wrong."
        )


def groups(
    collection: Collection,
    pairs: JudgedPairs,
    grouping: Grouping,
    view: DuplicatesView,
    promise: Guarantee,
    go: Go,
) -> None:
    """One page of groups, each with what is proposed and what can be done."""
    found = grouping.groups
    if not found:
        st.info(
            "No pair reaches this threshold. Move it to the left to see less certain ones.",
            icon=":material/arrow_back:",
        )
        return
    pages = -(-len(found) // PAGE)
    page = min(view.at, pages)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{count(len(found), 'group')}**, largest first. Green is what would stay.", width="stretch"
        )
        bin_all_button(collection, pairs, threshold_of(view, promise), promise)
    shown = found[(page - 1) * PAGE : page * PAGE]
    by_key = {",".join(map(str, group.ids)): group for group in shown}
    try:
        rows = [picture_set(collection, pairs, group) for group in shown]
    except LookalikeError as error:
        st.error(plain(str(error), 600), icon=":material/error:")
        return
    sets(
        "groups", collection, rows, on_act=partial(_act, collection, by_key, go), title="Groups of duplicates"
    )
    if pages > 1:
        st.session_state["groups-page"] = page
        with st.container(horizontal_alignment="center"):
            st.pagination(pages, key="groups-page", on_change=lambda: go(at=st.session_state["groups-page"]))
    if len(grouping.apart):
        n = len(grouping.apart)
        st.caption(
            f":material/info: {count(n, 'pair')} at this threshold {'is' if n == 1 else 'are'} in no common "
            "group: one of the two is not alike to all the other's copies."
        )


def picture_set(collection: Collection, pairs: JudgedPairs, group: Group) -> PictureSet:
    """A group as it is drawn: what stays first, then the rest with what was done to it."""
    decision = deciding.decided(collection, group.ids)
    pictures = {picture.id: picture for picture in collection.get_many(group.ids)}
    order = [i for i in (decision.keep, *decision.rest) if i in pictures]
    many = len(order) > 2
    cells = [_cell(pairs, pictures[i], decision.keep, many) for i in order]
    weakest = group.weakest
    link = f"{_name(pictures, weakest.a)} and {_name(pictures, weakest.b)}, " if many else ""
    sure = "judged duplicates" if weakest.judged else sureness(weakest.probability)
    spare = len(order) - 1
    return PictureSet(
        key=",".join(map(str, group.ids)),
        title=count(len(group.ids)),
        chips=_kinds(pairs, order),
        notes=(decision.reason, f"{'Weakest link' if many else 'How sure'}: {link}{sure}."),
        pictures=cells,
        buttons=(
            SetButton(
                "bin",
                f"Keep the best, bin {spare}",
                "The rest goes to the bin, from where it comes back",
                True,
            ),
            SetButton("apart", "Not duplicates", "Never propose these together again"),
            SetButton("why", "Why?", "Show what was seen in the weakest pair"),
        ),
    )


def _cell(pairs: JudgedPairs, picture: Picture, keep: int, many: bool) -> SetPicture:
    if picture.id == keep:
        return SetPicture(picture, (facts(picture),), badge="Keep", tone="keep")
    place = pairs.place(picture.id, keep)
    said = "tied by a person's word"
    if place is not None and pairs.scored:
        one = pairs.scored[place]
        judged = pairs.verdict[place] == DUPLICATE
        said = f"{kind_title(one.kind)} · {'judged' if judged else sureness(one.probability)}"
    buttons = [SetButton("keep", "Keep this one")]
    if many:
        buttons.append(SetButton("leave", "Not one of them"))
    buttons.append(SetButton("why", "Why?"))
    return SetPicture(picture, (facts(picture), said), tone="bin", buttons=tuple(buttons))


def _kinds(pairs: JudgedPairs, order: Sequence[int]) -> tuple[str, ...]:
    keep, *rest = order
    found = []
    for other in rest:
        place = pairs.place(keep, other)
        if place is not None and pairs.scored:
            found.append(pairs.scored[place].kind)
    return tuple(str(kind) for kind in dict.fromkeys(found))


def _name(pictures: dict[int, Picture], picture: int) -> str:
    found = pictures.get(picture)
    return one_line(found.name.rsplit("/", 1)[-1], 44) if found is not None else str(picture)


def _act(collection: Collection, by_key: dict[str, Group], go: Go, act: SetAct) -> None:
    group = by_key.get(act.key)
    if group is None or (act.id and act.id not in group.ids):
        return
    apply(collection, group, act, go)


def apply(collection: Collection, group: Group, act: SetAct, go: Go) -> None:
    """Do what the viewer asked for."""
    if act.kind == "keep":
        deciding.choose(collection, group.ids, act.id)
        return  # only this fragment has changed
    st.session_state[_CHANGED] = True
    if act.kind == "bin":
        deciding.keep_best(collection, group.ids)
    elif act.kind == "apart":
        deciding.part(collection, group.ids)
    elif act.kind == "leave":
        deciding.part(collection, group.ids, act.id)
    elif act.kind == "open":
        open_detail(act.id)
    elif act.kind == "why":
        go(pair=_asked(collection, group, act.id))


def _asked(collection: Collection, group: Group, picture: int) -> tuple[int, int]:
    if picture == 0:
        return group.weakest.a, group.weakest.b
    a, b = sorted((picture, deciding.decided(collection, group.ids).keep))
    return a, b
