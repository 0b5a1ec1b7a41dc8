"""The vocabulary of cluster names, embedded in the picture space of an encoder.

The names of ImageNet's classes and a list of everyday nouns of our own (`nouns.txt`): the classes are what
the built-in encoders were trained to distinguish, the list contains everyday names of things.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...embedding.base import Encoder
from ...embedding.cache import cached_file, digest
from ...embedding.text.class_prototypes import class_names
from ...embedding.text.colors import COLOURS
from ...jobs import Monitor
from .plurals import plural

FloatArray = NDArray[np.float32]

_VERSION = "names 1"
_MOST_WORDS = 3
_STEP = 200
"""Words at a time: between two of these the work can be stopped."""
_ASIDE = re.compile(r"\s*\(.*?\)")


@dataclass(frozen=True)
class Noun:
    """A word for one thing and for many of them: "mug", "mugs"."""

    one: str
    many: str


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Nouns and colours with their places among the pictures.

    Attributes:
        nouns: what things are called.
        vectors: where each noun lies, ``(V, dim)`` float32, L2-normalised.
        colours: the eleven basic colour terms.
        colour_vectors: where each colour lies, ``(11, dim)`` float32, L2-normalised.
    """

    nouns: tuple[Noun, ...]
    vectors: FloatArray
    colours: tuple[str, ...]
    colour_vectors: FloatArray


@cache
def nouns() -> tuple[Noun, ...]:
    """Every noun that a cluster may be called by, each once, our own list first."""
    found: dict[str, Noun] = {}
    for noun in (*_own(), *_of_classes()):
        found.setdefault(noun.one.casefold(), noun)
    return tuple(found.values())


def vocabulary(encoder: Encoder, monitor: Monitor | None = None) -> Vocabulary:
    """The nouns and colours among the pictures of an encoder with words (kept in the cache).

    Raises:
        EncoderError: the encoder has no words.
        Cancelled: the monitor was asked to stop.
    """
    watched = monitor or Monitor()
    words = nouns()
    texts = [*(noun.one for noun in words), *COLOURS]

    def build(target: Path) -> dict[str, str]:
        parts = []
        for start in range(0, len(texts), _STEP):
            watched.check()
            watched.say(f"Learning the encoder's words, once: {start:,} of {len(texts):,}")
            parts.append(encoder.encode_texts(texts[start : start + _STEP]))
        vectors = np.concatenate(parts)
        with target.open("wb") as stream:
            np.save(stream, vectors, allow_pickle=False)
        return {"encoder": encoder.name, "words": str(len(texts))}

    key = digest(_VERSION, encoder.fingerprint, *texts)
    path = cached_file("words", "names", key, ".npy", build)
    vectors: FloatArray = np.load(path, allow_pickle=False)
    return Vocabulary(words, vectors[: len(words)], COLOURS, vectors[len(words) :])


def _own() -> list[Noun]:
    listed = (files(__package__) / "nouns.txt").read_text(encoding="utf-8")
    found = []
    for line in listed.splitlines():
        for entry in () if line.startswith("#") else line.split(","):
            one, told, many = (part.strip() for part in entry.partition(":"))
            if one:
                found.append(Noun(one, (many or one) if told else plural(one)))
    return found


def _of_classes() -> list[Noun]:
    found = []
    for name in class_names():
        one = _ASIDE.sub("", name).split(" / ")[0].strip()
        # Longer ones are descriptions: "a cat having a striped coat".
        if len(one.split()) <= _MOST_WORDS and "," not in one:
            found.append(Noun(one, plural(one)))
    return found
