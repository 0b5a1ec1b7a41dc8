"""Opening of a Milvus collection: created if missing, rejected if it holds something else."""

from typing import Any

from ...errors import ForeignIndexError
from ..spec import Family
from .client import TIMEOUT_S, Link
from .index import MilvusIndex

_SPACE = "lookalike.space"
_BUILT_WITH: dict[Family, tuple[str, dict[str, int]]] = {
    "flat": ("FLAT", {}),
    "hnsw": ("HNSW", {"M": 32, "efConstruction": 200}),
    "ivf": ("IVF_FLAT", {"nlist": 1024}),
}


def connect(
    uri: str,
    *,
    collection: str,
    dim: int,
    space: str,
    token: str = "",
    family: Family | None = None,
    timeout_s: float = TIMEOUT_S,
) -> MilvusIndex:
    """Open a collection of Milvus, and create it if it does not exist.

    Args:
        uri: ``http://HOST:PORT`` or ``https://HOST:PORT`` of a server or cluster, or a path that ends in
            ``.db`` for Milvus Lite. There is no default: nothing leaves this machine unasked.
        collection: its name there: letters, digits and ``_``, at most 255, no digit first.
        dim: dimension of a vector.
        space: identifies the vectors, such as a collection's identity and its space's fingerprint. It is
            stored in the server's collection on creation, and compared from then on.
        token: ``user:password`` or an API key, if the server needs one.
        family: what a new collection is indexed by: HNSW (M 32, efConstruction 200), IVF_FLAT (nlist 1024) or
            FLAT, which compares with every vector. None: HNSW on a server, and FLAT in Milvus Lite, which
            scans all rows anyway. An existing collection keeps its index.
        timeout_s: timeout of one call in seconds.

    Raises:
        ForeignIndexError: that collection holds something else.
        RemoteIndexError: the server is unreachable, too slow, or refuses.
    """
    link = Link(uri, token, timeout_s)
    try:
        if not link.call(
            "looking for the collection", lambda c: c.has_collection(collection, timeout=timeout_s)
        ):
            _create(link, collection, dim, space)
        _refuse_foreign(link, collection, dim, space)
        kind = _made_ready(link, collection, family)
    except BaseException:
        link.close()
        raise
    return MilvusIndex(link, collection, dim, kind)


def _create(link: Link, collection: str, dim: int, space: str) -> None:
    from pymilvus import DataType

    def create(client: Any) -> None:
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dim)
        client.create_collection(
            collection,
            schema=schema,
            consistency_level="Session",
            properties={_SPACE: space},
            timeout=link.timeout_s,
        )

    link.call("creating the collection", create)


def _refuse_foreign(link: Link, collection: str, dim: int, space: str) -> None:
    facts = link.call(
        "looking at the collection", lambda c: c.describe_collection(collection, timeout=link.timeout_s)
    )
    named = f"The collection “{collection}” of Milvus at {link.where}"
    theirs = facts["properties"].get(_SPACE)
    if theirs is None:
        raise ForeignIndexError(f"{named} was not made by Lookalike; choose another name.")
    if theirs != space:
        raise ForeignIndexError(
            f"{named} holds the vectors of another collection or encoder. "
            "Choose another name, or delete it there and load it again."
        )
    lengths = [field["params"].get("dim") for field in facts["fields"] if field["name"] == "vector"]
    if [int(length) for length in lengths if length] != [dim]:
        raise ForeignIndexError(f"{named} holds vectors of another length than {dim}; choose another name.")


def _made_ready(link: Link, collection: str, family: Family | None) -> str:
    """Index and load the collection if a crash or an administrator left it without; return its index type."""
    limit = {"timeout": link.timeout_s}
    if not link.call("looking at its index", lambda c: c.list_indexes(collection, **limit)):
        kind, built_with = _BUILT_WITH[family or ("flat" if link.local else "hnsw")]

        def index(client: Any) -> None:
            settings = client.prepare_index_params()
            settings.add_index("vector", index_type=kind, metric_type="IP", params=built_with)
            client.create_index(collection, settings, **limit)

        link.call("indexing the collection", index)
    facts = link.call("looking at its index", lambda c: c.describe_index(collection, "vector", **limit))
    link.call("loading the collection", lambda c: c.load_collection(collection, **limit))
    return str(facts["index_type"])
