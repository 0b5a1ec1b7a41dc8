"""Reading values from an address: what makes no sense there counts as not given. Pure."""

from collections.abc import Mapping, Sequence

from core.search import Query

Params = Mapping[str, Sequence[str]]

_LONGEST_TEXT = 500


def first(params: Params, key: str) -> str:
    """The first value of `key`, or an empty text."""
    values = params.get(key, ())
    return values[0].replace("\0", "") if values else ""


def number(text: str, least: int = 1) -> int | None:
    """A whole number of at most nine digits from `least` on, or None."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return None
    return int(text) if int(text) >= least else None


def read_text_or_like(params: Params) -> tuple[str, int | None]:
    """The query of an address: words, or the id of a picture, which counts where both are given."""
    like = number(first(params, "like"))
    return "" if like is not None else first(params, "q").strip()[:_LONGEST_TEXT], like


def write_text_or_like(text: str, like: int | None) -> dict[str, list[str]]:
    """The parts of an address that `read_text_or_like` reads."""
    if like is not None:
        return {"like": [str(like)]}
    return {"q": [text]} if text else {}


def text_or_like_query(text: str, like: int | None) -> Query | None:
    """The query, if there is one."""
    if like is not None:
        return Query(like=(like,))
    return Query(text=text) if text else None
