"""FAISS structures taken apart: their nesting, their memory, and their search parameters.

The forms understood are a graph or an inverted file, an optional linear transform such as PCA before it, and
an optional refinement after it (`faiss.IndexPreTransform`, `faiss.IndexRefine`).
"""

from dataclasses import dataclass
from typing import Any

import faiss

from .base import SearchParameters

_EF_SEARCH = 128
_PROBED = 8
_REFINED = 200
_ROOM = 16
_LEAST_ROOM = 2000


@dataclass(frozen=True)
class Anatomy:
    """The parts of a FAISS structure; None if a part is missing.

    Attributes:
        transform: the linear transform applied first.
        graph: an HNSW graph.
        lists: an inverted file.
        store: vectors by row in the space of the queries, precise enough for scores: those of the refinement,
            else those of the graph.
        refined: whether there is a refinement.
    """

    transform: Any
    graph: Any
    lists: Any
    store: Any
    refined: bool


def anatomy(structure: Any) -> Anatomy:
    """Find the parts of `structure`, as built by `faiss.index_factory`."""
    outer = faiss.downcast_index(structure)
    refined = isinstance(outer, faiss.IndexRefine)
    middle = faiss.downcast_index(outer.base_index) if refined else outer
    turned = isinstance(middle, faiss.IndexPreTransform)
    inner = faiss.downcast_index(middle.index) if turned else middle
    graph = inner if isinstance(inner, faiss.IndexHNSW) else None
    lists = inner if isinstance(inner, faiss.IndexIVF | faiss.IndexIVFFastScan) else None
    store = None
    if refined:
        store = faiss.downcast_index(outer.refine_index)
    elif graph is not None and not turned:
        store = faiss.downcast_index(graph.storage)
    return Anatomy(middle.chain if turned else None, graph, lists, store, refined)


def parameters(
    parts: Anatomy, asked: SearchParameters, k: int, size: int, share: float = 1.0, selector: Any = None
) -> Any:
    """Convert `asked` to FAISS's parameters for a search of `k` among `size` rows.

    If `selector` allows only a `share` of the rows, the search is widened accordingly.
    """
    inner = first_look(parts, asked, k, size, share, selector)
    if parts.transform is not None:
        inner = faiss.SearchParametersPreTransform(index_params=inner)
    if parts.refined:
        # A little more than the quotient, because FAISS multiplies it again and rounds down.
        factor = candidates(asked, k, size) / k + 1e-4
        inner = faiss.IndexRefineSearchParameters(k_factor=factor, base_index_params=inner)
    return inner


def first_look(
    parts: Anatomy, asked: SearchParameters, k: int, size: int, share: float = 1.0, selector: Any = None
) -> Any:
    """Convert as `parameters` does, for the graph or the lists alone."""
    if parts.graph is not None:
        breadth = max(k, asked.ef_search or _EF_SEARCH)
        return faiss.SearchParametersHNSW(efSearch=min(size, round(breadth / share)), sel=selector)
    lists = parts.lists.nlist
    probed = min(lists, round((asked.nprobe or max(1, lists // _PROBED)) / share))
    kind = faiss.SearchParametersIVF
    if isinstance(parts.lists, faiss.IndexIVFRaBitQ | faiss.IndexIVFRaBitQFastScan):
        kind = faiss.IVFRaBitQSearchParameters
    return kind(nprobe=probed, sel=selector)


def candidates(asked: SearchParameters, k: int, size: int) -> int:
    """Compute how many of `size` rows are refined."""
    return min(size, max(k, asked.refine or _REFINED))


def weight(structure: Any) -> int:
    """Compute the memory use of `structure` in bytes: codes, links, centroids and transforms."""
    parts = anatomy(structure)
    total = 0
    if parts.transform is not None:
        for at in range(parts.transform.size()):
            step = faiss.downcast_VectorTransform(parts.transform.at(at))
            total += 4 * step.d_in * step.d_out
    if parts.graph is not None:
        hnsw = parts.graph.hnsw
        total += 4 * hnsw.neighbors.size() + 8 * hnsw.offsets.size() + 4 * hnsw.levels.size()
        storage = faiss.downcast_index(parts.graph.storage)
        if parts.refined or parts.transform is not None:
            total += storage.ntotal * storage.sa_code_size()
    if parts.lists is not None:
        total += _lists_weight(faiss.downcast_InvertedLists(parts.lists.invlists))
        total += 4 * parts.lists.nlist * parts.lists.d
    if parts.store is not None:
        total += parts.store.ntotal * parts.store.sa_code_size()
    return int(total)


def _lists_weight(inverted: Any) -> int:
    sizes = [int(inverted.list_size(number)) for number in range(inverted.nlist)]
    if isinstance(inverted, faiss.BlockInvertedLists):
        blocks = sum(-(-size // int(inverted.n_per_block)) for size in sizes)
        return 8 * sum(sizes) + blocks * int(inverted.block_size)
    return sum(sizes) * (8 + int(inverted.code_size))


def apart(structure: Any) -> dict[str, tuple[Any, int]]:
    """Split `structure` into the parts to write, each with FAISS's flags: ``structure``, and ``store`` if
    any.
    """
    parts = anatomy(structure)
    if parts.refined:
        base = faiss.downcast_index(faiss.downcast_index(structure).base_index)
        return {"structure": (base, 0), "store": (parts.store, 0)}
    if parts.store is not None:
        return {"structure": (parts.graph, faiss.IO_FLAG_SKIP_STORAGE), "store": (parts.store, 0)}
    return {"structure": (structure, 0)}


def together(structure: Any, store: Any) -> Any:
    """Reassemble what `apart` split; the result owns both, and `store` is None if there was none.

    Raises:
        RuntimeError: the two do not match.
    """
    if store is None:
        return structure
    if isinstance(structure, faiss.IndexHNSW) and structure.storage is None:
        structure.storage = store
        structure.own_fields = True
        store.this.disown()
        return structure
    whole = faiss.IndexRefine(structure, store)
    whole.own_fields = whole.own_refine_index = True
    structure.this.disown()
    store.this.disown()
    return whole


def replace_store(structure: Any, store: Any) -> None:
    """Replace the store of `structure`, as `together` returned it, by `store`; the old one is freed."""
    slot = "storage" if isinstance(structure, faiss.IndexHNSW) else "refine_index"
    before = getattr(structure, slot)
    setattr(structure, slot, store)
    store.this.disown()
    before.this.acquire()  # so that Python frees it


def in_memory(store: Any) -> Any:
    """Copy a store from a mapped file, which cannot grow, into memory, where it can."""
    store = faiss.downcast_index(store)
    if isinstance(store, faiss.IndexScalarQuantizer):
        copy = faiss.IndexScalarQuantizer(store.d, store.sq.qtype, store.metric_type)
        copy.sq = store.sq
        copy.is_trained = True
    else:
        copy = faiss.IndexFlat(store.d, store.metric_type)
    # Reserve room for the next additions: else everything would be copied again, at three times the memory.
    copy.codes.resize((store.ntotal + store.ntotal // _ROOM + _LEAST_ROOM) * store.code_size)
    copy.codes.resize(0)
    if store.ntotal:
        codes = faiss.rev_swig_ptr(store.codes.data(), store.ntotal * store.code_size)
        copy.add_sa_codes(codes.reshape(store.ntotal, store.code_size))
    return copy
