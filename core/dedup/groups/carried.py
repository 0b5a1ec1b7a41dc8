"""Descriptions of the data transferred from copies in the bin to the kept pictures."""

from collections.abc import Sequence
from typing import Any

from ...collection.ingest.inheritance import Inherited
from ...collection.reader import Reader


def carried_sentences(collection: Reader, carried: Sequence[Inherited]) -> list[str]:
    """Describe each copy in a sentence, with one for each manual label or caption that was not
    transferred.
    """
    names = {
        picture.id: picture.name
        for picture in collection.get_many(sorted({i for one in carried for i in (one.heir, one.source)}))
    }
    told = []
    for one in carried:
        heir, source = (names.get(i, f"picture {i}") for i in (one.heir, one.source))
        facts = _facts(one)
        if facts:
            told.append(f"{_taken_over(facts)} from {source} to {heir}.")
        if one.refused is not None:
            theirs, own = one.refused
            told.append(
                f"Label “{theirs}”, given by hand to {source}, was not taken over: {heir} has “{own}”, "
                "also given by hand."
            )
        if one.caption_refused is not None:
            theirs, own = one.caption_refused
            told.append(f"Caption “{theirs}” of {source} was not taken over: {heir} has “{own}”.")
    return told


def carried_summary(carried: Sequence[Inherited]) -> str:
    """Summarise the transfers of many copies in a sentence or two; empty if there were none."""
    counts = [
        _counted(sum(one.label is not None for one in carried), "label"),
        _counted(sum(one.caption is not None for one in carried), "caption"),
        _counted(sum(one.taken_at is not None for one in carried), "date"),
        _counted(sum(one.position is not None for one in carried), "place"),
        _counted(sum(one.favourite for one in carried), "star"),
        _counted(sum(len(one.verdicts) for one in carried), "verdict"),
        _counted(sum(len(one.marks) for one in carried), "mark"),
    ]
    facts = [said for said in counts if said]
    told = []
    if facts:
        told.append(f"{_taken_over(facts)} from copies to what is kept.")
    refused = sum(one.refused is not None for one in carried)
    if refused:
        was = "was" if refused == 1 else "were"
        told.append(
            f"{_counted(refused, 'label')} given by hand {was} not taken over, as what is kept has another "
            "one given by hand."
        )
    captions = sum(one.caption_refused is not None for one in carried)
    if captions:
        was = "was" if captions == 1 else "were"
        told.append(f"{_counted(captions, 'caption')} {was} not taken over, as what is kept has another one.")
    return " ".join(told)


def carried_object(one: Inherited) -> dict[str, Any]:
    """Describe the transfer from one copy for JSON output."""
    return {
        "to": one.heir,
        "from": one.source,
        "label": one.label,
        "caption": one.caption,
        "taken_at": one.taken_at,
        "position": one.position,
        "favourite": one.favourite,
        "verdicts": len(one.verdicts),
        "marks": len(one.marks),
        "label_not_taken_over": None if one.refused is None else one.refused[0],
        "caption_not_taken_over": None if one.caption_refused is None else one.caption_refused[0],
    }


def _facts(one: Inherited) -> list[str]:
    return [
        said
        for said in (
            "" if one.label is None else f"label “{one.label}”",
            "" if one.caption is None else f"the caption “{one.caption}”",
            "" if one.taken_at is None else f"the date {one.taken_at[:10]}",
            "" if one.position is None else "the place",
            "the star" if one.favourite else "",
            _counted(len(one.verdicts), "verdict"),
            _counted(len(one.marks), "mark"),
        )
        if said
    ]


def _taken_over(facts: Sequence[str]) -> str:
    listed = facts[0] if len(facts) == 1 else f"{', '.join(facts[:-1])} and {facts[-1]}"
    several = len(facts) > 1 or (facts[0][0].isdigit() and not facts[0].startswith("1 "))
    return f"{listed[0].upper()}{listed[1:]} {'were' if several else 'was'} taken over"


def _counted(number: int, thing: str) -> str:
    return "" if not number else f"{number:,} {thing}{'s' * (number != 1)}"
