"""Hints in a file's name that it is a copy: the weakest evidence, used when nothing else decides."""

import re
from pathlib import PurePosixPath

_HINTS = re.compile(
    r"""
      \s?\(\d{1,3}\)$                                    # IMG_1 (1)
    | (^|[\s_.-])(copy|kopie|copie|copia|kopia)([\s_-]?(of|de|von))?([\s_-]?\d{1,3})?($|[\s_-])
    | [\s_.-](edited|edit|bearbeitet|small|thumb|thumbnail|resized|scaled|compressed|cropped|preview|web)$
    | [_-]\d{2,4}x\d{2,4}$                               # photo-300x200, as web shops name smaller ones
    | ^(IMG|VID)-\d{8}-WA\d{4}$                          # WhatsApp
    | ^FB_IMG_\d+$                                       # Facebook
    | ^screenshot                                        # a picture of a picture
    | ~\d+$                                              # photo~2
    """,
    re.IGNORECASE | re.VERBOSE,
)


def copy_hint(name: str) -> str:
    """Find the part of a file's name that suggests a copy, such as ``(1)``; empty if there is none.

    Args:
        name: with folders and ending, or without.
    """
    found = _HINTS.search(PurePosixPath(name).stem)
    return found.group(0).strip(" _.-") if found else ""
