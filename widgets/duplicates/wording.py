"""Formatting of pairs, evidence and thresholds. Pure; the results are plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from widgets.shared.formatting import count, listing, size

if TYPE_CHECKING:
    from core.collection import Picture
    from core.dedup import Evidence, ScoredPair

VERDICTS = {"duplicate": "Duplicates", "different": "Different", "unsure": "Not sure"}
_TURNS = {
    "none": "",
    "mirror": "mirrored",
    "flip": "upside down and mirrored",
    "half turn": "turned by half",
    "transpose": "turned and mirrored",
    "quarter turn left": "turned a quarter to the left",
    "quarter turn right": "turned a quarter to the right",
    "transverse": "turned and mirrored",
}
_PROPOSALS = {
    "hash": "a near fingerprint of brightness",
    "neighbour": "nearness to the encoder",
    "details": "details in common",
}


def threshold(value: float) -> str:
    """“0.83”, “0.995”."""
    return f"{value:.3f}".rstrip("0").ljust(4, "0")


def sureness(probability: float | None) -> str:
    """A probability in per cent; never 100 or 0, for nothing is that sure."""
    if probability is None:
        return "only a person's word"
    share = 100 * probability
    if share > 99.9:
        return "over 99.9 %"
    if share < 0.1:
        return "under 0.1 %"
    return f"{share:.1f} %" if share >= 99 or share < 1 else f"{share:.0f} %"


def facts(picture: Picture) -> str:
    """“400 × 533 · JPEG · 34 kB”."""
    return f"{picture.width:,} × {picture.height:,} · {picture.format} · {size(picture.bytes)}"


def proposed(pair: ScoredPair) -> str:
    """What brought the pair here."""
    return listing([_PROPOSALS[one] for one in pair.by])


@dataclass(frozen=True)
class Row:
    """One piece of evidence: what was looked at, what was found, and what that means."""

    what: str
    found: str
    meaning: str


def evidence_rows(evidence: Evidence) -> list[Row]:
    """The evidence as a small table; `Left` is the picture of the smaller id."""
    if evidence.same_pixels:
        return [Row("Pixels", "all the same", "The two files show exactly the same picture.")]
    rows = [
        _resemblance(evidence),
        Row("Fingerprint", _hash_found(evidence), _hash_meaning(evidence)),
        _details(evidence),
    ]
    if evidence.inliers:
        rows.append(_overlap(evidence))
        rows.append(
            Row("Movement", movement(evidence) or "none", "How left has to be moved to lie on right.")
        )
    rows.append(_sizes(evidence))
    return rows + _set_apart(evidence)


def _set_apart(evidence: Evidence) -> list[Row]:
    """What speaks against equality although all else agrees."""
    rows = []
    if evidence.frames_a != evidence.frames_b:
        found = f"{evidence.frames_a:,} and {evidence.frames_b:,}"
        rows.append(Row("Frames or pages", found, "One file holds more pictures than the other."))
    elif evidence.frames_a > 1:
        apart = round(100 * evidence.frames_apart)
        meaning = "Only the first is alike." if apart == 100 else "The frames or pages were compared."
        rows.append(Row("Frames or pages", f"{apart} % of the later ones differ", meaning))
    if evidence.parallax:
        found = f"{100 * evidence.parallax:.0f} % of the places in common"
        rows.append(Row("Moved of their own", found, "In a copy all places move together."))
    if evidence.plain:
        rows.append(Row("Plain", "both", "One colour each: there is nothing in them to compare."))
    if evidence.changed:
        meaning = (
            "On a page of writing that is another page."
            if evidence.writing
            else "Something was changed or added there."
        )
        rows.append(Row("Small changes", f"{evidence.changed:.1f} times what saving again explains", meaning))
    return rows


def _resemblance(evidence: Evidence) -> Row:
    z = evidence.cosine_normalised
    if z >= 0.3:
        meaning = "Far more alike than either is to strangers."
    elif z >= 0.1:
        meaning = "More alike than either is to strangers."
    else:
        meaning = "No more alike than either is to strangers."
    return Row("Resemblance", f"cosine {evidence.cosine:.2f}, {z:+.2f} against strangers", meaning)


def _hash_found(evidence: Evidence) -> str:
    if evidence.hash_distance >= 64:
        return "none"
    differ = "differs" if evidence.hash_distance == 1 else "differ"
    turn = _TURNS[evidence.hash_turn]
    return f"{count(evidence.hash_distance, 'bit')} of 64 {differ}{', ' * bool(turn)}{turn}"


def _hash_meaning(evidence: Evidence) -> str:
    if evidence.hash_distance >= 64:
        return "One of the two is too flat to have one."
    if evidence.hash_distance <= 6:
        return "Light and dark lie alike over the whole picture."
    if evidence.hash_distance <= 14:
        return "Light and dark lie roughly alike."
    return "Light and dark lie differently; crops and additions do that too."


def _details(evidence: Evidence) -> Row:
    if not evidence.keypoints:
        return Row("Details", "none", "One of the two has no corner or edge to compare.")
    found = f"{evidence.inliers:,} of {count(evidence.matches, 'matching point')} agree"
    if not evidence.inliers:
        return Row("Details", found, "What looks alike does so by chance.")
    meaning = "The same points, in the same arrangement."
    return Row("Details", found, meaning if evidence.inliers >= 12 else "Few; that may be chance.")


def _overlap(evidence: Evidence) -> Row:
    a, b = round(100 * evidence.overlap_a), round(100 * evidence.overlap_b)
    if min(a, b) >= 95:
        meaning = "Both show the whole."
    elif a < b:
        meaning = "Right shows a part of left."
    else:
        meaning = "Left shows a part of right."
    return Row("Overlap", f"{a} % of left, {b} % of right", meaning)


def movement(evidence: Evidence) -> str:
    """“mirrored, turned by 10°, 0.50 times as large”; empty where nothing moved."""
    said = ["mirrored"] if evidence.mirrored else []
    if abs(evidence.rotation) >= 1.5:
        said.append(
            f"turned {abs(evidence.rotation):.0f}° to the {'right' if evidence.rotation > 0 else 'left'}"
        )
    if not 0.97 <= evidence.scale <= 1.03:
        said.append(f"{evidence.scale:.2g} times as large")
    return ", ".join(said)


def _sizes(evidence: Evidence) -> Row:
    a, b = evidence.size_a, evidence.size_b
    found = f"{a[0]:,} × {a[1]:,} and {b[0]:,} × {b[1]:,}"
    more, fewer = a[0] * a[1], b[0] * b[1]
    if more == fewer:
        return Row("Pixels", found, "As many in both.")
    side = "Left" if more > fewer else "Right"
    return Row(
        "Pixels", found, f"{side} has {max(more, fewer) / max(min(more, fewer), 1):.1f} times as many."
    )
