"""What the registry knows of an encoder that comes with the installed packages."""

from collections.abc import Callable
from dataclasses import dataclass

from .base import Encoder


@dataclass(frozen=True)
class BuiltIn:
    """An encoder that is listed, and loaded only when it is first used.

    Attributes:
        name: what `load_encoder` takes.
        title: for people.
        dim: length of an embedding.
        has_text: whether it understands sentences.
        load: makes it; imports its libraries inside. Raises `EncoderError` where that cannot be done.
        check: raises `EncoderError` where a file of it is missing; quick, and imports no model library.
    """

    name: str
    title: str
    dim: int
    has_text: bool
    load: Callable[[], Encoder]
    check: Callable[[], object] = lambda: None
