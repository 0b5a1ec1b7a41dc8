"""How fast an encoder is on a collection's own pictures."""

import time
from collections.abc import Sequence
from statistics import median

import numpy as np

from ...collection.collection import Collection
from ...collection.decoding import decode_for
from ...embedding.base import Encoder
from ...errors import LookalikeError
from ...jobs import Monitor
from ...search.engine import SearchEngine
from ...search.query import Query
from ..answer_review import propose_queries
from ..results import Speed

_PICTURES = 24
_BATCH = 8
_QUERIES = 10


def measure_speed(collection: Collection, name: str, seed: int, monitor: Monitor) -> Speed:
    """Time embedding and searching on a few pictures and sentences, drawn by the seed.

    Raises:
        EncoderError, CollectionError: the encoder cannot be used here.
        Cancelled: `monitor` was asked to stop.
    """
    encoder = collection.encoder(name)
    ids = np.array(collection.ids(), np.int64)
    originals = []
    for picture_id in ids[np.random.default_rng(seed).permutation(len(ids))[:_PICTURES]]:
        try:
            originals.append(collection.original(int(picture_id)))
        except LookalikeError:  # referenced in place, and gone since
            continue
    engine = SearchEngine(collection, name)
    texts = (propose_queries(collection, _QUERIES) or ("a picture",)) if encoder.has_text else ()
    monitor.check()
    return Speed(
        _embedding_ms(encoder, originals),
        _asking_ms(engine, [Query(image=data) for data in originals[:_QUERIES]]),
        _asking_ms(engine, [Query(text=text) for text in texts]),
    )


def _embedding_ms(encoder: Encoder, originals: Sequence[bytes]) -> float | None:
    def embed(part: Sequence[bytes]) -> None:
        encoder.encode_prepared(np.stack([encoder.prepare(decode_for(encoder, d).image) for d in part]))

    if not originals:
        return None
    embed(originals[:_BATCH])  # the first batch warms the network up, and does not count
    started = time.perf_counter()
    for start in range(0, len(originals), _BATCH):
        embed(originals[start : start + _BATCH])
    return (time.perf_counter() - started) * 1000 / len(originals)


def _asking_ms(engine: SearchEngine, queries: Sequence[Query]) -> float | None:
    if not queries:
        return None
    engine.search(queries[0])
    return median(engine.search(query).timings.total_ms for query in queries)
