"""The choice of the picture to keep in a group, with the reason; the others are moved to the bin and can be
restored.

In this order:

1. A file that exists, and is not damaged: no data of it is lost.
2. An original before what was made from it: put in a frame, enlarged, mirrored, or saved again, as far as the
   files show it (`core.dedup.groups.originality`).
3. More pixels, ignoring a plain margin; a smaller copy of a picture has less detail. 4. Data that it alone
has: date and place in the file; label given by hand, caption and verdicts.
5. A name that does not suggest a copy. 6. Fewer tones lost in black or white, as in the darkest of a bracket.
7. Fewer clipped colours, if the brighter picture has more of them. 8. Sharper; if about as sharp, less
compressed, or the larger file; then the one added first.

Steps 3 to 8 choose the most likely original; step 2 then checks what it was made from, and chooses again.
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
"""Ratios to the best that count as equal: a few pixels of a border, a round of JPEG, some letters, a
mirror.
"""
_AS_MANY_TONES = 0.06
"""Difference in the share of black or white pixels that counts as equal."""
_AS_COARSE = 0.9
_FRAMED = 0.9
_LOOKED_AT = 24
"""Number of likely originals of one group that are checked for traces of another."""


@dataclass(frozen=True)
class Decision:
    """The decision on a group: which picture to keep, which ones to move to the bin, and why, in a
    sentence.
    """

    keep: int
    rest: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Binned:
    """The result: ids moved to the bin, in the order of the decisions, and groups that were skipped.

    `carried` is the data transferred from copies to kept pictures (`core.dedup.groups.carried` describes it).
    `Collection.restore_copies(removed, carried)` undoes all of it.
    """

    removed: tuple[int, ...]
    skipped: tuple[str, ...]
    carried: tuple[Inherited, ...] = ()


def decide(collection: Reader, group: Group | Sequence[int]) -> Decision:
    """Choose the picture to keep of a group's existing pictures.

    Raises:
        CollectionError: there are none.
    """
    ids = group.ids if isinstance(group, Group) else tuple(group)
    pictures = collection.get_many(ids)
    if not pictures:
        raise CollectionError("None of these pictures exists any more.")
    return best(pictures, Examination(collection, ids))


def best(pictures: Sequence[Picture], seen: Examined) -> Decision:
    """Choose the best of at least one picture; see the module for the order."""
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
    """Move the other pictures of each group to the bin; if the picture to keep no longer exists, its copies
    stay.

    Label, caption, date, position, verdicts and marks that only a copy has are transferred to the kept
    picture, in the same transaction.
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
            skipped.append(
                f"Picture {decision.keep}, which was to be kept, no longer exists; its copies stay."
            )
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
    """Read the positions of the kept pictures, and of their copies if a kept one has none."""
    look_for_places(collection, [keep for keep, _ in kept], monitor.subtask())
    placed = collection.places.all()
    copies = [i for keep, rest in kept if keep not in placed for i in rest]
    look_for_places(collection, copies, monitor.subtask())


def _without_frames(left: list[Picture], seen: Examined) -> tuple[list[Picture], Picture | None]:
    """Select the unframed pictures, if they show as much; also returns one that was left out."""
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
    """Choose the best by criteria that do not need the others' files, with the reason."""
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
"""Return the remaining pictures, and why, in words that follow “and”; empty if all remain."""


def _by_known(left: list[Picture], seen: Examined) -> _Narrowed:
    known = {p.id: seen.known(p) for p in left}
    # Labels and verdicts are transferred to the kept picture; date and position are only in the file.
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
    """Order pictures by how likely they are originals, from catalogue data."""
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
