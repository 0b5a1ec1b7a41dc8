"""OpenCV, loaded when it is first needed."""

import threading
from functools import cache
from types import ModuleType

_loading = threading.Lock()


@cache
def _load() -> ModuleType:
    import cv2

    # Pictures this small are not worth sharing out; callers run several at once instead.
    cv2.setNumThreads(1)
    return cv2


def opencv() -> ModuleType:
    """OpenCV, loaded when first needed: `import core` stays quick."""
    with _loading:
        return _load()
