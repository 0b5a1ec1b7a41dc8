"""Names of clusters from the labels and captions of their pictures."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import log

_LONGEST = 60
_MAJORITY = 0.5
_PRIOR = 2.0
"""So many pictures count against a label where some bear none: 2 of 2 are no majority of a hundred."""
_CAPTION_SHARE = 0.25
_CAPTION_LIFT = 1.5
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def tidy(text: str) -> str:
    """A label as a name: one line, no control characters, at most 60 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def label_of(labels: Sequence[str | None]) -> tuple[str, float] | None:
    """The label that most pictures of a cluster bear, with its share in ``[0, 1]``; None without a majority.

    Args:
        labels: one per picture, None if it has none. Where labels cover only some of the pictures they stand
            for the others too, but a few of them prove little: the share is shrunk as if `_PRIOR` more
            pictures bore another label.
    """
    told = Counter(label for label in map(tidy, (text for text in labels if text)) if label)
    if not told:
        return None
    label, count = min(told.items(), key=lambda item: (-item[1], item[0]))
    known = sum(told.values())
    share = count / (known + (_PRIOR if known < len(labels) else 0.0))
    return (label, share) if share > _MAJORITY else None


def caption_words(captions: Sequence[Sequence[str]], most: int) -> list[list[tuple[str, float]]]:
    """For each cluster the words that its captions hold and the others' lack, best first.

    Words and pairs of words count once per caption. A word's score is the share of the cluster's captions
    that hold it times the logarithm of how much larger that is than its share of all captions: tf-idf with
    the clusters for documents (Grootendorst, BERTopic, 2022).

    Args:
        captions: those of each cluster.
        most: how many words a cluster gets at most.
    """
    counts = [Counter(term for caption in group for term in _terms(caption)) for group in captions]
    total, everywhere = sum(map(len, captions)), sum(counts, Counter())
    alone = sum(1 for group in captions if group) < 2
    found = []
    for group, held in zip(captions, counts, strict=True):
        scored = []
        for term, count in held.items():
            share, usual = count / len(group), everywhere[term] / total
            if count < min(2, len(group)) or share < _CAPTION_SHARE:
                continue
            if not alone and share < _CAPTION_LIFT * usual:
                continue
            scored.append((term, share if alone else share * log(share / usual)))
        # Of a pair and its words, which score nearly alike, the pair says more.
        scored.sort(key=lambda item: (-round(item[1], 2), -len(item[0].split()), item[0]))
        kept: list[tuple[str, float]] = []
        for term, score in scored:
            if not any(set(term.split()) & set(other.split()) for other, _ in kept):
                kept.append((term, score))
        found.append(kept[:most])
    return found


@cache
def function_words() -> frozenset[str]:
    """English words that say nothing of what a picture shows."""
    return frozenset((files(__package__) / "function_words.txt").read_text(encoding="utf-8").split())


def _terms(caption: str) -> set[str]:
    words = [match[0].lower() for match in _WORD.finditer(caption)]
    useful = [word if word not in function_words() and len(word) > 1 else "" for word in words]
    pairs = {f"{a} {b}" for a, b in pairwise(useful) if a and b}
    return {word for word in useful if word and len(word) <= _LONGEST} | {
        pair for pair in pairs if len(pair) <= _LONGEST
    }
