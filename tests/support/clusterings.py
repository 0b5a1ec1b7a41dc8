"""Clusterings made by hand over a collection of vectors."""

import numpy as np

from core.clustering.runs import store
from core.clustering.types import Clustering, Measured, Setup


def made(collection, clusters, name=None):
    """The pictures of a collection in these clusters, by ascending id; stored if it has a name."""
    ids = np.array(collection.ids(), np.int64)
    setup = Setup(
        "kmeans", None, "none", 0, collection.encoder_name, collection.space().fingerprint, len(ids), len(ids)
    )
    strength = np.where(np.array(clusters) < 0, 0, 1).astype(np.float32)
    found = Clustering("", setup, Measured(0.1), ids, np.array(clusters, np.int32), strength)
    return store(collection, found, name) if name else found
