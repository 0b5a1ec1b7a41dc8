"""What this program stores as JSON: dataclasses, written and read back; damage ends in one kind of error.

Reading is strict (`msgspec`): a number is not taken from text, nor an integer from a float, and a missing
field without a default, a word that is none of its `Literal` or a value that ``__post_init__`` rejects is an
error. Fields that another version of the program added are passed over.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import msgspec

from .errors import LookalikeError

T = TypeVar("T")

UNREADABLE = (
    ValueError,  # text that is no JSON, number, date or UTF-8; fields that do not fit their types
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


def to_builtins(value: object) -> Any:
    """Convert a dataclass, with all it holds, to dicts, lists, tuples, strings and numbers for JSON.

    Raises:
        TypeError: it holds something that is not JSON.
    """
    return msgspec.to_builtins(value, enc_hook=_plain)


def from_builtins(kind: type[T], value: object) -> T:
    """Make a `kind`, such as a dataclass, of what `to_builtins` gave, also after it was JSON text.

    Raises:
        ValueError: `value` does not fit.
    """
    return msgspec.convert(value, kind, str_keys=True)


def to_json(value: object) -> str:
    """Write a dataclass, or a container of them, as one line of JSON: ASCII, so that any file name passes.

    Raises:
        TypeError: it holds something that is not JSON.
    """
    return json.dumps(to_builtins(value))


def from_json(kind: type[T], text: str | bytes) -> T:
    """Read the `kind` that `to_json` wrote.

    Raises:
        ValueError, RecursionError: the text is something else.
    """
    return from_builtins(kind, json.loads(text))


def _plain(value: object) -> object:
    """The builtin value of a type that only derives from one: numpy's float64, a read-only mapping."""
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} is not JSON")
