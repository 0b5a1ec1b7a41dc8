"""The connection to a Milvus server: deadlines, and plain messages for failures."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from ...errors import RemoteIndexError

T = TypeVar("T")

TIMEOUT_S = 10.0
"""Default timeout of one call, in seconds."""

_AT_ONCE = 16
_SUFFIX = ".db"

_lite_users: Counter[str] = Counter()
_lite_lock = threading.Lock()


def is_local(uri: str) -> bool:
    """Whether `uri` names a file of Milvus Lite and not a server."""
    return "://" not in uri and uri.endswith(_SUFFIX)


def without_secrets(uri: str) -> str:
    """Strip user, password and query, which may hold a key, from the address of a server."""
    if "://" not in uri:
        return uri
    parts = urlsplit(uri)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


class Link:
    """A connection to one server, or to Milvus Lite in this process, whose every call has a deadline.

    Calls may come from several threads at once. After an outage, the next call reconnects.
    """

    def __init__(self, uri: str, token: str, timeout_s: float) -> None:
        """Connect.

        Args:
            uri: ``http://HOST:PORT`` or ``https://HOST:PORT`` of a server, or the path of a Milvus Lite file,
                which ends in ``.db``.
            token: ``user:password`` or an API key, empty if the server needs none. Never shown.
            timeout_s: timeout of any call in seconds, this one included.

        Raises:
            RemoteIndexError: no server answers, or not in time, or it rejects the token.
        """
        # Imported completely before two threads import different parts of it: its modules import each other.
        import pymilvus  # noqa: F401

        self.timeout_s = timeout_s
        self.local = is_local(uri)
        self._uri = str(Path(uri).expanduser().resolve()) if self.local else uri
        self.where = _shown(self._uri, self.local)
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="lookalike-milvus")
        try:
            self._client = self._wait(self._pool.submit(self._open, token), "connecting", timeout_s)
        except BaseException:
            self._pool.shutdown(wait=False, cancel_futures=True)
            raise

    def call(self, doing: str, work: Callable[[Any], T], timeout_s: float | None = None) -> T:
        """Call `work` with the `pymilvus.MilvusClient` and return its result.

        Args:
            doing: what is being done, as it fits after “while”.
            work: makes the call, to which it should pass `timeout_s`.
            timeout_s: timeout in seconds; None: that of the link.

        Raises:
            RemoteIndexError: the server is unreachable, too slow, or refuses.
        """
        return self._wait(self._pool.submit(work, self._client), doing, timeout_s or self.timeout_s)

    def close(self) -> None:
        """Close the connection. Milvus Lite is closed with the last link to its file."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.close()
        if self.local:
            with _lite_lock:
                _lite_users[self._uri] -= 1
                last = _lite_users[self._uri] == 0
            if last:
                from milvus_lite.server_manager import server_manager_instance

                server_manager_instance.release_server(self._uri)

    def _open(self, token: str) -> Any:
        from pymilvus import MilvusClient

        # They also print a traceback for whatever they raise; our message is enough.
        for name in ("pymilvus", "pymilvus.milvus_client", "milvus_lite", "grpc._server"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        # Its own pool: else a reconnection has to wait for the back-off of the last one.
        options = {"grpc.use_local_subchannel_pool": 1}
        client = MilvusClient(
            self._uri, token=token, timeout=self.timeout_s, dedicated=True, grpc_options=options
        )
        if self.local:
            with _lite_lock:
                _lite_users[self._uri] += 1
        return client

    def _wait(self, answer: Future[T], doing: str, timeout_s: float) -> T:
        # The client's own deadline holds for one attempt; it may try three times. This one covers them all.
        with self._in_plain_words(doing, timeout_s):
            try:
                return answer.result(timeout_s)
            except TimeoutError:
                answer.cancel()
                raise

    @contextmanager
    def _in_plain_words(self, doing: str, timeout_s: float) -> Iterator[None]:
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            yield
        except TimeoutError as error:
            raise self._too_slow(doing, timeout_s) from error
        except (MilvusException, grpc.RpcError) as error:
            status = _status(error)
            if status is grpc.StatusCode.DEADLINE_EXCEEDED:
                raise self._too_slow(doing, timeout_s) from error
            if status is grpc.StatusCode.UNAVAILABLE:
                raise RemoteIndexError(
                    f"No Milvus server answers at {self.where}. Start it, or check the address and the port."
                ) from error
            if status in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED):
                raise RemoteIndexError(
                    f"Milvus at {self.where} refused the token. Check it, and what its user may do there."
                ) from error
            raise RemoteIndexError(
                f"Milvus at {self.where} failed while {doing}: {_first_line(error)}. {self._advice()}"
            ) from error

    def _too_slow(self, doing: str, timeout_s: float) -> RemoteIndexError:
        return RemoteIndexError(
            f"Milvus at {self.where} did not answer within {timeout_s:g} s while {doing}. "
            "It may be starting or overloaded: try again later, or allow it more time."
        )

    def _advice(self) -> str:
        if self.local:
            return "See that no other program has the file open, and that its folder can be written."
        return "If it has just been started, try again in a minute; its own log says more."


def _shown(uri: str, local: bool) -> str:
    """Return the address without a password.

    Raises:
        RemoteIndexError: it is not an address of Milvus.
    """
    if local:
        if not Path(uri).parent.is_dir():
            raise RemoteIndexError(f"There is no folder {Path(uri).parent} for Milvus Lite; make it first.")
        return uri
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise RemoteIndexError(
            f"“{uri}” is not an address of Milvus. Write http://HOST:19530, https://HOST:PORT, "
            f"or for Milvus Lite the path of a file that ends in {_SUFFIX}."
        )
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _status(error: BaseException | None) -> Any:
    """Find gRPC's status code at the end of the exception chain, or None."""
    import grpc

    found = None
    seen: set[int] = set()  # the client raises errors “from” themselves
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, grpc.RpcError) and hasattr(error, "code"):
            found = error.code()
        causes = (error.__cause__, error.__context__)
        error = next((cause for cause in causes if cause is not None and id(cause) not in seen), None)
    return found


def _first_line(error: BaseException) -> str:
    text = str(getattr(error, "message", "") or error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")[:300]
