"""What the address bar holds: which pictures are browsed, and what is searched for. Pure functions.

An address may be mistyped or mangled, so reading one never fails: what makes no sense is left out.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, cast, get_args

from core.collection import Filter, Order
from core.search import Query, Region
from widgets.app_state.query_params import Params, first

NO_LABEL = "-"
"""Stands for “no label” in an address; a real label of a single dash is written as two."""


PAGE_SIZE = 60
SIZES = (12, 24, 48, 96)
MOST_TEXT = 500
MOST_EXAMPLES = 24


def read_filter(params: Params) -> Filter:
    """The filter that an address asks for."""
    return Filter(
        labels=tuple(dict.fromkeys(_label(text) for text in params.get("label", ()))),
        name=first(params, "name")[:MOST_TEXT],
        taken_from=_day(first(params, "from")),
        taken_to=_day(first(params, "to")),
        favourites=first(params, "favourites") == "1",
    )


def write_filter(where: Filter) -> dict[str, list[str]]:
    """The part of an address that asks for this filter."""
    parts = {
        "label": [_label_text(label) for label in where.labels],
        "name": [where.name] if where.name else [],
        "from": [where.taken_from.isoformat()] if where.taken_from else [],
        "to": [where.taken_to.isoformat()] if where.taken_to else [],
        "favourites": ["1"] if where.favourites else [],
    }
    return {key: value for key, value in parts.items() if value}


@dataclass(frozen=True)
class Browse:
    """What the collection screen shows; pages are counted from 1."""

    where: Filter = Filter()
    order: Order = "added"
    descending: bool = True
    page: int = 1
    bin: bool = False
    lost: bool = False

    @staticmethod
    def read(params: Params) -> "Browse":
        """From an address."""
        order = first(params, "sort")
        page = first(params, "page")
        return Browse(
            where=read_filter(params),
            order=cast(Order, order) if order in get_args(Order) else "added",
            descending=first(params, "up") != "1",
            page=min(10**7, max(1, int(page))) if page.isascii() and page.isdigit() else 1,
            bin=first(params, "view") == "bin",
            lost=first(params, "view") == "lost",
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts = write_filter(self.where)
        if self.order != "added":
            parts["sort"] = [self.order]
        if not self.descending:
            parts["up"] = ["1"]
        if self.page > 1:
            parts["page"] = [str(self.page)]
        if self.bin:
            parts["view"] = ["bin"]
        elif self.lost:
            parts["view"] = ["lost"]
        return parts

    def pages(self, pictures: int) -> int:
        """How many pages that many pictures fill, at least one."""
        return max(1, -(-pictures // PAGE_SIZE))

    def offset(self, pictures: int) -> int:
        """Where this page begins; a page past the end is the last one."""
        return (min(self.page, self.pages(pictures)) - 1) * PAGE_SIZE


@dataclass(frozen=True)
class SearchRequest:
    """What the search screen was asked, as far as an address can hold it.

    `again` names the re-ranker of the first results, if any (see `core.search.rerankers`).
    A picture from the viewer's own machine cannot be part of an address; the screen keeps it aside.
    """

    text: str = ""
    like: tuple[int, ...] = ()
    unlike: tuple[int, ...] = ()
    region: Region | None = None
    where: Filter = Filter()
    size: int = 24
    again: str = ""

    @staticmethod
    def read(params: Params) -> "SearchRequest":
        """From an address."""
        like, unlike = _ids(params, "like"), _ids(params, "unlike")
        size = first(params, "k")
        return SearchRequest(
            text=first(params, "q").strip()[:MOST_TEXT],
            like=like,
            unlike=tuple(i for i in unlike if i not in like),
            region=_region(first(params, "region")),
            where=read_filter(params),
            size=int(size) if size in map(str, SIZES) else 24,
            again=first(params, "again").strip()[:MOST_TEXT],
        )

    def write(self) -> dict[str, list[str]]:
        """To an address; what is as usual is left out."""
        parts: dict[str, list[str]] = {}
        if self.text:
            parts["q"] = [self.text]
        if self.like:
            parts["like"] = [",".join(map(str, self.like))]
        if self.unlike:
            parts["unlike"] = [",".join(map(str, self.unlike))]
        if self.region:
            r = self.region
            parts["region"] = [",".join(f"{side:g}" for side in (r.left, r.top, r.right, r.bottom))]
        if self.size != 24:
            parts["k"] = [str(self.size)]
        if self.again:
            parts["again"] = [self.again]
        return parts | write_filter(self.where)

    def with_example(self, kind: Literal["like", "unlike"], picture: int) -> "SearchRequest":
        """With one more picture to be like, or unlike; the newest word on a picture counts."""
        like = tuple(i for i in self.like if i != picture)
        unlike = tuple(i for i in self.unlike if i != picture)
        if kind == "like":
            like = (*like, picture)[-MOST_EXAMPLES:]
        else:
            unlike = (*unlike, picture)[-MOST_EXAMPLES:]
        return replace(self, like=like, unlike=unlike, region=None)

    def without_example(self, kind: str, picture: int) -> "SearchRequest":
        """With one picture fewer."""
        if kind == "like":
            return replace(self, like=tuple(i for i in self.like if i != picture), region=None)
        return replace(self, unlike=tuple(i for i in self.unlike if i != picture))

    def asks(self, image: bytes | None = None) -> bool:
        """Whether there is anything to look for."""
        return bool(self.text or self.like or self.unlike or image)

    def query(self, image: bytes | None = None) -> Query:
        """The same, for the engine."""
        croppable = image is not None or (len(self.like) == 1)
        return Query(
            text=self.text,
            image=image,
            region=self.region if croppable else None,
            like=self.like,
            unlike=self.unlike,
            where=self.where,
        )


def _label(text: str) -> str | None:
    if text == NO_LABEL:
        return None
    return "-" if text == "--" else text[:MOST_TEXT]


def _label_text(label: str | None) -> str:
    if label is None:
        return NO_LABEL
    return "--" if label == "-" else label


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _ids(params: Params, key: str) -> tuple[int, ...]:
    words = first(params, key).split(",")
    ids = [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 16]
    return tuple(dict.fromkeys(ids))[:MOST_EXAMPLES]


def _region(text: str) -> Region | None:
    try:
        left, top, right, bottom = (float(word) for word in text.split(","))
    except ValueError:
        return None
    return Region(left, top, right, bottom) if 0 <= left < right <= 1 and 0 <= top < bottom <= 1 else None
