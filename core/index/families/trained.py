"""FAISS structures made by their description and trained on a sample."""

from typing import Any

import faiss
import numpy as np

from ...cores import cores
from ...errors import IndexingError
from ..base import FloatArray
from ..faiss_structures import Anatomy, anatomy
from ..spec import Recipe
from ..validation import check_vectors

_SAMPLE = 50_000
"""Minimum number of training vectors, if available; or this many per list, if that is more."""
_PER_LIST = 25


def trained(recipe: Recipe, vectors: FloatArray, seed: int) -> Any:
    """A graph or an inverted file of FAISS, without vectors, trained on a sample of ``(N, dim)`` float32.

    Raises:
        IndexingError: the recipe describes neither, or there are too few vectors.
    """
    try:
        structure = faiss.index_factory(vectors.shape[1], recipe.factory, faiss.METRIC_INNER_PRODUCT)
        parts = anatomy(structure)
    except (RuntimeError, AttributeError) as error:
        raise _unknown(recipe) from error
    if parts.graph is None and parts.lists is None:
        raise _unknown(recipe)
    least = _SAMPLE
    if parts.graph is not None and recipe.ef_construction is not None:
        parts.graph.hnsw.efConstruction = recipe.ef_construction
    if parts.lists is not None:
        parts.lists.cp.seed = seed + 1
        parts.lists.cp.min_points_per_centroid = 1  # else it asks for more on stderr
        least = max(least, _PER_LIST * parts.lists.nlist)
    if not structure.is_trained:
        sample = _sample(vectors, least, seed)
        check_vectors(sample, vectors.shape[1])
        try:
            _train(structure, parts, sample)
        except RuntimeError as error:
            raise IndexingError(
                f"{len(vectors):,} vectors cannot train “{recipe.factory}”; search them exactly instead."
            ) from error
    return structure


def _unknown(recipe: Recipe) -> IndexingError:
    return IndexingError(f"“{recipe.factory}” is neither a graph nor an inverted file that FAISS can build.")


def _train(structure: Any, parts: Anatomy, sample: FloatArray) -> None:
    faiss.omp_set_num_threads(cores())
    turned = sample if parts.transform is None else _train_transform(parts.transform, sample)
    if parts.lists is not None:
        centres = parts.lists
        centres.train_q1(len(turned), faiss.swig_ptr(turned), False, centres.metric_type)
    # What remains to be trained are many small parts: threads would wait for each other, long on a busy
    # machine.
    faiss.omp_set_num_threads(1)
    structure.train(sample)


def _train_transform(chain: Any, sample: FloatArray) -> FloatArray:
    """Train the linear transform without its mean shift, and return `sample` transformed.

    FAISS's PCA subtracts the mean m from vectors and queries alike. That changes no distance, but it does
    change the order by inner product: ⟨q − m, x − m⟩ is ⟨q, x⟩ minus ⟨m, x⟩, which differs from vector to
    vector, plus a constant. Projection without the shift keeps the order.
    """
    for number in range(chain.size()):
        step = faiss.downcast_VectorTransform(chain.at(number))
        if not step.is_trained:
            step.train(sample)
        if isinstance(step, faiss.PCAMatrix):
            faiss.copy_array_to_vector(np.zeros(step.d_out, np.float32), step.b)
            step.have_bias = False
        sample = step.apply(sample)
    return sample


def _sample(vectors: FloatArray, count: int, seed: int) -> FloatArray:
    if len(vectors) <= count:
        return np.ascontiguousarray(vectors, np.float32)
    chosen = np.random.default_rng(seed).choice(len(vectors), count, replace=False)
    return np.ascontiguousarray(vectors[np.sort(chosen)], np.float32)
