"""Adapters in the command line's output: text lines and JSON objects."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...training import Version

Found = tuple[dict[str, Any], list[str]]
"""A command's output: a JSON object and text lines."""


def outcome(found: "Version") -> Found:
    """What came of a training run: an object, and the gates, baselines and costs as lines."""
    from ...training import gate_line, outcome_sentence

    sentence = outcome_sentence(found.gates)
    lines = [f"Adapter {found.id}: {sentence}", *(f"  {gate_line(gate)}" for gate in found.gates)]
    lines += [
        f"  {one['name']:20} P@5 {one['precision_at_5']:.3f}  mAP {one['mean_average_precision']:.3f}"
        for one in found.card.get("baselines", ())
    ]
    costs = found.card.get("costs")
    if costs:
        lines.append(
            f"  costs {costs['query_ms']:.2f} ms per query, {costs['thousand_images_ms']:.0f} ms for 1,000 "
            f"pictures; {costs['bytes_per_image_before']:,} → {costs['bytes_per_image_after']:,} bytes each"
        )
    lines += [f"  {note}" for note in found.card.get("notes", ())]
    return {"adapter": described(found), "sentence": sentence}, lines


def described(found: "Version") -> dict[str, Any]:
    """One adapter with its model card, as an object."""
    return {
        "id": found.id,
        "name": found.name,
        "at": found.record.at,
        "current": found.current,
        "offered": found.offered,
        "overruled": found.overruled,
        "imported": found.imported,
        "bytes": found.record.bytes,
        "vector_bytes": found.vector_bytes,
        "card": found.card,
    }
