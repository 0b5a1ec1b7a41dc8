"""Reading back what this program stored: damage of any kind ends in one error with a sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .errors import LookalikeError

UNREADABLE = (
    ValueError,  # text that is no JSON, number, date or UTF-8
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    ArithmeticError,
    RecursionError,
)
"""What decoding raises where bytes are not what was written."""


@contextmanager
def decoding(damaged: Callable[[], LookalikeError]) -> Iterator[None]:
    """Decode something stored in the block; `damaged` makes the error to raise where that cannot be done."""
    try:
        yield
    except UNREADABLE as error:
        raise damaged() from error
