"""Near-duplicates in the command line's output: text lines and JSON objects."""

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ...collection import Collection

if TYPE_CHECKING:
    from ...dedup import Binned, Decision, Group, Grouping, Guarantee, JudgedPairs

_SHOWN = 50

Listed = tuple[dict[str, Any], list[str]]
"""What a part of an answer adds to the object, and to the lines."""


def groups_listed(collection: Collection, grouping: "Grouping", decisions: "list[Decision]") -> Listed:
    """The groups, with what to keep of each."""
    names = _names(collection, [i for one in grouping.groups for i in one.ids])
    listed = list(zip(grouping.groups, decisions, strict=True))
    lines = [line for one, decision in listed[:_SHOWN] for line in _group_lines(one, decision, names)]
    if len(listed) > _SHOWN:
        lines.append(f"… and {len(listed) - _SHOWN:,} more groups; --csv writes all of them")
    objects = [
        {
            "pictures": [{"id": i, "name": names[i]} for i in one.ids],
            "weakest": one.weakest,
            "keep": decision.keep,
            "rest": decision.rest,
            "reason": decision.reason,
        }
        for one, decision in listed
    ]
    return {"groups": objects}, lines


def pairs_listed(collection: Collection, pairs: "JudgedPairs", threshold: float) -> Listed:
    """The pairs found at a threshold, most probable first; those that only a person ties come last."""
    places = [i for i, found in enumerate(pairs.found(threshold).tolist()) if found]
    rows: list[dict[str, Any]] = [
        {
            "a": int(pairs.a[i]),
            "b": int(pairs.b[i]),
            "probability": float(pairs.probability[i]),
            "kind": pairs.scored[i].kind,
        }
        for i in sorted(places, key=lambda i: (-pairs.probability[i], i))
    ]
    rows += [{"a": a, "b": b, "probability": None, "kind": None} for a, b in pairs.joined.tolist()]
    names = _names(collection, [i for row in rows for i in (row["a"], row["b"])])
    for row in rows:
        row |= {"a_name": names[row["a"]], "b_name": names[row["b"]]}
    lines = [_pair_line(row) for row in rows[:_SHOWN]]
    if len(rows) > _SHOWN:
        lines.append(f"… and {len(rows) - _SHOWN:,} more pairs; --csv writes all of them")
    return {"pairs": rows}, lines


def promise_listed(promise: "Guarantee") -> Listed:
    """What can be promised, or what is missing."""
    recall = promise.recall
    told = {
        "sentence": promise.sentence,
        "remark": promise.remark,
        "precision": promise.precision,
        "confidence": promise.confidence,
        "threshold": None if promise.kept is None else promise.kept.threshold,
        "labels": promise.labels,
        "more_labels": None if promise.next is None else promise.next.more,
        "recall": None if recall is None else recall.value,
        "recall_interval": None if recall is None else [recall.interval.low, recall.interval.high],
    }
    return {"guarantee": told}, [promise.sentence, *([promise.remark] if promise.remark else [])]


def binned_listed(collection: Collection, binned: "Binned") -> Listed:
    """What went into the bin, how it comes back, and what was carried over to what is kept."""
    from ...dedup import carried_object, carried_sentences, carried_summary

    lines = list(binned.skipped)
    lines += carried_sentences(collection, binned.carried[:_SHOWN])
    if len(binned.carried) > _SHOWN:
        lines.append(f"In all: {carried_summary(binned.carried)}")
    if binned.removed:
        ids = " ".join(map(str, binned.removed))
        undo = f"python -m core restore {shlex.quote(collection.name)} {ids}"
        lines.append(f"{len(binned.removed):,} in the bin; undo: {undo}")
    else:
        lines.append("Nothing to put into the bin.")
    carried = [carried_object(one) for one in binned.carried]
    return {"binned": binned.removed, "left_alone": binned.skipped, "carried_over": carried}, lines


def pair_listed(collection: Collection, pairs: "JudgedPairs", place: int) -> Listed:
    """One pair to be judged: the two pictures, and what was seen in them."""
    a, b = collection.get_many([int(pairs.a[place]), int(pairs.b[place])])
    one = pairs.scored[place]
    told = {
        "a": a.id,
        "b": b.id,
        "a_name": a.name,
        "b_name": b.name,
        "probability": one.probability,
        "kind": one.kind,
        "proposed_by": one.by,
        "evidence": asdict(one.evidence),
    }
    unseen = set(collection.removed_ids())
    lines = [
        f"{picture.id:>7}  {picture.name}  {picture.width} × {picture.height}, {picture.bytes:,} bytes"
        f"{'  (out of sight)' if picture.id in unseen else ''}"
        for picture in (a, b)
    ]
    seen = one.evidence
    lines.append(
        f"probability {one.probability:.3f}, {one.kind}; cosine {seen.cosine:.3f}, hash distance "
        f"{seen.hash_distance}, {seen.inliers} matching keypoints"
    )
    return told, lines


def _group_lines(group: "Group", decision: "Decision", names: dict[int, str]) -> list[str]:
    weakest = group.weakest
    sure = "a person's word" if weakest.probability is None else f"{weakest.probability:.3f}"
    head = f"{len(group.ids)} pictures, weakest link {sure} ({weakest.a} ~ {weakest.b}). {decision.reason}"
    marked = [(decision.keep, "keep"), *((i, "    ") for i in decision.rest)]
    return [head, *(f"  {mark} {i:>7}  {names[i]}" for i, mark in marked)]


def _pair_line(row: dict[str, Any]) -> str:
    sure = "  —  " if row["probability"] is None else f"{row['probability']:.3f}"
    kind = row["kind"] or "a person's word"
    return f"{sure}  {row['a']:>7} ~ {row['b']:<7} {row['a_name']} ~ {row['b_name']}  ({kind})"


def _names(collection: Collection, ids: list[int]) -> dict[int, str]:
    return {picture.id: picture.name for picture in collection.get_many(sorted(set(ids)))}
