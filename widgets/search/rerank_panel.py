"""Re-ranking of search results: the available re-rankers, what it changed, which details agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from widgets.app_state.address import SearchRequest
from widgets.app_state.resources import has_words
from widgets.shared.formatting import plain

if TYPE_CHECKING:
    from PIL import Image

    from core.collection import Collection, Picture
    from core.search import Hit, LocalEvidence, RerankerInfo, SearchResult
    from widgets.search.query_image import OwnPicture

_ENCODER = "encoder:"
_OFF = "As the encoder ranks them."


@dataclass(frozen=True)
class Offer:
    """One re-ranker: its name, its title, what it does, and why it does not apply now, if it does not."""

    name: str
    title: str
    text: str
    why_not: str = ""


def offers(known: Sequence[RerankerInfo], request: SearchRequest, own: bool) -> list[Offer]:
    """The second looks that there are, each with whether it applies to what is asked."""
    pictures = len(request.like) + own
    made = []
    for one in known:
        other = one.name.removeprefix(_ENCODER) if one.name.startswith(_ENCODER) else ""
        why_not = ""
        if one.one_picture and (pictures != 1 or request.text or request.unlike):
            why_not = "needs one picture to look for, and nothing else in the search"
        elif other and request.text and not has_words(other):
            why_not = f"{other} has no words"
        made.append(Offer(one.name, one.title, one.about, why_not))
    return made


def settled(request: SearchRequest, offered: Sequence[Offer]) -> str:
    """The re-ranker to use: the one that the address asks for, if it is there and applies."""
    return next((one.name for one in offered if one.name == request.again and not one.why_not), "")


def again_control(
    collection: Collection, request: SearchRequest, own: bool, on_choose: Callable[[str], None]
) -> None:
    """A popover to choose the re-ranker; those that do not apply are explained in it."""
    from core.search.rerankers import rerankers

    offered = offers(rerankers(collection), request, own)
    usable = [Offer("", "Off", _OFF), *(one for one in offered if not one.why_not)]
    chosen = settled(request, offered)
    title = next(one.title for one in usable if one.name == chosen)
    by_name = {one.name: one for one in usable}
    st.session_state["again"] = chosen
    with st.popover(
        f"Look again: {plain(title, 40)}" if chosen else "Look again", icon=":material/swap_vert:"
    ):
        st.radio(
            "Put the first 50 results into another order",
            list(by_name),
            key="again",
            format_func=lambda name: plain(by_name[name].title, 80),
            captions=[plain(one.text, 200) for one in usable],
            on_change=lambda: on_choose(st.session_state["again"]),
        )
        for one in offered:
            if one.why_not:
                st.caption(f":material/block: **{plain(one.title, 80)}** {plain(one.why_not, 200)}.")


NO_RERANKER = "-"
"""In an address: no re-ranking, although the collection's preset has a re-ranker."""


def with_default(collection: Collection, request: SearchRequest) -> SearchRequest:
    """The request with the re-ranker of the collection's preset, where the address names none."""
    from core.presets import preset_of

    preset = preset_of(collection)
    if preset is None or request.again:
        return replace(request, again="") if request.again == NO_RERANKER else request
    return replace(request, again=preset.reranker)


def in_address(collection: Collection, name: str) -> str:
    """What an address says for this second look: none has to be said where the preset has one."""
    from core.presets import preset_of

    preset = preset_of(collection)
    return NO_RERANKER if not name and preset is not None and preset.reranker else name


def choose(collection: Collection, request: SearchRequest, own: bool) -> str:
    """The re-ranker that the search uses."""
    if not request.again:
        return ""
    from core.search.rerankers import rerankers

    return settled(request, offers(rerankers(collection), request, own))


def moved(hit: Hit) -> str:
    """“↑ 7 → 1”, “↓ 1 → 3”; empty where a hit stayed, or nothing was looked at again."""
    if hit.first_rank is None or hit.first_rank == hit.rank:
        return ""
    return f"{'↑' if hit.first_rank > hit.rank else '↓'} {hit.first_rank} → {hit.rank}"


def changed_line(result: SearchResult) -> str:
    """Why the first order stands after looking again, wholly or in part; empty where it does not."""
    if result.note or not result.reranked:
        return result.note
    return (
        "" if any(moved(hit) for hit in result) else "Looking again changed nothing: the first order stands."
    )


def agreement(local: LocalEvidence) -> str:
    """“43 points agree · overlap 62 % · mirrored”."""
    if not local.inliers:
        return "no points agree"
    said = [f"{local.inliers:,} {'point agrees' if local.inliers == 1 else 'points agree'}"]
    said.append(f"overlap {100 * max(local.overlap_query, local.overlap_hit):.0f} %")
    if local.mirrored:
        said.append("mirrored")
    return " · ".join(said)


def in_words(local: LocalEvidence) -> str:
    """What local evidence says, for the large view; plain text."""
    if not local.inliers:
        return f"No points of the two agree on one movement ({local.matches:,} look alike by chance)."
    said = (
        f"{local.inliers:,} of {local.matches:,} matching points agree on one movement. This picture shows "
        f"{100 * local.overlap_query:.0f} % of the one searched for, which fills "
        f"{100 * local.overlap_hit:.0f} % of it"
    )
    said += ", in a mirror." if local.mirrored else "."
    return said if local.decisive else f"{said} That is too little to move it forward."


def match_picture(
    collection: Collection, request: SearchRequest, own: OwnPicture | None, hit: Picture, local: LocalEvidence
) -> bytes:
    """The two pictures side by side, their agreeing points joined by lines, as a JPEG.

    Raises:
        LookalikeError: one of the two cannot be read any more.
    """
    import io

    from core.local_features.draw_matches import draw_matches

    sheet = draw_matches(
        _searched_for(collection, request, own), _loaded(collection.original(hit.id)), local.lines,
        mirrored=local.mirrored, height=420,
    )  # fmt: skip
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=88)
    return out.getvalue()


def show_match(
    collection: Collection, request: SearchRequest, own: OwnPicture | None, hit: Picture, local: LocalEvidence
) -> None:
    """Draw the evidence for one hit: the two pictures with their lines, and what they mean."""
    st.markdown(f"**The same details in both:** {plain(in_words(local), 400)}")
    if not local.lines:
        return
    try:
        drawn = match_picture(collection, request, own, hit, local)
    except LookalikeError as error:
        st.caption(f":material/warning: {plain(str(error), 400)}")
        return
    st.image(
        drawn,
        width="stretch",
        caption="Left what you search for, right this picture; each line joins the same point of both.",
        alt=f"The two pictures side by side: {agreement(local)}",
    )


def _searched_for(collection: Collection, request: SearchRequest, own: OwnPicture | None) -> Image.Image:
    from core.search import crop

    content = own.picture.content if own is not None else collection.original(request.like[0])
    region = own.region if own is not None else request.region
    image = _loaded(content)
    return crop(image, region) if region is not None else image


def _loaded(content: bytes) -> Image.Image:
    from core.images import load_image

    return load_image(content, min_side=640).image
