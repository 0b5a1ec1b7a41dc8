"""Detection of words that the built-in sentence model does not know: other languages, names, typing errors.

The model was trained on English. It splits any text into word pieces, so its output does not show that a word
is unknown: "kleid" is read like "klein" and finds whatever is close to that. A word counts as known if it, or
the word without an English ending, occurs in the descriptions of the 1000 classes or is among the model's
commoner whole words, or if it is a compound of two such words. Whole words beyond rank 12,000 are
names and words of other languages as often as English ones; the commonest function words of other languages
come before that and are listed here.

The rank was chosen on 75 queries in English and 81 in 22 other languages. Of 40 and 40 others, 5 % in English
are taken for unknown and 10 % in other languages are not (`benchmarks/query_language.py`).
"""

import re
from collections.abc import Mapping

_COMMON = 12_000
_FEWEST_KNOWN = 0.5
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"))
_FOREIGN = frozenset(
    re.findall(
        r"\w+",
        "der das ein eine einen einem einer und mit auf im vom zum zur bei ohne nicht oder le "
        "la les un une des du et avec sur dans qui pour sans au aux ou pas el los las una unos "
        "y con en del al por sin para il lo gli uno di della dello su sulla nel nella senza os "
        "um uma com em na dos sem het een van op met zonder niet z w bez och med utan ",
    )
)


class UnknownWords:
    """Finds the words of a text that a model does not know."""

    def __init__(self, vocabulary: Mapping[str, int], described: frozenset[str]) -> None:
        """Take the model's words.

        Args:
            vocabulary: its whole words and pieces with their ranks, the commonest first.
            described: words of the descriptions of the classes.
        """
        common = {word for word, rank in vocabulary.items() if rank < _COMMON and word.isalpha()}
        self._known = (common | described) - _FOREIGN

    def of(self, text: str) -> tuple[str, ...]:
        """The unknown words of `text` as they are written; none where at least half of all are known."""
        words = re.findall(r"[^\W\d_]+", text)
        unknown = [word for word in words if not self._is_known(word.lower())]
        return tuple(unknown) if len(words) - len(unknown) < _FEWEST_KNOWN * len(words) else ()

    def _is_known(self, word: str) -> bool:
        if not word.isascii():
            return False
        if any(form in self._known for form in _forms(word)):
            return True
        return any(
            word[:at] in self._known and any(form in self._known for form in _forms(word[at:]))
            for at in range(3, len(word) - 2)
        )


def _forms(word: str) -> list[str]:
    return [word] + [
        word[: -len(ending)] + instead
        for ending, instead in _ENDINGS
        if word.endswith(ending) and len(word) > len(ending) + 2
    ]
