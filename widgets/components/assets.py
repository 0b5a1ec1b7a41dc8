"""Reads the markup, styles and scripts that lie beside the custom components."""

from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def asset(name: str) -> str:
    """The text of a file of this directory; a trailing newline keeps Streamlit from taking it for a path."""
    return (_HERE / name).read_text("utf-8") + "\n"


@cache
def script(*names: str) -> str:
    """Several scripts as one module, in the order given."""
    return "\n".join(asset(name) for name in names)
