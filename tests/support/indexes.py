"""Vectors in clusters, enough to train on, and one recipe of every form that is offered."""

import numpy as np

from core.index.base import SearchParameters
from core.index.spec import Recipe

DIM = 32
COUNT = 3000
RECIPES = {
    "graph": Recipe("hnsw", "HNSW16", 60),
    "compressed graph": Recipe("hnsw", "HNSW16_SQ8", 60),
    "projected graph": Recipe("hnsw", "PCA16,HNSW16_SQ8,RFlat", 60),
    "refined graph": Recipe("hnsw", "HNSW16_SQ8,RFlat", 60),
    "lists": Recipe("ivf", "IVF16,Flat"),
    "scanned codes": Recipe("ivf", "PCA16,IVF16,PQ8x4fs,Refine(SQ8)"),
    "projected codes": Recipe("ivf", "PCAR16,IVF16,PQ8x4fsr,RFlat"),
    "bits": Recipe("ivf", "RR32,IVF16,RaBitQfs,RFlat"),
}
EXHAUSTIVE = SearchParameters(ef_search=COUNT, nprobe=16, refine=COUNT)


def clustered(count, seed):
    rng = np.random.default_rng(seed)
    # A mean that is not zero, as that of real embeddings is.
    centres = np.random.default_rng(99).normal(size=(60, DIM)) + 0.5
    vectors = centres[rng.integers(0, 60, count)] + 0.5 * rng.normal(size=(count, DIM))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def recall(found, exact):
    k = exact.ids.shape[1]
    return np.mean([len(set(a) & set(b)) / k for a, b in zip(found.ids, exact.ids, strict=True)])
