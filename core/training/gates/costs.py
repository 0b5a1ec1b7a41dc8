"""What using an adapter costs."""

import time

import numpy as np

from ...embedding.adapter import Adapter
from ..data.dataset import FloatArray
from ..results import Costs

_REPEATS = 3


def measure_costs(adapter: Adapter, embeddings: FloatArray) -> Costs:
    """Median times of mapping one query and 1,000 images, and the bytes that are stored.

    Args:
        adapter: with its share of the new embedding.
        embeddings: ``(N, d)``, some to measure with; they are repeated up to 1,000.
    """
    thousand = np.resize(embeddings, (1000, adapter.dim_in)).astype(np.float32)
    return Costs(
        query_ms=_median_ms(adapter, thousand[:1]),
        thousand_images_ms=_median_ms(adapter, thousand),
        bytes_per_image_before=4 * adapter.dim_in,
        bytes_per_image_after=4 * adapter.dim_out,
        adapter_bytes=4 * adapter.parameters,
    )


def _median_ms(adapter: Adapter, embeddings: FloatArray) -> float:
    times = []
    for _ in range(_REPEATS):
        started = time.perf_counter()
        adapter.apply(embeddings)
        times.append(time.perf_counter() - started)
    return float(np.median(times)) * 1000
