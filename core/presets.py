"""Presets: what a collection of one kind needs, as defaults that can be changed at any time.

A preset is chosen when a collection is made, and stored with it by its key:

    shop = Workspace().create("shop", preset("catalogue").encoder)
    set_preset(shop, "catalogue")
"""

from dataclasses import dataclass

from .collection.collection import Collection
from .collection.reader import Reader
from .errors import LookalikeError

_META = "preset"


@dataclass(frozen=True)
class Start:
    """A screen to begin with: its file's name, a part of its address, what it is called, and why."""

    screen: str
    address: tuple[tuple[str, str], ...]
    title: str
    why: str


@dataclass(frozen=True)
class Preset:
    """Defaults for one kind of collection.

    Attributes:
        key: its name in commands and addresses.
        title: its display name.
        about: whom it is for, in a sentence.
        encoder: that pictures are embedded with; fixed once the first picture is added.
        why_encoder: why that one.
        alpha: of searches with an answer, the share that may be reported to have no good match: the higher,
            the fewer results are called good (see `core.search.match_cutoff`).
        why_alpha: why that much.
        reranker: the re-ranker of the first results; empty for none.
        why_reranker: why that one.
        starts: the screens to begin with, in order.
    """

    key: str
    title: str
    about: str
    encoder: str
    why_encoder: str
    alpha: float
    why_alpha: str
    reranker: str
    why_reranker: str
    starts: tuple[Start, ...]


PRESETS: tuple[Preset, ...] = (
    Preset(
        "catalogue",
        "Product catalogue",
        "Products with labels, searched by words and pictures, with figures to defend.",
        "efficientnet-lite0",
        "It has words, works without a network, and embeds some 100 pictures a second on two cores.",
        0.05,
        "One search in twenty that has an answer may be told it has none: customers would rather see nothing "
        "than ten wrong products.",
        "",
        "The first order is measured first; a re-ranker is switched on once Evaluation shows what it gains.",
        (
            Start("evaluation", (), "Evaluation", "how good the search is on your labels"),
            Start("duplicates", (), "Duplicates", "products that are listed twice"),
            Start("health", (), "Health", "the report of the whole project, from folder to figures"),
        ),
    ),
    Preset(
        "photos",
        "Personal photo library",
        "Years of photos: events, favourites, and what is there twice.",
        "efficientnet-lite0",
        "Nothing leaves the machine, and large libraries are embedded overnight on an ordinary laptop.",
        0.02,
        "A photo that is half remembered should still come up: only one search in fifty may be told "
        "that there "
        "is no good match.",
        "",
        "Words find photos; comparing details point by point would only slow that down.",
        (
            Start("clusters", (("part", "events"),), "Events", "photos by time, place and sight"),
            Start("collection", (("favourites", "1"),), "Favourites", "photos that you gave a star"),
            Start("duplicates", (), "Duplicates", "bursts, copies and edits: keep the best"),
        ),
    ),
    Preset(
        "logos",
        "Brand-logo monitoring",
        "A register of logos; other pictures are searched for them, part by part.",
        "efficientnet-lite0",
        "It sees shape and colour at 224 pixels, enough for a logo that fills a part of a picture.",
        0.1,
        "A false alarm costs a person's look, so one true match in ten may be left to that look.",
        "local",
        "A copy of a logo agrees with it point by point, however its surroundings differ. A logo that "
        "was drawn "
        "again does not, and stays where its cosine puts it.",
        (
            Start("search", (), "Search by parts", "drop a picture: which logos are in it?"),
            Start("duplicates", (), "Duplicates", "logos that are nearly the same"),
            Start("clusters", (), "Clusters", "which logos look alike"),
        ),
    ),
    Preset(
        "fashion",
        "Fashion recommendation",
        "More like this: the same kind of garment first, and the very same one before all.",
        "efficientnet-lite0",
        "It has words for garments and colours, and takes a trained adapter, which adds most on fashion.",
        0.02,
        "A recommendation shows something in any case; only what is far off is called no good match.",
        "local",
        "Of garments of one kind, those with the same print or cut agree in details and come first.",
        (
            Start("search", (), "More like this", "point at a picture, and press More like this"),
            Start("training", (), "Training", "teach it what your customers call alike"),
            Start("evaluation", (), "Evaluation", "P@5 before and after"),
        ),
    ),
)
"""Every preset, in the order in which they are offered."""


def preset(key: str) -> Preset:
    """The preset of this key.

    Raises:
        LookalikeError: there is none.
    """
    found = next((one for one in PRESETS if one.key == key), None)
    if found is None:
        raise LookalikeError(
            f"There is no preset “{key}”. Choose one of {', '.join(one.key for one in PRESETS)}."
        )
    return found


def preset_of(collection: Reader) -> Preset | None:
    """The preset that a collection was made with, or was given since; None without one."""
    key = collection.catalogue.meta(_META)
    return next((one for one in PRESETS if one.key == key), None)


def set_preset(collection: Collection, key: str) -> None:
    """Give a collection the defaults of a preset, or none with an empty key; its encoder stays.

    Raises:
        LookalikeError: there is no such preset, or the collection cannot be written.
    """
    if key:
        preset(key)
    with collection.catalogue.transaction() as tx:
        tx.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_META, key))
