"""OpenCV, loaded when it is first needed."""

import threading
from functools import cache
from types import ModuleType

_loading = threading.Lock()


@cache
def _load() -> ModuleType:
    import cv2

    # Pictures this small do not gain from several threads; callers process several pictures at once instead.
    cv2.setNumThreads(1)
    return cv2


def opencv() -> ModuleType:
    """Import OpenCV on first use, so that `import core` stays fast."""
    with _loading:
        return _load()
