"""A search in progress: the answer, and the words it is explained with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import LookalikeError
from core.presets import preset_of
from core.search import Query
from core.search.match_cutoff import ALPHA
from widgets.app_state.address import SearchRequest
from widgets.app_state.encoder_warmup import words_key
from widgets.app_state.resources import has_words, jobs, search_engine
from widgets.components.chips import Piece
from widgets.components.image_grid import data_uri
from widgets.search.query_image import OwnPicture
from widgets.search.rerank_panel import choose
from widgets.shared.formatting import count, listing, milliseconds, one_line, plain
from widgets.shared.tiles import preview, thumbnail

if TYPE_CHECKING:
    from core.collection import Collection
    from core.search import SearchResult, Timings

_ANSWER = "search-answer"
_PLAIN_WORD = re.compile(r"[a-z][a-z -]{1,24}")
_KINDS = ("red", "blue", "", "striped", "", "green")
_ANYWHERE = ("a red dress", "a dog outdoors", "a cup of coffee", "a sunset over the sea", "people at a table")


def pieces(collection: Collection, request: SearchRequest, own: OwnPicture | None) -> list[Piece]:
    """The pictures that are part of the question, for the tray.

    Raises:
        LookalikeError: the viewer's own picture cannot be read.
    """
    made = []
    if own is not None:
        made.append(
            Piece("own:", one_line(own.picture.name, 60), "own", data_uri(preview(own.picture.content)))
        )
    for kind, ids in (("like", request.like), ("unlike", request.unlike)):
        for picture in collection.get_many(ids):
            src = data_uri(thumbnail(collection, picture.id))
            made.append(
                Piece(f"{kind}:{picture.id}", one_line(picture.name.rsplit("/", 1)[-1], 60), kind, src)
            )
    return made


def warm_up(collection: Collection) -> None:
    """Load what the first search needs while the viewer still types."""
    key = f"warm:{collection.root}"
    if jobs().get(key) is None and collection.count():
        engine = search_engine(collection)
        with suppress(LookalikeError):  # two viewers at once: one of them has started it
            jobs().start(key, "Warming up", lambda _: engine.warm_up())


def calibrated(collection: Collection) -> bool:
    """Whether it is known from which cosine on a hit is a good match; starts to find out where it is not.

    The collection's own captions are asked for that, which takes seconds: no search waits for it.
    """
    key = _cutoff_key(collection)
    job = jobs().get(key)
    if job is None:
        words = has_words(collection.encoder_name)
        query = Query(text="a picture") if words else Query(like=tuple(collection.ids()[:1]))
        engine = search_engine(collection)
        with suppress(LookalikeError):  # two viewers at once: one of them has started it
            jobs().start(key, "Learning what a good match is", lambda _: engine.search(query, 1, alpha=ALPHA))
        return False
    return job.state == "done"


def until_calibrated(collection: Collection) -> None:
    """Run the page again as soon as that is known."""
    job = jobs().get(_cutoff_key(collection))
    if job is not None and job.running:
        _wait_for(job.key)


@st.fragment(run_every=1.0)
def _wait_for(key: str) -> None:
    job = jobs().get(key)
    if job is None or not job.running:
        st.rerun()


def _cutoff_key(collection: Collection) -> str:
    return f"cutoff:{collection.root}"


def answer(collection: Collection, request: SearchRequest, own: OwnPicture | None) -> SearchResult:
    """Search; the same question to an unchanged collection is answered from memory.

    Raises:
        LookalikeError: the question cannot be answered as it was put.
    """
    if own is not None:
        request = replace(request, region=own.region)
    image = own.picture.content if own is not None else None
    request = replace(request, again=choose(collection, request, own is not None))
    preset = preset_of(collection)
    usual = ALPHA if preset is None else preset.alpha
    alpha = usual if calibrated(collection) else None
    asked = (str(collection.root), collection.version(), request, image, alpha)
    known = st.session_state.get(_ANSWER)
    if known is not None and known[0] == asked:
        return known[1]
    getting_ready = jobs().get(words_key(collection))
    wait = "Searching…"
    if getting_ready is not None and getting_ready.running:
        wait = "Getting the words ready: once on this machine, for about half a minute…"
    with st.spinner(wait, show_time=False):
        result = search_engine(collection).search(
            request.query(image), k=request.size, rerank=request.again or None, alpha=alpha
        )
    st.session_state[_ANSWER] = (asked, result)
    return result


def examples(labels: Sequence[str | None]) -> list[str]:
    """A few searches that suit a collection with these labels, most frequent first."""
    words = [label.strip().lower().replace("_", " ") for label in labels if label]
    words = [word for word in words if _PLAIN_WORD.fullmatch(word)]
    if "dress" in words:  # the example that everybody knows comes first
        words.insert(0, words.pop(words.index("dress")))
    made = []
    for kind, word in zip(_KINDS, words, strict=False):
        phrase = f"{kind} {word}".strip()
        made.append(f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}")
    return made or list(_ANYWHERE)


@st.cache_data(show_spinner=False, max_entries=16)
def assortment(_collection: Collection, root: str, version: int, n: int = 12) -> list[int]:  # noqa: ARG001
    """Ids of pictures from all over the collection, to start a search from."""
    total = _collection.count()
    offsets = sorted({i * total // n for i in range(min(n, total))})
    return [picture.id for offset in offsets for picture in _collection.page(offset, 1)]


def found_line(result: SearchResult) -> str:
    """“The 24 closest of 302 pictures”, or that none is a good match, as Markdown."""
    if result.good == 0:
        return (
            f":material/search_off: **Nothing here is a good match;** these are the {len(result):,} closest "
            f"of {count(result.searched)}"
        )
    return f"**The {len(result):,} closest of {count(result.searched)}**"


def read_as_line(result: SearchResult) -> str:
    """The concepts that the words were carried through, as Markdown; empty where there are none."""
    words = [plain(concept.name, 40) for concept in result.read_as if concept.weight >= 0.05][:5]
    return f"Read as: {listing(words)}" if words else ""


def timing_line(timings: Timings) -> str:
    """Where the time went."""
    stages = (
        ("understanding the query", timings.encode_ms),
        ("searching", timings.index_ms),
        *([("looking again", timings.rerank_ms)] if timings.rerank_ms >= 0.05 else []),
        ("reading the catalogue", timings.catalogue_ms),
        ("explaining", timings.explain_ms),
    )
    return f"{milliseconds(timings.total_ms)}: " + " · ".join(f"{n} {milliseconds(ms)}" for n, ms in stages)
