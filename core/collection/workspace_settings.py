"""Settings of a workspace: a few small values in one file."""

import json
from pathlib import Path

from ..disk_errors import explained
from ..private_files import replace_private
from ..stored import UNREADABLE

_FILE = ".settings.json"


def read_setting(workspace: Path, key: str) -> str:
    """Read a setting; empty if it was not stored or the file cannot be read."""
    return _read(workspace).get(key, "")


def write_setting(workspace: Path, key: str, value: str) -> None:
    """Store a setting; creates the workspace if necessary.

    Raises:
        CollectionError: the workspace is not writable.
    """
    with explained(str(workspace)):
        workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings = {**_read(workspace), key: value}
        replace_private(workspace / _FILE, json.dumps(settings).encode(), durable=False)


def _read(workspace: Path) -> dict[str, str]:
    try:
        return {str(key): str(value) for key, value in json.loads((workspace / _FILE).read_text()).items()}
    except (OSError, *UNREADABLE):
        return {}
