"""Export of pairs and groups as CSV, for spreadsheets and scripts."""

from ..collection.reader import Reader
from ..csv_export import csv_text
from .groups.best_image import decide
from .groups.complete_linkage import group
from .labels.labeled_pairs import JudgedPairs

_VERDICTS = {0: "", 1: "duplicate", 2: "different", 3: "unsure"}


def pairs_csv(collection: Reader, pairs: JudgedPairs, threshold: float) -> str:
    """Export every pair found at a threshold, most probable first; those found only by a verdict come last.

    Columns: names and content hashes of the two, probability in ``[0, 1]``, kind, verdict, what proposed the
    pair, and its evidence (see `core.dedup.types.Evidence`).
    """
    places = sorted(
        (i for i, found in enumerate(pairs.found(threshold).tolist()) if found),
        key=lambda i: (-pairs.probability[i], i),
    )
    names = _names(collection)
    rows: list[list[object]] = []
    for i in places:
        a, b = int(pairs.a[i]), int(pairs.b[i])
        (name_a, hash_a), (name_b, hash_b) = names[a], names[b]
        more: list[object] = []
        if pairs.scored:
            one = pairs.scored[i]
            seen = one.evidence
            more = [
                one.kind,
                _VERDICTS[int(pairs.verdict[i])],
                " ".join(one.by),
                f"{seen.cosine:.4f}",
                seen.hash_distance,
                seen.inliers,
                f"{seen.overlap_a:.3f}",
                f"{seen.overlap_b:.3f}",
            ]
        rows.append([name_a, name_b, hash_a, hash_b, f"{pairs.probability[i]:.4f}", *more])
    for a, b in pairs.joined.tolist():
        rows.append([names[a][0], names[b][0], names[a][1], names[b][1], "", "", "duplicate"])
    return csv_text(
        ["a", "b", "a_sha256", "b_sha256", "probability", "kind", "verdict", "proposed_by", "cosine",
         "hash_distance", "inliers", "overlap_a", "overlap_b"],
        rows,
    )  # fmt: skip


def groups_csv(collection: Reader, pairs: JudgedPairs, threshold: float) -> str:
    """Export every picture of every group at a threshold, the one to keep first, with the reason.

    Columns: number of the group, name, content hash, ``keep`` or ``bin``, width and height in pixels, bytes,
    probability of the group's weakest link (empty if it rests on a verdict), and the reason.
    """
    rows: list[list[object]] = []
    for number, one in enumerate(group(pairs, threshold).groups, 1):
        decision = decide(collection, one)
        weakest = "" if one.weakest.probability is None else f"{one.weakest.probability:.4f}"
        for picture in collection.get_many((decision.keep, *decision.rest)):
            keep = picture.id == decision.keep
            rows.append(
                [number, picture.name, picture.sha256, "keep" if keep else "bin", picture.width,
                 picture.height, picture.bytes, weakest, decision.reason if keep else ""]
            )  # fmt: skip
    return csv_text(
        ["group", "name", "sha256", "decision", "width", "height", "bytes", "weakest_link", "reason"], rows
    )


def _names(collection: Reader) -> dict[int, tuple[str, str]]:
    return {p.id: (p.name, p.sha256) for p in collection.get_many(collection.ids())}
