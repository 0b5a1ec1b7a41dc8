"""Ways to find clusters, by name. A new one is a line in `METHODS`."""

from ...errors import ClusteringError
from .hdbscan import HDBSCAN_METHOD
from .kmeans import KMEANS_METHOD
from .method import ClusterMethod
from .ward import WARD_METHOD

METHODS: tuple[ClusterMethod, ...] = (KMEANS_METHOD, HDBSCAN_METHOD, WARD_METHOD)
"""In the order in which they are shown."""
_BY_NAME = {one.name: one for one in METHODS}


def find_method(name: str) -> ClusterMethod:
    """The method called `name`.

    Raises:
        ClusteringError: there is none.
    """
    if name not in _BY_NAME:
        raise ClusteringError(f"There is no method “{name}”; there are {', '.join(_BY_NAME)}.")
    return _BY_NAME[name]


def method_title(name: str) -> str:
    """Return the display name of a method; its name for those of `core.events`, and of another version."""
    return _BY_NAME[name].title if name in _BY_NAME else name
