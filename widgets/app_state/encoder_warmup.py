"""Warm-up of an encoder's text path before it is needed.

The first time on a machine that takes about half a minute: the sentence model is exported, and the names
and descriptions of a thousand classes are embedded, both once and for all.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from core.errors import LookalikeError

if TYPE_CHECKING:
    from core.collection import Collection
    from core.jobs import JobRunner


def words_key(collection: Collection) -> str:
    """Under which key the words of this collection's encoder are being got ready."""
    return f"words:{collection.encoder_name}"


def prepare_words(runner: JobRunner, collection: Collection) -> None:
    """Start getting them ready, unless that has been done in this process."""
    if runner.get(words_key(collection)) is None:
        with suppress(LookalikeError):  # another process has just started it
            runner.start(words_key(collection), "Getting the words ready", lambda _: _prepare(collection))


def _prepare(collection: Collection) -> None:
    encoder = collection.encoder()
    if encoder.has_text:
        encoder.encode_texts(["a picture"])
