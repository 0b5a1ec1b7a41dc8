"""Access control for folders: the app may only read those under configured roots."""

import os
from collections.abc import Sequence
from pathlib import Path

from ...errors import CollectionError


def allowed_roots() -> list[Path]:
    """Return the folders in ``$LOOKALIKE_ROOTS`` (separated as in ``$PATH``), else the home directory."""
    named = [part for part in os.environ.get("LOOKALIKE_ROOTS", "").split(os.pathsep) if part.strip()]
    return [Path(part).expanduser().resolve() for part in named] or [Path.home().resolve()]


def check_folder(text: str) -> Path:
    """Resolve the folder or file `text`, following links, if it is under an allowed root.

    Raises:
        CollectionError: it is empty, outside the roots, or does not exist.
    """
    if not text.strip() or "\0" in text:
        raise CollectionError("Name a folder on this machine, such as ~/Pictures.")
    path = Path(text.strip()).expanduser().resolve()
    check_under(path, allowed_roots())
    if not path.exists():
        raise CollectionError(f"There is no folder {path}.")
    return path


def check_under(path: Path, roots: Sequence[Path]) -> None:
    """Validate that a resolved path is inside `roots`.

    Raises:
        CollectionError: it is not.
    """
    if not any(path.is_relative_to(root) for root in roots):
        listed = ", ".join(str(root) for root in roots)
        raise CollectionError(
            f"{path} lies outside the folders that may be read here ({listed}). "
            "Set LOOKALIKE_ROOTS to allow it."
        )
