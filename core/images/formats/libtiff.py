"""The TIFF library inside Pillow, kept from writing hundreds of lines about odd files to standard error.

The user still learns of them: a file that cannot be decoded is skipped with a message.
"""

import ctypes
import ctypes.util
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import PIL


@lru_cache(maxsize=1)
def silence_libtiff() -> bool:
    """Remove its error and warning handlers, once; returns whether that was possible.

    The handlers belong to the library, so this holds for all threads and redirects no file descriptor. Where
    Pillow is linked in a way that hides the library (on Windows), it goes on writing.
    """
    with suppress(OSError, AttributeError):
        for path in _candidates():
            library = ctypes.CDLL(path)  # the one that Pillow has loaded, not a second copy
            library.TIFFSetErrorHandler(None)
            library.TIFFSetWarningHandler(None)
            return True
    return False


def _candidates() -> list[str]:
    package = Path(PIL.__file__).parent
    bundled = [*package.parent.glob("pillow.libs/libtiff*"), *package.glob(".dylibs/libtiff*")]
    system = ctypes.util.find_library("tiff") if not bundled else None
    return [*map(str, sorted(bundled)), *filter(None, [system])]
