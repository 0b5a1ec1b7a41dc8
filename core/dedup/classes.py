"""Pictures that one picture stands for when groups are formed, however many they are."""

from core.dedup.judged import JudgedPairs


def stand_ins(pairs: JudgedPairs, parted: set[tuple[int, int]]) -> dict[int, int]:
    """For pictures of equal pixels, the first of their class, by each later one.

    Args:
        pairs: with the classes, `JudgedPairs.copies`.
        parted: pairs judged different, each in ascending order: the later of two that are in one class
            leaves it.
    """
    stands: dict[int, int] = dict(pairs.copies.tolist())
    for a, b in sorted(parted):
        if stands.get(a, a) == stands.get(b, b):
            stands.pop(b, None)
    return stands
