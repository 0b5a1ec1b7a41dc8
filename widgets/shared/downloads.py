"""Pictures as files to take away: one as it was added, many as a ZIP archive."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from typing import TYPE_CHECKING

from core.errors import LookalikeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.collection import Collection

MOST = 2000
"""More pictures than this in one archive would fill the server's memory."""

_UNSAFE = re.compile(r'[\\/:*?"<>|]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def safe_name(name: str, taken: Iterable[str] = ()) -> str:
    """A file name that every system can write and that is none of `taken`; pictures' names are untrusted."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join("_" if unicodedata.category(c)[0] == "C" else c for c in last)
    clean = _UNSAFE.sub("_", clean).strip(" .") or "picture"
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    stem, dot, suffix = clean.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, suffix = clean, ""
    stem = stem.encode("utf-8", "replace")[:150].decode("utf-8", "ignore") or "picture"
    lower, number = {t.lower() for t in taken}, 1
    candidate = f"{stem}.{suffix}" if suffix else stem
    while candidate.lower() in lower:
        number += 1
        candidate = f"{stem} ({number}).{suffix}" if suffix else f"{stem} ({number})"
    return candidate


def archive(collection: Collection, ids: Sequence[int]) -> bytes:
    """The originals as a ZIP archive; what could not be read is listed in a text file inside."""
    out = io.BytesIO()
    names: set[str] = set()
    missing: list[str] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:  # pictures are compressed already
        for picture in collection.get_many(list(ids)[:MOST]):
            try:
                content = collection.original(picture.id)
            except LookalikeError as error:
                missing.append(str(error))
                continue
            name = safe_name(picture.name, names)
            names.add(name)
            packed.writestr(name, content)
        if missing:
            packed.writestr(safe_name("NOT INCLUDED.txt", names), "\n".join(missing) + "\n")
    return out.getvalue()
