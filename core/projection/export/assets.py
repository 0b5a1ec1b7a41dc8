"""The scripts, styles and markup that draw a map in a browser; the app and exported pages share them."""

from functools import cache
from importlib.resources import files

_SCRIPTS = (
    "packed", "places", "painter", "camera", "pictures", "drawing", "legend", "hands", "view",
)  # fmt: skip


@cache
def script() -> str:
    """All scripts as one, in which `MapView`, `unpack`, `fromBase64` and `toBase64` are declared."""
    return "\n".join(_read(f"{name}.js") for name in _SCRIPTS)


@cache
def style() -> str:
    """The styles; colours are those of the app's theme, by its names."""
    return _read("view.css")


@cache
def markup() -> str:
    """The markup that a `MapView` fills."""
    return _read("view.html")


def _read(name: str) -> str:
    return (files(__package__) / "view" / name).read_text(encoding="utf-8")
