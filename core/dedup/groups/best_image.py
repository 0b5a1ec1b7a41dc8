"""Which picture of a group to keep, and why; the rest goes to the collection's bin, from where it comes back.

In this order:

1. A file that exists, and is not damaged: no data of it is lost.
2. An original before what was made from it: put in a frame, enlarged, mirrored, or saved again, as far as the
   files show it (`core.dedup.groups.originality`).
3. More pixels, a plain margin left aside; a smaller copy of a picture holds less of it.
4. What it alone knows: date and place in the file; label given by hand, caption and verdicts.
5. A name that does not call it a copy.
6. Tones that are not lost in black or white, as the darkest of a bracket loses them.
7. Colours that are not cut off at their brightest, where it is the brighter picture that has more of them.
8. Sharper; if about as sharp, compressed less, or the larger file; then the one that was here first.

Steps 3 to 8 choose the likeliest original; step 2 then looks at what it was made from, and chooses again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...collection.collection import Collection
from ...collection.ingest.inheritance import Inherited
from ...collection.ingest.locate import look_for_places
from ...collection.reader import Reader
from ...collection.types import Picture
from ...errors import CollectionError
from ...jobs import Monitor
from .complete_linkage import Group
from .examined import Examined
from .name_hints import copy_hint
from .originality import Examination, Source
from .reasons import kilobytes, listed, name_of, of_source, size_of

_AS_MANY_PIXELS = 0.9
_AS_SHARP = 0.75
_AS_LARGE = 0.9
"""Shares of the best that count as no difference: a few pixels of a border, a round of JPEG, some letters, a
mirror."""
_AS_MANY_TONES = 0.06
"""Share of the pixels that may be black or white besides without a difference."""
_AS_COARSE = 0.9
_FRAMED = 0.9
_LOOKED_AT = 24
"""In how many likely originals of one group the traces of another are looked for."""


@dataclass(frozen=True)
class Decision:
    """What to do with a group: which picture stays, which ones go, and why, in a sentence."""

    keep: int
    rest: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Binned:
    """What came of it: ids now in the bin, in the order of the decisions, and groups that were left alone.

    `carried` is what went over from copies to what is kept (`core.dedup.groups.carried` puts it into words).
    `Collection.restore_copies(removed, carried)` takes all of it back.
    """

    removed: tuple[int, ...]
    skipped: tuple[str, ...]
    carried: tuple[Inherited, ...] = ()


def decide(collection: Reader, group: Group | Sequence[int]) -> Decision:
    """Choose the picture to keep of those of a group that are there.

    Raises:
        CollectionError: none of them is.
    """
    ids = group.ids if isinstance(group, Group) else tuple(group)
    pictures = collection.get_many(ids)
    if not pictures:
        raise CollectionError("None of these pictures is there any more.")
    return best(pictures, Examination(collection, ids))


def best(pictures: Sequence[Picture], seen: Examined) -> Decision:
    """Choose among pictures, at least one; see the module for the order."""
    everyone = sorted(pictures, key=lambda p: p.id)

    def decision(keep: Picture, reason: str) -> Decision:
        return Decision(keep.id, tuple(p.id for p in everyone if p.id != keep.id), f"Kept: {reason}")

    if len(everyone) == 1:
        return decision(everyone[0], "there is no other.")
    left = [p for p in everyone if seen.exists(p)] or everyone
    if len(left) == 1:
        return decision(left[0], "the only one whose file is still there.")
    left = [p for p in left if not seen.damaged(p)] or left
    if len(left) == 1:
        return decision(left[0], "the only one whose file is not damaged.")
    left, framed = _without_frames(left, seen)
    keep, reason = _likeliest(left, seen)
    source: Source | None = None
    copy = keep
    for _ in range(_LOOKED_AT):
        others = [p for p in left if p.id != keep.id]
        if not others:
            break
        found = seen.source(keep, _in_order(others, seen))
        if found is None:
            break
        source, copy = found, keep
        left = others
        keep, reason = (found.picture, "") if len(left) == 1 else _likeliest(left, seen)
    if source is not None:
        return decision(keep, of_source(copy, source))
    if framed is not None and not reason.startswith("the most"):
        inside = size_of(framed, seen.margin(framed).inside)
        return decision(
            keep, f"the picture without a frame; {name_of(framed)} shows {inside} inside its frame."
        )
    return decision(keep, reason)


def bin_rest(collection: Collection, decisions: Iterable[Decision], monitor: Monitor | None = None) -> Binned:
    """Put what is not kept into the bin; where the picture to keep is gone by now, its copies stay.

    Label, caption, date, place, verdicts and marks that only a copy has are carried over to what is kept, in
    the same transaction.
    """
    watched = monitor or Monitor()
    removed: list[int] = []
    skipped: list[str] = []
    gone: set[int] = set()
    kept: list[tuple[int, list[int]]] = []
    present = set(collection.ids())
    for decision in decisions:
        watched.check()
        if decision.keep not in present or decision.keep in gone:
            skipped.append(f"Picture {decision.keep}, which was to be kept, is gone; its copies stay.")
        else:
            copies = [i for i in decision.rest if i in present and i not in gone]
            kept.append((decision.keep, copies))
            removed += copies
            gone.update(copies)
        watched.advance()
    _look_for_places(collection, kept, watched)
    return Binned(tuple(removed), tuple(skipped), collection.bin_copies(kept))


def _look_for_places(
    collection: Collection, kept: Sequence[tuple[int, Sequence[int]]], monitor: Monitor
) -> None:
    """Read where the kept pictures were taken, and their copies where a kept one does not say."""
    look_for_places(collection, [keep for keep, _ in kept], monitor.subtask())
    placed = collection.places.all()
    copies = [i for keep, rest in kept if keep not in placed for i in rest]
    look_for_places(collection, copies, monitor.subtask())


def _without_frames(left: list[Picture], seen: Examined) -> tuple[list[Picture], Picture | None]:
    """Those that nobody has put a frame around, if they show as much; and one that was left out."""
    margins = {p.id: seen.margin(p) for p in left}
    plain = [p for p in left if not margins[p.id].drawn]
    framed = [p for p in left if margins[p.id].drawn]
    if not plain or not framed:
        return left, None
    most = max(p.width * p.height * margins[p.id].inside for p in plain)
    out = [p for p in framed if p.width * p.height * margins[p.id].inside * _AS_MANY_PIXELS <= most]
    gone = {p.id for p in out}
    return [p for p in left if p.id not in gone], next(iter(out), None)


def _likeliest(left: Sequence[Picture], seen: Examined) -> tuple[Picture, str]:
    """The best by what does not need the others' files, and why."""
    if len(left) == 1:
        return left[0], "there is no other."
    pixels = _pixels(left, seen)
    most = _near(left, [pixels[p.id] for p in left], _AS_MANY_PIXELS)
    if len(most) == 1:
        other = max((p for p in left if p.id != most[0].id), key=lambda p: pixels[p.id])
        margins = seen.margin(other), seen.margin(most[0])
        in_frame = margins[0].drawn and margins[0].inside < _FRAMED * margins[1].inside
        theirs = f"{size_of(other, margins[0].inside)} inside its frame" if in_frame else size_of(other)
        return most[0], f"the most pixels, {size_of(most[0])}; the next has {theirs}."
    equal = "as many pixels" if len({size_of(p) for p in most}) == 1 else "about as many pixels"
    for narrow in _NARROWING:
        most, more = narrow(most, seen)
        if len(most) == 1 and more:
            return most[0], f"{equal}, and {more}."
    return most[0], f"{equal} and about as large a file; this one was added first."


_Narrowed = tuple[list[Picture], str]
"""Those that are left, and why, in words that follow “and”; empty if all are left."""


def _by_known(left: list[Picture], seen: Examined) -> _Narrowed:
    known = {p.id: seen.known(p) for p in left}
    # What a person said is carried over to the one that is kept; date and place are in the file alone.
    amount = {i: (sum(one in ("date", "place") for one in facts), len(facts)) for i, facts in known.items()}
    most = max(amount.values())
    if min(amount.values()) == most:
        return left, ""
    kept = [p for p in left if amount[p.id] == most]
    others = {fact for p in left if amount[p.id] < most for fact in known[p.id]}
    own = [_FACTS[fact] for fact in known[kept[0].id] if fact not in others] or [
        _FACTS[fact] for fact in known[kept[0].id]
    ]
    return kept, f"the only one with {listed(own)}"


def _by_name(left: list[Picture], seen: Examined) -> _Narrowed:  # noqa: ARG001 - one of a row
    hints = {p.id: copy_hint(p.name) for p in left}
    kept = [p for p in left if not hints[p.id]]
    if not kept or len(kept) == len(left):
        return left, ""
    hint = next(hint for hint in hints.values() if hint)
    return kept, f"the name of the other, with “{hint}”, is that of a copy"


def _by_tones(left: list[Picture], seen: Examined) -> _Narrowed:
    lost = {p.id: seen.lost_tones(p) for p in left}
    least = min(lost.values())
    kept = [p for p in left if lost[p.id] <= least + _AS_MANY_TONES]
    return (kept, "" if len(kept) == len(left) else "less of it is lost in black or white")


def _by_highlights(left: list[Picture], seen: Examined) -> _Narrowed:
    found = [(p, seen.highlights(p)) for p in left]
    kept = [p for p, own in found if not any(own.brightened_from(other) for _, other in found)]
    return (kept, "" if len(kept) == len(left) else "less of its colours is cut off at their brightest")


def _by_sharpness(left: list[Picture], seen: Examined) -> _Narrowed:
    measured = [seen.sharpness(p) for p in left]
    known = [value for value in measured if value is not None]
    if len(known) < len(left):
        return left, ""
    kept = _near(left, known, _AS_SHARP)
    top, second = sorted(known, reverse=True)[:2]
    times = f"{top / second:.1f} times as sharp as the next" if second > 0 else "sharper"
    return kept, "" if len(kept) == len(left) else times


def _by_compression(left: list[Picture], seen: Examined) -> _Narrowed:
    coarse = [seen.coarseness(p) for p in left]
    known = [value for value in coarse if value is not None]
    if len(known) < len(left):
        return left, ""
    kept = [p for p, value in zip(left, known, strict=True) if value * _AS_COARSE <= min(known)]
    return kept, "" if len(kept) == len(left) else "compressed less than the next"


def _by_file(left: list[Picture], seen: Examined) -> _Narrowed:  # noqa: ARG001 - one of a row
    largest = max(p.bytes for p in left)
    kept = [p for p in left if p.bytes >= _AS_LARGE * largest]
    if len(kept) == len(left):
        return left, ""
    lighter = max(p.bytes for p in left if p.bytes < _AS_LARGE * largest)
    sizes = f"{kilobytes(largest)}; the next has {kilobytes(lighter)}"
    return kept, f"the largest file, {kept[0].format} of {sizes}"


_NARROWING = (
    _by_known, _by_name, _by_tones, _by_highlights, _by_sharpness, _by_compression, _by_file,
)  # fmt: skip


def _in_order(pictures: Sequence[Picture], seen: Examined) -> list[Picture]:
    """Likelier originals first, by what the catalogue knows of them."""
    pixels = _pixels(pictures, seen)
    return sorted(
        pictures, key=lambda p: (bool(copy_hint(p.name)), p.taken_at is None, -pixels[p.id], -p.bytes, p.id)
    )


def _pixels(pictures: Sequence[Picture], seen: Examined) -> dict[int, float]:
    return {p.id: p.width * p.height * seen.margin(p).inside for p in pictures}


def _near(pictures: Sequence[Picture], values: Sequence[float], share: float) -> list[Picture]:
    least = share * max(values)
    return [p for p, value in zip(pictures, values, strict=True) if value >= least]


_FACTS = {
    "date": "a date",
    "place": "a place",
    "label": "a label given by hand",
    "caption": "a caption",
    "verdicts": "verdicts",
}
