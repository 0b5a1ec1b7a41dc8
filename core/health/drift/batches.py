"""Which pictures are compared with which: what a batch and a reference are, in the user's words.

A batch or reference is written as one of

- ``newest`` (a batch): what the last addition brought; ``before`` (a reference): all pictures before the
  batch
- ``3`` or ``2,3``: what these additions brought; the Health screen lists them
- ``folder:NAME``: pictures whose name begins with ``NAME/``
- ``2026-11-01`` or ``2026-10-01..2026-10-31``: pictures added on these days (UTC), both included; either
  end may be left out: ``2026-11-01..``
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from ...collection.batches import Batch, list_batches
from ...collection.reader import Reader
from ...collection.safe_names import folded
from ...errors import DriftError

FEWEST_BATCH = 10
FEWEST_REFERENCE = 20
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})?(\.\.)?(\d{4}-\d{2}-\d{2})?")


@dataclass(frozen=True)
class Selection:
    """What is compared.

    Attributes:
        reference: ids, ascending.
        batch: ids, ascending; none of the reference.
        reference_title: in words, to stand after “compared with”.
        batch_title: in words.
        earlier: the additions that make up the reference, oldest first; empty where it is chosen otherwise.
        whole_past: whether the reference is every picture that was there before the batch.
        notes: what limits the answer, in sentences.
    """

    reference: tuple[int, ...]
    batch: tuple[int, ...]
    reference_title: str
    batch_title: str
    earlier: tuple[Batch, ...]
    whole_past: bool
    notes: tuple[str, ...]


def select(collection: Reader, reference: str = "before", batch: str = "newest") -> Selection:
    """Find the pictures of a reference and of a batch.

    Raises:
        DriftError: there is no such batch, or too few pictures on a side; the sentence says what to do.
    """
    batches = list_batches(collection.catalogue)
    if not batches:
        raise DriftError(f"“{collection.name}” has no pictures yet; add some, and later add more to compare.")
    if batch == "newest" and reference == "before" and len(batches) == 1:
        raise DriftError(
            f"All pictures of “{collection.name}” came with one addition, so there is nothing to compare "
            "them with. Add new pictures and look again, or compare two folders: --reference folder:A "
            "--batch folder:B."
        )
    new, new_title, additions = _find(collection, batches, "newest" if batch == "before" else batch)
    chosen = set(new)
    earlier: tuple[Batch, ...] = ()
    if reference == "before":
        old, old_title, earlier = _before(collection, batches, chosen, additions, batch)
    else:
        old, old_title, _ = _find(collection, batches, reference)
    kept = tuple(i for i in old if i not in chosen)
    notes = list(_notes(batches, earlier, batch, reference, len(old) - len(kept)))
    _check_sizes(len(kept), len(new), old_title, new_title)
    return Selection(
        kept,
        tuple(new),
        old_title,
        new_title,
        earlier,
        bool(earlier) and additions[-1:] == batches[-1:],
        tuple(notes),
    )


def names_days(wanted: str) -> bool:
    """Whether a batch or reference is written as days."""
    return bool(wanted) and _DATES.fullmatch(wanted) is not None


def _find(collection: Reader, batches: list[Batch], wanted: str) -> tuple[list[int], str, list[Batch]]:
    """Ids ascending, a title, and the additions where it names some."""
    wanted = wanted.strip()
    if wanted == "newest":
        return list(batches[-1].ids), f"the newest addition ({_title(batches[-1])})", [batches[-1]]
    if re.fullmatch(r"\d+(,\d+)*", wanted):
        return _additions(collection, batches, [int(number) for number in wanted.split(",")])
    if wanted.startswith("folder:"):
        return _folder(collection, wanted.removeprefix("folder:").strip("/"))
    found = _DATES.fullmatch(wanted)
    if found and wanted:
        return _days(collection, wanted, found[1], found[2] is not None, found[3])
    raise DriftError(
        f"“{wanted}” is no batch. Write “newest”, the number of an addition such as 3, folder:NAME, or "
        "days such as 2026-10-01..2026-10-31."
    )


def _additions(
    collection: Reader, batches: list[Batch], numbers: list[int]
) -> tuple[list[int], str, list[Batch]]:
    known = {one.id: one for one in batches}
    missing = [number for number in numbers if number not in known]
    if missing:
        there = ", ".join(str(one.id) for one in batches)
        raise DriftError(
            f"“{collection.name}” has no pictures of addition {missing[0]} (there are: {there})."
        )
    chosen = sorted((known[number] for number in set(numbers)), key=lambda one: one.id)
    title = "addition" if len(chosen) == 1 else "additions"
    named = ", ".join(f"{one.id} ({_title(one)})" for one in chosen)
    return sorted(i for one in chosen for i in one.ids), f"{title} {named}", chosen


def _folder(collection: Reader, folder: str) -> tuple[list[int], str, list[Batch]]:
    prefix = folded(folder) + "/"
    rows = collection.catalogue.execute(
        "SELECT DISTINCT p.id FROM picture p JOIN name n ON n.picture_id = p.id "
        "WHERE p.removed_at IS NULL AND substr(n.folded, 1, ?) = ? ORDER BY p.id",
        (len(prefix), prefix),
    ).fetchall()
    if not rows or not folder:
        raise DriftError(
            f"“{collection.name}” has no pictures in a folder “{folder}”; names are as on the screen."
        )
    return [row[0] for row in rows], f"folder “{folder}”", []


def _days(
    collection: Reader, wanted: str, first: str | None, ranged: bool, last: str | None
) -> tuple[list[int], str, list[Batch]]:
    try:
        start = date.fromisoformat(first) if first else None
        end = date.fromisoformat(last) if last else (None if ranged else start)
    except ValueError as error:
        raise DriftError(
            f"“{wanted}” is not a day of the calendar; days are written as 2026-10-31."
        ) from error
    if start and end and end < start:
        raise DriftError(f"“{wanted}” ends before it begins; write the earlier day first.")
    rows = collection.catalogue.execute(
        "SELECT id FROM picture WHERE removed_at IS NULL AND (?1 IS NULL OR substr(added_at, 1, 10) >= ?1) "
        "AND (?2 IS NULL OR substr(added_at, 1, 10) <= ?2) ORDER BY id",
        (start and start.isoformat(), end and end.isoformat()),
    ).fetchall()
    if not rows:
        raise DriftError(f"Nothing was added to “{collection.name}” on the days {wanted}.")
    title = (
        f"what was added on {start}" if start == end else f"what was added {start or ''} to {end or 'today'}"
    )
    return [row[0] for row in rows], title.replace("added  to", "added up to"), []


def _before(
    collection: Reader, batches: list[Batch], chosen: set[int], additions: Sequence[Batch], batch: str
) -> tuple[list[int], str, tuple[Batch, ...]]:
    """All that was there before the batch; for a folder, all that is not in it."""
    if additions:
        earlier = tuple(one for one in batches if one.id < additions[0].id)
        title = (
            "everything added before" if len(earlier) != 1 else f"the addition before ({_title(earlier[0])})"
        )
        return sorted(i for one in earlier for i in one.ids), title, earlier
    everything = collection.ids()
    if batch.startswith("folder:"):
        return everything, "everything else", ()
    first = min(chosen)
    return [i for i in everything if i < first], "everything added before", ()


def _notes(
    batches: list[Batch],
    earlier: tuple[Batch, ...],
    batch: str,
    reference: str,
    shared: int,
) -> Iterator[str]:
    if shared:
        yield f"{shared:,} pictures are in both sets; they were counted with the batch only."
    if len(earlier) == 1:
        yield (
            "The reference is a single addition, so it cannot be seen how much additions differ from each "
            "other anyway: take an alarm as a question."
        )
    times = [one.at for one in batches if one.at is not None]
    back = next((b for a, b in pairwise(times) if b < a), None)
    by_days = names_days(batch) or names_days(reference)
    if back is not None:
        yield (
            f"The clock was set back before {_day(back)}. "
            + (
                "Days are those of the clock, so the days you gave may not hold what you mean; additions are "
                "numbered in their true order."
                if by_days
                else "Additions are compared in the order in which they were made, not by their dates."
            )
        )


def _check_sizes(reference: int, batch: int, reference_title: str, batch_title: str) -> None:
    if batch < FEWEST_BATCH:
        what = "one picture" if batch == 1 else f"{batch} pictures"
        raise DriftError(
            f"The batch ({batch_title}) has {what}: too few to tell a change from chance. It takes at least "
            f"{FEWEST_BATCH}; wait for more, or take several additions together, such as --batch 2,3."
        )
    if reference < FEWEST_REFERENCE:
        what = "one picture" if reference == 1 else f"{reference} pictures"
        raise DriftError(
            f"The reference ({reference_title}) has {what}; it takes at least {FEWEST_REFERENCE} to say "
            "what the collection looks like."
        )


def _title(batch: Batch) -> str:
    return batch.title if batch.at is None else f"{batch.title}, {_day(batch.at)}"


def _day(at: datetime) -> str:
    return f"{at:%-d %B %Y}"
