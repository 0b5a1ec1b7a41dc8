"""An approximate index that looks at too little: recall collapses, and nothing says so."""

import faiss
import numpy as np

from ...errors import LookalikeError
from .types import FloatArray, IntArray, Series, Shown

K = 10
_TARGET = 0.95
_QUERIES = 200
EFFORTS = (1, 2, 4, 8, 16, 32, 64)


def probes(vectors: FloatArray, seed: int = 0) -> Shown:
    """Recall@10 against exact search of IVF by nprobe, and of a thin HNSW by efSearch.

    Args:
        vectors: ``(N, dim)`` float32, L2-normalised.
        seed: of the queries that are drawn.

    Raises:
        LookalikeError: there are fewer than 100 vectors.
    """
    if len(vectors) < 100:
        raise LookalikeError("This needs at least 100 pictures.")
    vectors = np.ascontiguousarray(vectors, np.float32)
    asked = np.sort(np.random.default_rng(seed).permutation(len(vectors))[:_QUERIES])
    exact = np.argsort(-without_self_rows(vectors, asked), axis=1, kind="stable")[:, :K].astype(np.int64)
    nlist = int(max(8, 4 * np.sqrt(len(vectors)) // 2))
    efforts = [effort for effort in EFFORTS if effort <= nlist]
    ivf = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], nlist, faiss.METRIC_INNER_PRODUCT
    )
    ivf.cp.min_points_per_centroid = 1
    ivf.train(vectors)
    ivf.add(vectors)
    hnsw = faiss.IndexHNSWFlat(vectors.shape[1], 4, faiss.METRIC_INNER_PRODUCT)
    hnsw.hnsw.efConstruction = 16
    hnsw.add(vectors)
    by_ivf = [_recall(ivf, vectors, asked, exact, "nprobe", effort) for effort in efforts]
    by_hnsw = [_recall(hnsw, vectors, asked, exact, "ef", effort) for effort in efforts]
    enough = next((e for e, r in zip(efforts, by_ivf, strict=True) if r >= _TARGET), efforts[-1])
    return Shown(
        f"recall@{K}",
        by_ivf[0],
        by_ivf[efforts.index(enough)],
        f"IVF with {nlist} lists finds {by_ivf[0]:.0%} of the true neighbours at nprobe = 1, which is the "
        f"default of FAISS, and {by_ivf[efforts.index(enough)]:.0%} at nprobe = {enough}. A thin HNSW graph "
        f"(M = 4) finds {by_hnsw[0]:.0%} at efSearch = 1. Each answer looks complete: ten pictures, no "
        "error.",
        "nprobe (IVF) or efSearch (HNSW)",
        f"Recall@{K} against exact search (0–1)",
        (
            Series("IVF", tuple(map(float, efforts)), tuple(by_ivf)),
            Series("HNSW, M = 4", tuple(map(float, efforts)), tuple(by_hnsw)),
        ),
    )


def without_self_rows(vectors: FloatArray, rows: IntArray) -> FloatArray:
    """Cosines of some rows with all, −inf where a row meets itself."""
    scores = np.array(vectors[rows] @ vectors.T)
    scores[np.arange(len(rows)), rows] = -np.inf
    return scores


def _recall(
    index: object, vectors: FloatArray, asked: IntArray, exact: IntArray, what: str, effort: int
) -> float:
    if what == "nprobe":
        parameters = faiss.SearchParametersIVF(nprobe=effort)
    else:
        parameters = faiss.SearchParametersHNSW(efSearch=effort)
    _, found = index.search(vectors[asked], K + 1, params=parameters)  # type: ignore[attr-defined]
    hits = [
        len(np.intersect1d(row[row != own][:K], true)) / len(true)
        for row, own, true in zip(found, asked, exact, strict=True)
    ]
    return float(np.mean(hits))
